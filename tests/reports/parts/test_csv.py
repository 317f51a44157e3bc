"""CSV that no spreadsheet runs."""

from __future__ import annotations

import pytest

from sgwarden.reports.parts.csv import to_csv


def test_rows() -> None:
    assert to_csv(("a", "b"), [("1", 'x, "y"'), ("", "two\r\nlines")]) == 'a,b\n1,"x, ""y"""\n,"two\nlines"\n'
    assert to_csv(("a", "b"), []) == "a,b\n"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x"])
def test_a_formula_becomes_text(text: str) -> None:
    assert to_csv(("a",), [(text,), (f"0{text}",)]) == f"a\n'{text}\n0{text}\n"


def test_control_characters_are_escaped() -> None:
    assert to_csv(("a",), [("\t=1",), ("\x1b[2J",)]) == "a\n'\\t=1\n\\u001b[2J\n"
