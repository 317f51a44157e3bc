"""Texts that are known in part: put together, taken apart, and read as JSON.

A policy document in code nearly always holds ARNs of resources that do not exist yet. What is
written around them decides what the policy says, so it is kept (``Unknown.parts``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from sgwarden.model.values import Unknown

MOST_PARTS = 4_096
"""Parts beyond which a text counts as wholly unknown; bounds what repeated templates can grow to."""
MOST_CHARACTERS = 1 << 20

_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def text(pieces: Iterable[str | Unknown], reason: str, *, not_null: bool = False) -> Unknown:
    """Return the unknown text that ``pieces`` make one after the other; parts of parts are taken apart."""
    parts = _joined(pieces)
    if parts is not None and len(parts) == 1 and isinstance(parts[0], Unknown):
        return parts[0]
    if parts is None or not _tells_anything(parts):
        return Unknown(reason, type="string", not_null=not_null)
    return Unknown(reason, type="string", not_null=not_null, parts=tuple(parts))


def _joined(pieces: Iterable[str | Unknown]) -> list[str | Unknown] | None:
    """Return the parts of the pieces, neighbouring texts as one; None if they are too many."""
    parts: list[str | Unknown] = []
    run: list[str] = []
    size = 0
    for piece in pieces:
        for part in (piece.parts or (piece,)) if isinstance(piece, Unknown) else (piece,):
            if isinstance(part, str):
                size += len(part)
                if part:
                    run.append(part)
            else:
                if run:
                    parts.append("".join(run))
                    run = []
                parts.append(part)
            if size > MOST_CHARACTERS or len(parts) + bool(run) > MOST_PARTS:
                return None
    if run:
        parts.append("".join(run))
    return parts


def _tells_anything(parts: Iterable[str | Unknown]) -> bool:
    return any(isinstance(part, str) or part.address is not None for part in parts)


def parts_of(value: str | Unknown) -> tuple[str | Unknown, ...]:
    """Return what a text is put together from; one part when it is wholly known or wholly unknown."""
    if isinstance(value, str):
        return (value,) if value else ()
    return value.parts or (value,)


class Holes:
    """Unknown values while they stand as marks in a text; marks are characters for private use."""

    def __init__(self) -> None:
        self._values: list[Unknown] = []

    def mark(self, value: Unknown) -> str:
        """Return the mark that stands for ``value``."""
        self._values.append(value)
        return f"{_OPEN}{len(self._values) - 1}{_CLOSE}"

    def fill(self, marked: str) -> str | Unknown:
        """Return the text with its marks replaced by their values."""
        pieces = self._split(marked)
        unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
        if unknown is None:
            return marked
        if len(pieces) == 1:
            return unknown
        return text(pieces, unknown.reason, not_null=True)

    def json_text(self, document: str) -> Unknown | str:
        """Return JSON text whose strings hold marks; a mark that is a whole string is any JSON value."""
        bare = re.sub(f'"({_HOLE.pattern})"', lambda match: match[1], document)
        pieces = self._split(bare)
        unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
        if unknown is None:
            return document
        # Not `text`: the parts of a value inside JSON are no parts of the JSON text.
        return Unknown(unknown.reason, type="string", not_null=True, parts=tuple(pieces))

    def _split(self, marked: str) -> list[str | Unknown]:
        pieces: list[str | Unknown] = []
        end = 0
        for match in _HOLE.finditer(marked):
            if match.start() > end:
                pieces.append(marked[end : match.start()])
            pieces.append(self._values[int(match[1])])
            end = match.end()
        if end < len(marked):
            pieces.append(marked[end:])
        return pieces

    def fill_all(self, value: Any) -> Any:
        """Return ``value`` with every text in it filled; unknown parts of keys are ``(unknown)``."""
        if isinstance(value, str):
            return self.fill(value) if _OPEN in value else value
        if isinstance(value, list):
            return [self.fill_all(item) for item in value]
        if isinstance(value, dict):
            return {_HOLE.sub("(unknown)", key): self.fill_all(item) for key, item in value.items()}
        return value


def parse_json(value: str | Unknown) -> Any:
    """Return the JSON value that a text holds, with an Unknown wherever the text is unknown.

    An unknown part between quotes is taken for characters of that string, one outside of quotes for
    a whole value. A text of which nothing is known is an Unknown. Raises ValueError for other text.
    """
    if isinstance(value, Unknown) and not value.parts:
        return value
    holes = Holes()
    written: list[str] = []
    quoted = False
    for part in parts_of(value):
        if isinstance(part, str):
            if _OPEN in part:
                raise ValueError("the text holds a character for private use")
            quoted = _ends_quoted(part, quoted)
            written.append(part)
        else:
            mark = holes.mark(part)
            written.append(mark if quoted else f'"{mark}"')
    try:
        return holes.fill_all(json.loads("".join(written)))
    except RecursionError:
        raise ValueError("the document is nested too deeply") from None


def _ends_quoted(part: str, quoted: bool) -> bool:
    """Return whether the end of a piece of JSON text lies inside a string."""
    escaped = False
    for character in part:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
    return quoted


__all__ = ["MOST_CHARACTERS", "MOST_PARTS", "Holes", "parse_json", "parts_of", "text"]
