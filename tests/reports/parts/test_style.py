"""Colours of a terminal."""

from __future__ import annotations

import pytest

from sgwarden.reports.parts.style import Style


@pytest.mark.parametrize(
    ("name", "code"), [("bold", 1), ("dim", 2), ("red", 31), ("green", 32), ("yellow", 33), ("cyan", 36)]
)
def test_colours(name: str, code: int) -> None:
    assert getattr(Style(True), name)("text") == f"\x1b[{code}mtext\x1b[0m"
    assert getattr(Style(False), name)("text") == "text"
