"""Texts with ``*`` anywhere, as EventBridge and KQL write them."""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.model.globs import matches_pieces
from sgwarden.patterns.conditions.texts import AnyText, Contains, Equals, OpaqueText, Prefix, Suffix, TextTest


def glob_test(pieces: Sequence[str], name: str) -> TextTest:
    """Return the test of a text that consists of ``pieces`` with any text (or none) between each two."""
    if len(pieces) == 1:
        return Equals(pieces[0])
    inner = [piece for piece in pieces[1:-1] if piece]
    first, last = pieces[0], pieces[-1]
    if not first and not last and len(inner) <= 1:
        return Contains(inner[0]) if inner else AnyText()
    if not inner and not last:
        return Prefix(first)
    if not inner and not first:
        return Suffix(last)
    return OpaqueText(name, lambda text: matches_pieces(pieces, text))


def split_at_stars(text: str) -> list[str]:
    """Return the pieces between ``*``; a backslash takes the special meaning from the character after it."""
    pieces = [""]
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and position + 1 < len(text):
            pieces[-1] += text[position + 1]
            position += 2
            continue
        if character == "*":
            pieces.append("")
        else:
            pieces[-1] += character
        position += 1
    return pieces
