"""Texts that are known in part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sgwarden.model.refinements import MOST_CHARACTERS, MOST_PARTS, Holes, parse_json, text
from sgwarden.model.values import Unknown

ARN = Unknown("the arn is made on apply", "aws_sns_topic.a", "arn", not_null=True)
VARIABLE = Unknown('variable "a" has no value')


def test_parts_of_parts_are_taken_apart() -> None:
    inner = text([ARN, ":"], "r")
    assert text([inner, "*", "!"], "r").parts == (ARN, ":*!")


def test_one_unknown_part_is_that_unknown() -> None:
    assert text(["", ARN, ""], "r") is ARN


def test_a_text_that_tells_nothing_has_no_parts() -> None:
    assert text([VARIABLE, VARIABLE], "r").parts == ()


def test_a_text_of_too_many_parts_is_wholly_unknown() -> None:
    assert text([ARN, ","] * MOST_PARTS, "r").parts == ()


def test_json_keeps_what_is_known_around_what_is_not() -> None:
    document = text(['{"Resource": ["', ARN, ':*", "', ARN, '"], "Key": "a\\"b", "Any": ', VARIABLE, "}"], "r")
    assert parse_json(document) == {
        "Resource": [Unknown(ARN.reason, type="string", not_null=True, parts=(ARN, ":*")), ARN],
        "Key": 'a"b',
        "Any": VARIABLE,
    }


def test_json_of_nothing_known_is_the_unknown_itself() -> None:
    assert parse_json(VARIABLE) is VARIABLE


@pytest.mark.parametrize("document", ["{", "", "[" * 100_000, "\ue0000\ue001"])
def test_other_text_is_no_json(document: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text([document, ARN], "r") if document else "")


def test_a_mark_that_is_a_whole_string_stands_for_any_value() -> None:
    holes = Holes()
    document = '{"a": "' + holes.mark(VARIABLE) + '", "b": "x' + holes.mark(ARN) + '"}'
    written = holes.json_text(document)
    assert isinstance(written, Unknown)
    assert written.parts == ('{"a": ', VARIABLE, ', "b": "x', ARN, '"}')


def test_a_text_of_too_many_characters_is_given_up_while_it_is_put_together() -> None:
    taken = []

    def pieces() -> Iterator[str | Unknown]:
        yield ARN
        for number in range(100):
            taken.append(number)
            yield "x" * (MOST_CHARACTERS // 10)

    assert text(pieces(), "r") == Unknown("r", type="string")
    assert taken == list(range(11))
