"""Characters as a user perceives them."""

from __future__ import annotations

import pytest

from sgwarden.terraform.functions.graphemes import count, graphemes


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("ab", ["a", "b"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467!", ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "!"]),
    ],
)
def test_graphemes(text: str, parts: list[str]) -> None:
    assert (graphemes(text), count(text)) == (parts, len(parts))
