"""Top-level blocks and comments of a native syntax file, found without a grammar.

Only strings, heredocs, comments and braces are looked at, so that this runs at tens of megabytes
a second and a scan parses nothing but the blocks it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from sgwarden.terraform.syntax.text import IDENTIFIER, MAX_NESTING, QUOTED_TEXT, InvalidText, raw_stop, unescape

MAX_FAILURES = 100
"""Errors after which the rest of a file is given up."""

_COMMENT = r"\#[^\n]*|//[^\n]*|/\*(?:[^*]++|\*(?!/))*+\*/"
_BLANK = re.compile(rf"(?:[ \t\r\n]++|{_COMMENT})*+")
_LABEL = rf'"{QUOTED_TEXT}*+"|{IDENTIFIER}'
_INLINE = r"(?:[ \t]|/\*(?:[^*]++|\*(?!/))*+\*/)*+"
_HEADER = re.compile(rf"({IDENTIFIER})((?:{_INLINE}(?:{_LABEL}))*+){_INLINE}\{{")
_ATTRIBUTE = re.compile(rf"({IDENTIFIER})[ \t]*=(?!=)")
_LABELS = re.compile(rf"/\*(?:[^*]++|\*(?!/))*+\*/|({_LABEL})")
_NEXT_HEADER = re.compile(rf"^(?={IDENTIFIER}(?:[ \t]+(?:{_LABEL}))*+[ \t]*\{{)", re.MULTILINE)
_CODE = re.compile(
    rf"""
    (?P<brace>[{{}}])
  | (?P<string>"{QUOTED_TEXT}*+")
  | (?P<comment>{_COMMENT})
  | (?P<quote>")
  | (?P<heredoc><<-?(?P<marker>{IDENTIFIER})\r?\n)
  | (?P<unclosed>/\*)
    """,
    re.VERBOSE,
)
_LINE_REST = re.compile(r"[ \t\r]*(?:\n|\#|//|/\*|\Z)")
_CHUNK = re.compile(rf"{QUOTED_TEXT}*+")


class BlockText(Struct, frozen=True):
    """Where a top-level block stands. ``failure`` says why its end was not found."""

    start: int
    end: int
    type: str
    labels: tuple[str, ...]
    failure: InvalidText | None = None


def split(text: str) -> tuple[list[BlockText], list[InvalidText]]:
    """Return the top-level blocks of a file in order, and what stands between them and should not."""
    blocks: list[BlockText] = []
    failures: list[InvalidText] = []
    position = 0
    broken = 0
    while True:
        position = _blank_end(text, position)
        if position >= len(text):
            return blocks, failures
        if len(failures) + broken > MAX_FAILURES:
            failures.append(InvalidText(position, f"more than {MAX_FAILURES} errors: the rest of the file is not read"))
            return blocks, failures
        header = _HEADER.match(text, position)
        if header is None:
            failures.append(InvalidText(position, _misplaced(text, position)))
            position = _next_header(text, position)
            continue
        block = _block(text, header)
        blocks.append(block)
        position = block.end
        if block.failure is not None:
            broken += 1
        elif _LINE_REST.match(text, position) is None:
            failures.append(InvalidText(position, "a newline is missing after this block"))


def _blank_end(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    assert found is not None
    return found.end()


def _misplaced(text: str, position: int) -> str:
    if text.startswith("/*", position):
        return "this comment is never closed"
    attribute = _ATTRIBUTE.match(text, position)
    if attribute:
        return f"attribute {attribute.group(1)!r} stands outside of any block"
    return "a block was expected here"


def _next_header(text: str, position: int) -> int:
    """Return where to read on after a failure: the next line that looks like a top-level block's header."""
    line_end = text.find("\n", position)
    found = _NEXT_HEADER.search(text, line_end + 1) if line_end >= 0 else None
    return found.start() if found else len(text)


def _block(text: str, header: re.Match[str]) -> BlockText:
    start = header.start()
    labels: tuple[str, ...] = ()
    try:
        labels = tuple(
            unescape(label[1:-1], start) if label.startswith('"') else label
            for label in _LABELS.findall(header.group(2))
            if label
        )
        end = code_end(text, header.end())
    except InvalidText as failure:
        if failure.offset >= len(text):
            failure = InvalidText(header.end() - 1, "this block is never closed")
        return BlockText(start, _next_header(text, start), header.group(1), labels, failure)
    return BlockText(start, end, header.group(1), labels)


def code_end(text: str, position: int, comments: list[tuple[int, int]] | None = None) -> int:
    """Return the offset after the ``}`` that closes the brace before ``position``; fill ``comments``.

    Raises InvalidText, with the offset ``len(text)`` when only the closing brace is missing.
    """
    stack: list[tuple[str, int, re.Pattern[str] | None]] = [("{", position, None)]
    while stack:
        kind, opened, stop = stack[-1]
        if kind == '"':
            position = _in_quoted(text, position, stack)
        elif stop is not None:
            found = stop.search(text, position)
            if found is None:
                raise InvalidText(opened, "this heredoc is never closed")
            position = found.end()
            if found.lastgroup == "end":
                stack.pop()
            elif found.lastgroup == "sequence":
                stack.append(("{", position, None))
        else:
            position = _in_code(text, position, stack, comments)
        if len(stack) > MAX_NESTING:
            raise InvalidText(position - 1, f"nested deeper than {MAX_NESTING} levels")
    return position


def _in_quoted(text: str, position: int, stack: list[tuple[str, int, re.Pattern[str] | None]]) -> int:
    chunk = _CHUNK.match(text, position)
    assert chunk is not None
    position = chunk.end()
    if text.startswith('"', position):
        stack.pop()
        return position + 1
    if text.startswith(("${", "%{"), position):
        stack.append(("{", position, None))
        return position + 2
    raise InvalidText(stack[-1][1], "this string is not closed on its line")


def _in_code(
    text: str,
    position: int,
    stack: list[tuple[str, int, re.Pattern[str] | None]],
    comments: list[tuple[int, int]] | None,
) -> int:
    token = _CODE.search(text, position)
    if token is None:
        raise InvalidText(len(text), "unexpected end of file")
    start, end = token.span()
    kind = token.lastgroup
    if kind == "brace":
        if text[start] == "{":
            stack.append(("{", start, None))
        else:
            stack.pop()
    elif kind == "comment":
        if comments is not None:
            comments.append((start, end))
    elif kind == "quote":
        stack.append(('"', start, None))
    elif kind == "unclosed":
        raise InvalidText(start, "this comment is never closed")
    elif kind != "string":
        stack.append(("<<", start, raw_stop(token.group("marker"))))
    return end


def comment_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end offsets of every comment, also of a file that does not parse."""
    position = 0
    while position < len(text):
        found: list[tuple[int, int]] = []
        try:
            position = code_end(text, position, found)
        except InvalidText as failure:
            yield from found
            if failure.offset >= len(text):
                return
            position = max(_next_header(text, failure.offset), position + 1)
        else:
            yield from found
