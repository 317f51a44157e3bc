"""Values of plan and state documents, and their marks."""

from __future__ import annotations

from msgspec import Raw

from sgwarden.model.values import Sensitive
from sgwarden.sources.plan.json_types import ShownModule, ShownResource
from sgwarden.sources.plan.values import decode_marks, is_null, mark_sensitive, shown_resources, tuples


def test_lists_become_tuples_and_objects_lose_their_nulls() -> None:
    assert tuples([1, [2], {"a": [3], "b": None}, None]) == (1, (2,), {"a": (3,)}, None)


def test_sensitive_marks_follow_the_shape_of_the_value() -> None:
    value = {"a": ("x", "y"), "b": {"c": 1, "d": 2}, "e": 3}
    mark = {"a": [False, True, True], "b": {"c": True}, "e": [True], "f": True}
    assert mark_sensitive(value, mark) == {"a": ("x", Sensitive("y")), "b": {"c": Sensitive(1), "d": 2}, "e": 3}
    assert mark_sensitive((1,), True) == Sensitive((1,))


def test_resources_of_every_module() -> None:
    inner = ShownModule(resources=[ShownResource("module.a.b.c", "b", "c")])
    outer = ShownModule(resources=[ShownResource("b.c", "b", "c")], child_modules=[inner])
    assert [item.address for item in shown_resources(outer)] == ["b.c", "module.a.b.c"]


def test_null_and_marks_without_a_true() -> None:
    assert [is_null(Raw(text)) for text in (b"null", b"", b"{}", b"0")] == [True, True, False, False]
    assert decode_marks(Raw(b'{"a":false}'), "plan.json") is None
    assert decode_marks(Raw(b'{"a":[true]}'), "plan.json") == {"a": [True]}
