"""The regular expressions of filter patterns: a restricted dialect, evaluated by RE2.

The dialect is the one of the section "Supported regular expressions (regex) syntax" of
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html. Decisions where it is silent:

- A blank is allowed; the text's own example ``%^starting|^initializing|^shutting down%`` holds one.
- ``\\t``, ``\\n``, ``\\b`` and other escapes of letters are not listed and refused; so are escaped ``(``, ``)`` and ``!``
  (``\\x28`` is the documented way).
- ``{,n}`` means ``{0,n}`` ("either m or n can be omitted").
- The search is unanchored and tells case apart: ``{ $.eventType = %Trail% }`` matches ``UpdateTrail``.

RE2 runs in time linear in the text, whatever the expression; its memory is bounded here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sgwarden.patterns.conditions.formulas import Formula, conj, disj
from sgwarden.patterns.conditions.texts import AnyText, Contains, Equals, OpaqueText, Prefix, Suffix

_SYMBOLS = ":_#=@/;,- "
_OPERATORS = "^$?[]{}|\\*+."
_CLASSES = "dDsSwW"
_MAX_MEMORY = 1 << 20
"""Bytes that RE2 may take for one expression."""
_LARGEST_REPEAT = 1_000
"""RE2's own limit on ``{m,n}``."""
_OPEN_REPEAT = re.compile(r"\{ *(\d*) *(?:(,) *(\d*) *)?\}")
_ANY = re.compile(r"\^?(?:\.[*+]?)*\$?")


@dataclass(frozen=True, slots=True)
class RegexFlaw:
    """Why a text is no expression of the dialect; ``position`` counts from its start."""

    reason: str
    position: int


def flaw_in(text: str) -> RegexFlaw | None:
    """Return the first flaw by the rules of the dialect, or RE2's error; None if the expression is valid."""
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            following = text[position + 1 : position + 2]
            if following == "x":
                if not re.fullmatch(r"[0-9A-Fa-f]{2}", text[position + 2 : position + 4]):
                    return RegexFlaw("\\x takes two hexadecimal digits", position)
                if int(text[position + 2 : position + 4], 16) > 0x7F:
                    return RegexFlaw("\\x writes ASCII characters, up to \\x7F", position)
                position += 4
                continue
            if not following or following not in _SYMBOLS + _OPERATORS + _CLASSES:
                return RegexFlaw(f"the regex dialect has no escape \\{following}", position)
            position += 2
            continue
        if not (character.isascii() and character.isalnum()) and character not in _SYMBOLS + _OPERATORS:
            return RegexFlaw(_reason_against(character), position)
        position += 1
    try:
        _search(text)
    except ValueError as error:
        return RegexFlaw(str(error), 0)
    return None


def searcher(text: str) -> Callable[[str], bool]:
    """Return a function that is true of texts in which the expression occurs.

    Raises:
        ValueError: the expression is not valid; see `flaw_in`.
    """
    search = _search(text)

    def occurs(value: str) -> bool:
        try:
            return search(value) is not None
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can write and UTF-8 cannot
            return search(value.encode("utf-8", "replace").decode("utf-8")) is not None

    return occurs


@lru_cache(maxsize=512)
def as_text_tests(text: str) -> Formula:
    """Return the expression as equalities, prefixes, suffixes and fragments, else as opaque tests."""
    return disj(_branch(branch) for branch in _branches(text))


def _reason_against(character: str) -> str:
    if character in "()":
        return f"the regex dialect has no {character} (write \\x{ord(character):02X} for the character itself)"
    if not character.isascii():
        return f"the regex dialect has no multi-byte characters, and {character} is one"
    return f"the regex dialect has no {character!r} (write \\x{ord(character):02X})"


@lru_cache(maxsize=512)
def _search(text: str) -> Callable[[str], object]:
    import re2  # imported late: few runs read patterns with regular expressions

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    if len(text) * max((_size(match) for match in _OPEN_REPEAT.finditer(text)), default=1) > 200_000:
        raise ValueError("the regex repeats too much")
    try:
        search: Callable[[str], object] = re2.compile(_OPEN_REPEAT.sub(_closed_repeat, text), options).search
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise ValueError(f"the regex is not valid: {reason}") from error
    return search


def _size(repeat: re.Match[str]) -> int:
    return max(int(repeat[1] or 1), int(repeat[3] or 1), 1)


def _closed_repeat(repeat: re.Match[str]) -> str:
    low, comma, high = repeat[1], repeat[2], repeat[3]
    if not low and not high:
        return repeat[0]
    return f"{{{low or 0}{comma or ''}{high or ''}}}"


def _characters(text: str) -> list[tuple[str, str]]:
    """Return the expression's characters as ("literal", c), ("operator", c) or ("class", source)."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1] == "x":
            found.append(("literal", chr(int(text[position + 2 : position + 4], 16))))
            position += 4
        elif character == "\\":
            following = text[position + 1]
            found.append(("class", text[position : position + 2]) if following in _CLASSES else ("literal", following))
            position += 2
        elif character == "[":
            end = _end_of_class(text, position)
            found.append(("class", text[position:end]))
            position = end
        else:
            found.append(("operator" if character in _OPERATORS else "literal", character))
            position += 1
    return found


def _end_of_class(text: str, start: int) -> int:
    position = start + 1
    if text[position : position + 1] == "^":
        position += 1
    if text[position : position + 1] == "]":
        position += 1
    while position < len(text) and text[position] != "]":
        position += 2 if text[position] == "\\" else 1
    return position + 1


def _branches(text: str) -> list[list[tuple[str, str]]]:
    branches: list[list[tuple[str, str]]] = [[]]
    for kind, character in _characters(text):
        if (kind, character) == ("operator", "|"):
            branches.append([])
        else:
            branches[-1].append((kind, character))
    return branches


def _branch(branch: list[tuple[str, str]]) -> Formula:
    start = branch[:1] == [("operator", "^")]
    end = branch[-1:] == [("operator", "$")] and len(branch) > start
    middle = branch[start : len(branch) - end]
    source = "".join(_source(kind, character) for kind, character in branch)
    if all(kind == "literal" for kind, _ in middle):
        literal = "".join(character for _, character in middle)
        if start and end:
            return Equals(literal)
        if not literal:
            return AnyText()
        return Prefix(literal) if start else Suffix(literal) if end else Contains(literal)
    if _ANY.fullmatch(source) or (not _has_anchor(branch) and searcher(source)("")):
        return conj([AnyText()])
    return OpaqueText(source, searcher(source))


def _has_anchor(branch: list[tuple[str, str]]) -> bool:
    return any(kind == "operator" and character in "^$" for kind, character in branch)


def _source(kind: str, character: str) -> str:
    if kind != "literal" or character.isalnum() or character in _SYMBOLS:
        return character
    return f"\\x{ord(character):02X}"
