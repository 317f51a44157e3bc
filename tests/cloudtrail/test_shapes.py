"""Shapes: members overridden, texts that are certain, and names that occur by accident."""

from __future__ import annotations

import pytest

from sgwarden.cloudtrail.shapes import (
    Array,
    Choice,
    ForeignNames,
    Known,
    Member,
    Object,
    OneOf,
    Rendering,
    Shape,
    Text,
    certain_fragments,
    override,
)
from tests.cloudtrail.documents import allows

RECORD = Object(
    {
        "name": Member(Known("a")),
        "nested": Member(OneOf((Known(None), Object({"id": Member(Text())})))),
        "maybe": Member(Known(1), always=False),
    }
)


def test_a_member_is_replaced_removed_or_added() -> None:
    changed = override(override(RECORD, ("nested", "id"), Known("x")), ("maybe",), None)
    assert allows(changed, {"name": "a", "nested": {"id": "x"}})
    assert not allows(changed, {"name": "a", "nested": None})
    assert not allows(changed, {"name": "a", "nested": {"id": "x"}, "maybe": 1})
    assert allows(override(Object({}), ("a", "b"), Known(1)), {"a": {"b": 1}})


@pytest.mark.parametrize(("path", "replacement"), [((), None), (("name", "x"), Known(1))])
def test_what_is_no_object_has_no_members_to_override(path: tuple[str, ...], replacement: Shape | None) -> None:
    with pytest.raises(ValueError, match=r"cannot be absent|leads through something that is no object"):
        override(RECORD, path, replacement)


def test_neighbouring_known_members_are_one_certain_fragment() -> None:
    shape = Object(
        {
            "a": Member(Known("x")),
            "b": Member(Known(True)),
            "c": Member(Text("arn:")),
            "d": Member(Choice((1, 2))),
            "e": Member(Known(1), always=False),
            "f": Member(Array(Text())),
        }
    )
    assert certain_fragments(shape) == ('{"a":"x","b":true,"c":"arn:', '"d":', '"f":', "}")


def test_a_rendering_contains_its_fragments_and_nothing_across_them() -> None:
    text = Rendering(("ab", "cd"))
    assert [text.certainly_contains(part) for part in ("a", "cd", "bc", "b\x00c")] == [True, True, False, False]


def test_names_occur_in_longer_texts_and_in_their_own_distinctive_parts() -> None:
    names = ForeignNames(("CreateSecurityGroup",))
    texts = ("xCreateSecurityGroupx", "SecurityGroup", "Group", "DeleteVpc")
    assert [names.occur_in(text) for text in texts] == [True, True, False, False]
