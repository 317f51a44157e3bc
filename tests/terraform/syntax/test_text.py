"""Escapes of strings, and places in a text."""

from __future__ import annotations

import pytest

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
