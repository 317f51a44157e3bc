"""A piece of source with the offending part marked, as compilers show it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from sgwarden.model.locations import Location

_MOST_LINES = 6
_WIDEST = 160


def excerpt(lines: Sequence[str], place: Location) -> list[str]:
    """Return numbered lines of ``place`` with carets under its columns.

    A block shows its first line, another range of several lines its first lines without carets; a
    place beyond the end of the file (it changed since it was read) shows nothing.
    """
    last = min(place.end_line, len(lines))
    if place.line < 1 or place.line > last:
        return []
    if not any(character.isalnum() for character in lines[place.line - 1]):
        return []  # the brace that opens a plan or a state says nothing
    if last > place.line and lines[place.line - 1].rstrip().endswith("{"):
        header = lines[place.line - 1].rstrip()  # a whole block: its first line says which
        return excerpt(lines, replace(place, end_line=place.line, end_column=len(header) + 1))
    shown = range(place.line, min(last, place.line + _MOST_LINES - 1) + 1)
    width = len(str(shown[-1]))
    output = []
    for number in shown:
        text = _clean(lines[number - 1])
        output.append(f"{number:>{width}} | {text[:_WIDEST]}".rstrip())
        marks = _marks(text, number, place)
        if marks and len(marks) <= _WIDEST:
            output.append(f"{'':>{width}} | {marks}")
    if last > shown[-1]:
        output.append(f"{'':>{width}} | ... {last - shown[-1]} more lines")
    return output


def _marks(text: str, number: int, place: Location) -> str:
    """Return carets under the part of one line that belongs to the place; empty for places of several lines."""
    if place.line != place.end_line or number != place.line:
        return ""
    start = max(place.column - 1, 0)
    end = place.end_column - 1 if place.end_column > place.column else len(text.rstrip())
    if start == 0 and place.column <= 1:
        start = len(text) - len(text.lstrip())
    return " " * start + "^" * max(min(end, len(text)) - start, 1)


def _clean(text: str) -> str:
    """Return one line without its break; tabs as one space so that columns stay, control characters as ``?``."""
    line = text.rstrip("\r\n").replace("\t", " ")
    return "".join(character if character.isprintable() else "?" for character in line)
