"""Escapes of strings, and places in a text."""

from __future__ import annotations

import pytest

from sgwarden.terraform.syntax.text import InvalidText, line_starts, position, unescape
from tests.terraform.syntax.building import bare, lit


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r'"\n\r\t\"\\"', '\n\r\t"\\'),
        (r'"\u00e9\U0001F600"', "é😀"),
        ('"$${a} %%{if}"', "${a} %{if}"),
        ('"$$${a}"', "$${a}"),
        ('"$$ $x %y 5%"', "$$ $x %y 5%"),
        ('"# // /* */"', "# // /* */"),
        ('"e\u0301"', "é"),
        ('"${"a"}${"b"}"', "ab"),
    ],
)
def test_escapes_in_quoted_strings(source: str, expected: str) -> None:
    assert bare(source) == lit(expected)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [("ab\\x", 12, "unknown escape '\\\\x'"), ("\\UFFFFFFFF", 10, "no such character: \\UFFFFFFFF")],
)
def test_wrong_escapes_say_where(text: str, offset: int, message: str) -> None:
    with pytest.raises(InvalidText) as caught:
        unescape(text, 10)
    assert (caught.value.offset, caught.value.message) == (offset, message)


def test_places_in_a_text() -> None:
    starts = line_starts("ab\n\ncd")
    assert starts == [0, 3, 4]
    assert [position(starts, offset) for offset in (0, 2, 3, 4, 6)] == [(1, 1), (1, 3), (2, 1), (3, 1), (3, 3)]
