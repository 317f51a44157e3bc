"""Texts of native syntax: what names, strings and heredocs look like, escapes, and places in a text.

Source: hashicorp/hcl, hclsyntax/spec.md.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

MAX_NESTING = 100
"""Levels of brackets and templates that are read; Python's stack bounds what walks over the nodes."""

IDENTIFIER = r"[^\W\d][\w-]*"
QUOTED_TEXT = r"(?:[^\"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|[$%](?!\{))"
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))|\$\$\{|%%\{", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class InvalidText(Exception):
    """The text is not valid at ``offset`` (0-based, into the text that was given)."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


def unescape(text: str, offset: int) -> str:
    """Resolve the escapes of a quoted string; raises InvalidText at the escape that is none."""

    def one(match: re.Match[str]) -> str:
        short, long, simple = match.groups()
        if short or long:
            try:
                return chr(int(short or long, 16))
            except (ValueError, OverflowError):
                raise InvalidText(offset + match.start(), f"no such character: {match.group()}") from None
        if simple is None:
            return match.group()[1:]
        if simple not in _SIMPLE_ESCAPES:
            raise InvalidText(offset + match.start(), f"unknown escape {match.group()!r}")
        return _SIMPLE_ESCAPES[simple]

    return normalise(_ESCAPE.sub(one, text) if "\\" in text or "{" in text else text)


def normalise(text: str) -> str:
    """Return ``text`` in Unicode's NFC, as all of Terraform's strings are."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=256)
def raw_stop(marker: str) -> re.Pattern[str]:
    """Return the pattern of what ends the text of a heredoc: a ``sequence`` or its closing line (``end``)."""
    return re.compile(
        rf"(?P<end>(?<=\n)[^\S\n]*{re.escape(marker)})(?=[^\S\n]*(?:\n|\Z))|\$\$\{{|%%\{{|(?P<sequence>[$%]\{{)"
    )


def position(starts: list[int], offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of an offset; ``starts`` are the text's ``line_starts``."""
    row = bisect_right(starts, offset) - 1
    return row + 1, offset - starts[row] + 1


def line_starts(text: str) -> list[int]:
    """Return offsets at which lines begin."""
    starts = [0]
    at = text.find("\n") + 1
    while at:
        starts.append(at)
        at = text.find("\n", at) + 1
    return starts
