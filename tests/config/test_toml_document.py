"""TOML read into structs: one error with its line."""

from __future__ import annotations

import pytest

from sgwarden.config.toml_document import parse, to_struct
from sgwarden.config.toml_lines import lines
from sgwarden.config.validate import Table
from sgwarden.errors import UsageError


class Pair(Table, frozen=True):
    """Two numbers."""

    a: int
    b: int = 2


def test_parse() -> None:
    assert parse("a = 1 # é\n".encode(), "x.toml") == ("a = 1 # é\n", {"a": 1})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a = '\xff'", "x.toml: this is no UTF-8; save the file as UTF-8"),
        (b"a = 1\nb =\n", "x.toml:2: this is no TOML: Invalid value"),
        (b"a = ", "x.toml: this is no TOML: Invalid value (at end of document)"),
        (b"a = " + b"[" * 5000, "x.toml: this is no TOML: nested too deeply"),
    ],
)
def test_what_is_no_toml(data: bytes, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(data, "x.toml")
    assert str(caught.value) == expected


def test_to_struct() -> None:
    assert to_struct({"a": 1}, Pair, {}, "x.toml") == Pair(a=1)
    text = "\nzzz = 1\nbb = 2\n"
    with pytest.raises(UsageError, match=r'^x\.toml:2: unknown key "zzz"; known are a, b$'):
        to_struct(parse(text.encode(), "x.toml")[1], Pair, lines(text), "x.toml")
    with pytest.raises(UsageError, match=r'^x\.toml:1: lacks the key "a"$'):
        to_struct({}, Pair, {}, "x.toml")
