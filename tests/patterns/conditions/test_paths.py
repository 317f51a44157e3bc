"""Paths into documents: every kind of step, and arrays on the way."""

from __future__ import annotations

import pytest

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path, values_at

DOCUMENT = {"a": {"b": [1, {"c": 2}], "d.e": None}, "t": "text"}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (Path(()), [DOCUMENT]),
        (Path.of("a", "d.e"), [None]),
        (Path.of("a", "x"), []),
        (Path.of("t", "x"), []),
        (Path((Key("a"), Key("b"), Index(0))), [1]),
        (Path((Key("a"), Key("b"), Index(2))), []),
        (Path((Key("t"), Index(0))), []),
        (Path((Key("a"), EveryMember())), [[1, {"c": 2}], None]),
        (Path((Key("a"), Key("b"), EveryElement())), [1, {"c": 2}]),
        (Path.of("a", "b", "c"), []),
        (Path.of("a", "b", "c", through_arrays=True), [2]),
        (Path.of("a", "b", through_arrays=True), [1, {"c": 2}]),
    ],
    ids=str,
)
def test_values_at_a_path(path: Path, values: list[object]) -> None:
    assert list(values_at(DOCUMENT, path)) == values


def test_paths_are_written_as_people_write_them() -> None:
    path = Path((Key("a"), Index(0), Key("b.c"), EveryElement(), EveryMember()))
    assert [str(path), str(Path(()))] == ["a[0]['b.c'][*].*", "the record"]
