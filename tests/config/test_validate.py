"""What msgspec refuses, in words."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import pytest
from msgspec import UNSET, Meta, UnsetType

from sgwarden.config.field_types import Network
from sgwarden.config.validate import Problem, Table, convert, dotted, line_of, problems, suggestion

Word = Annotated[str, Meta(title="a word", pattern="^[a-z]+$")]


class Inner(Table, frozen=True):
    """A table that names something."""

    size: Annotated[int, Meta(ge=1, le=3)] | UnsetType = UNSET
    words: Word | Annotated[tuple[Word, ...], Meta(min_length=1)] | UnsetType = UNSET
    any_of: ClassVar[tuple[str, ...]] = ("size", "words")


class Outer(Table, frozen=True):
    """A document."""

    name: Word
    color: Literal["red", "blue"] = "red"
    sure: bool = False
    networks: tuple[Network, ...] = ()
    inner: tuple[Inner, ...] = ()
    levels: dict[Word, Literal["low", "high"]] | UnsetType = UNSET


def test_what_converts_has_no_problems() -> None:
    document = {"name": "a", "networks": ["10.0.0.0/8"], "inner": [{"size": 3}, {"words": ["b", "c"]}]}
    assert list(problems(document, Outer)) == []
    assert convert(document, Outer) == Outer(
        name="a", networks=(Network("10.0.0.0/8"),), inner=(Inner(size=3), Inner(words=("b", "c")))
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (3, [Problem((), " must be a table, not 3")]),
        ({}, [Problem((), ' lacks the key "name"')]),
        ({"nam": "a"}, [Problem(("nam",), 'unknown key "nam"', 'did you mean "name"?')]),
        ({"name": "A"}, [Problem(("name",), 'name must be a word, not "A"')]),
        ({"name": "a", "color": "green"}, [Problem(("color",), 'color must be one of red, blue, not "green"')]),
        ({"name": "a", "sure": 1}, [Problem(("sure",), "sure must be true or false, not 1")]),
        ({"name": "a", "networks": "x"}, [Problem(("networks",), 'networks must be an array, not "x"')]),
        (
            {"name": "a", "networks": ["10.0.0.1/8"]},
            [
                Problem(
                    ("networks", 0),
                    'networks[0] must be a network such as "198.51.100.0/24", not "10.0.0.1/8"',
                    'did you mean "10.0.0.0/8"?',
                )
            ],
        ),
        (
            {"name": "a", "inner": [{}, {"size": 4, "words": []}, {"words": [1]}, {"more": 1}]},
            [
                Problem(("inner", 0), "inner[0] names nothing", "give at least one of size, words"),
                Problem(("inner", 1, "size"), "inner[1].size must be a whole number from 1 to 3, not 4"),
                Problem(("inner", 1, "words"), "inner[1].words is empty", "leave it out"),
                Problem(("inner", 2, "words", 0), "inner[2].words[0] must be a word, not 1"),
                Problem(("inner", 3, "more"), 'unknown key "more" in inner[3]', "known are size, words"),
            ],
        ),
        (
            {"name": "a", "levels": {"X": "low", "x": "top"}},
            [
                Problem(("levels", "X"), '"X" is not a word'),
                Problem(("levels", "x"), 'levels.x must be one of low, high, not "top"'),
            ],
        ),
    ],
)
def test_problems(document: Any, expected: list[Problem]) -> None:
    assert list(problems(document, Outer)) == expected


def test_paths() -> None:
    assert dotted(("policies", "severity", "a")) == "policies.severity.a"
    assert dotted(("exemptions", 0, "until")) == "exemptions[0].until"
    lines = {("a",): 3, ("a", 0): 4}
    assert [line_of(lines, path) for path in (("a", 0), ("a", 1, "b"), ("c",), ())] == [4, 3, 1, 1]


def test_suggestion() -> None:
    assert suggestion("fail-on", ["fail_on", "format"]) == 'did you mean "fail_on"?'
    assert suggestion("zzz", ["fail_on", "format"]) == "known are fail_on, format"
