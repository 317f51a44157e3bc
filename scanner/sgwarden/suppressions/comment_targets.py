"""What a comment in Terraform code stands at: an attribute, a block, a resource, a module call.

The grammar is not needed: blocks are split by their braces, and a statement ends where its brackets are closed.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable

from msgspec import Struct

from sgwarden.terraform.syntax.preprocess import mask
from sgwarden.terraform.syntax.split_blocks import BlockText, comment_spans, split
from sgwarden.terraform.syntax.text import InvalidText, line_starts


class Comment(Struct, frozen=True):
    """One comment and what it stands at."""

    text: str
    line: int
    column: int
    start: int = 0
    """First and last line of the statement that it stands at; 0: it stands at nothing."""
    end: int = 0
    columns: tuple[int, int] = (0, 0)
    """Where that is a part of those lines: its first column, and the one past its last; 0: it has whole lines."""
    header: tuple[str, ...] = ()
    """When that statement is a top-level block: its type and labels."""
    block: tuple[int, int] = (0, 0)
    """First and last line of the top-level block that the comment lies in; 0: in none."""
    block_header: tuple[str, ...] = ()
    fault: str = ""
    """Why it can be about nothing where it stands."""


class Places:
    """The statements of one file."""

    def __init__(self, text: str, *, is_body: bool = False) -> None:
        """Read a file of blocks, or one of attributes alone (``is_body``), as variable files are."""
        self._text = text
        self._starts = line_starts(text)
        self._lines = text.split("\n")
        self._is_body = is_body
        self._blocks = [BlockText(0, len(text), "", ())] if is_body else split(text)[0]
        self._masked: dict[int, str | None] = {}
        spans = list(comment_spans(text))
        self._commented = {
            line
            for start, end in spans
            if not self._lines[self._line(start) - 1][: start - self._starts[self._line(start) - 1]].strip()
            for line in range(self._line(start), self._line(max(end - 1, start)) + 1)
        }
        """Lines that hold nothing but a comment, or begin with one."""
        self._spans = spans
        self._below: dict[int, int] = {}
        """For those: the first line below that is none of them."""
        for line in sorted(self._commented, reverse=True):
            self._below[line] = self._below.get(line + 1, line + 1)
        self._statements: dict[int, tuple[int, int, tuple[str, ...]]] = {}

    def comments(self, wanted: Callable[[str], object] = bool) -> list[Comment]:
        """Return the comments of the file whose text is ``wanted``; all of them by default."""
        return [self._comment(start, end) for start, end in self._spans if wanted(self._text[start:end])]

    def line(self, number: int) -> str:
        """Return a line of the file, 1-based; empty when there is none."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def _line(self, offset: int) -> int:
        return bisect.bisect_right(self._starts, offset)

    def _comment(self, start: int, end: int) -> Comment:
        line = self._line(start)
        column = start - self._starts[line - 1] + 1
        around = self._enclosing(start) if not self._is_body else None
        block = (self._line(around.start), self._line(around.end - 1)) if around is not None else (0, 0)
        header = (around.type, *around.labels) if around is not None else ()
        text = self._text[start:end].rstrip("\r")
        target = self._target(line, self._line(max(end - 1, start)))
        if target == 0:
            return Comment(text, line, column, block=block, block_header=header)
        part = self._part(line, start, end) if target == line else None
        if part is not None:
            (first, left), (last, right) = map(self._position, part)
            return Comment(text, line, column, first, last, (left, right + 1), (), block, header)
        if target not in self._statements:
            self._statements[target] = self._statement(target)
        first, last, own = self._statements[target]
        return Comment(text, line, column, first, last, (0, 0), own, block, header)

    def _position(self, offset: int) -> tuple[int, int]:
        line = self._line(offset)
        return line, offset - self._starts[line - 1] + 1

    def _part(self, line: int, start: int, end: int) -> tuple[int, int] | None:
        """Return first and last offset of the element inside of a line that a comment on it stands at; None: no part.

        That is the object whose ``{`` ends the line while more is open, and for a comment between code what stands
        before it, or what follows when a bracket, a comma or an ``=`` stands before it.
        """
        block = self._enclosing(start)
        masked = self._mask(block) if block is not None else None
        if block is None or masked is None:
            return None
        here, after = start - block.start, end - block.start
        begin = max(self._starts[line - 1], block.start) - block.start
        stop = min(self._starts[line] - block.start if line < len(self._starts) else len(masked), len(masked))
        if masked[after:stop].strip(" \t\r\n,)]}"):
            before = masked[begin:here].rstrip()
            if not before or before[-1] in "([{,=?:":
                first = _first(masked, after, stop)
                return block.start + first, block.start + _end(masked, first)
            last = begin + len(before) - 1
            return block.start + _begin(masked, begin, last), block.start + last
        opened: list[int] = []
        closes = False
        for offset in range(begin, here):
            if masked[offset] in "([{":
                opened.append(offset)
            elif masked[offset] in ")]}":
                closes = closes or not opened
                del opened[-1:]
        if not opened or masked[opened[-1]] != "{" or masked[opened[-1] + 1 : here].strip():
            return None
        if len(opened) < 2 and not closes:
            return None
        return block.start + opened[-1], block.start + _end(masked, opened[-1])

    def _target(self, line: int, last: int) -> int:
        """Return the line of code that a comment stands at: its own, else the next one of code; 0: none."""
        if line not in self._commented:
            return line
        below = self._below.get(last + 1, last + 1)
        return below if self.line(below).strip() else 0

    def _enclosing(self, offset: int) -> BlockText | None:
        at = bisect.bisect_right([block.start for block in self._blocks], offset) - 1
        return self._blocks[at] if at >= 0 and offset < self._blocks[at].end else None

    def _statement(self, line: int) -> tuple[int, int, tuple[str, ...]]:
        """Return first and last line of the statement on a line, and the header of a top-level block."""
        begin = self._starts[line - 1]
        begin += len(self._lines[line - 1]) - len(self._lines[line - 1].lstrip())
        block = self._enclosing(begin)
        if block is None:
            return line, line, ()
        if block.start == begin and not self._is_body:
            return line, self._line(block.end - 1), (block.type, *block.labels)
        masked = self._mask(block)
        if masked is None:
            return line, line, ()
        stop = min(self._starts[line] - block.start if line < len(self._starts) else len(masked), len(masked))
        last = _end(masked, begin - block.start, stop)
        following = _next_element(masked, last, stop)
        while following is not None:  # a line of several elements: all of them
            last = _end(masked, following, stop)
            following = _next_element(masked, last, stop)
        return line, self._line(block.start + last), ()

    def _mask(self, block: BlockText) -> str | None:
        """Return the block without the content of strings and comments; None when its code is broken."""
        if block.start not in self._masked:
            try:
                masked = None if block.failure else mask(self._text[block.start : block.end]).text
            except InvalidText:
                masked = None
            self._masked[block.start] = masked
        return self._masked[block.start]


def _end(masked: str, begin: int, stop: int | None = None) -> int:
    """Return the offset of the last character of the statement or list element that begins at an offset.

    Closing brackets at its beginning belong to what came before; they are left out as far as they stand before
    ``stop``, the end of the line. A branch of a conditional ends where the next begins.
    """
    depth = 0
    last = first = begin
    is_branch = masked[begin] in "?:"
    while masked[first] in ")]} ,":
        first += 1
        if first == (len(masked) if stop is None else stop):
            return begin
    for position in range(first, len(masked)):
        character = masked[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and character in "\n,"):
            return last
        if depth == 0 and is_branch and character in "?:" and position > first:
            return last
        if not character.isspace():
            last = position
    return last


def _next_element(masked: str, last: int, stop: int) -> int | None:
    """Return where the next element of a list begins, if that is on the same line; ``stop`` is the line's end."""
    comma = _first(masked, last + 1, stop)
    if comma >= stop or masked[comma] != ",":
        return None
    begin = _first(masked, comma + 1, stop)
    return begin if begin < stop and masked[begin] not in ")]}" else None


def _begin(masked: str, start: int, last: int) -> int:
    """Return where the element that ends at ``last`` begins, at ``start`` at the earliest."""
    depth = 0
    for offset in range(last, start - 1, -1):
        if masked[offset] in ")]}":
            depth += 1
        elif masked[offset] in "([{":
            depth -= 1
        if depth < 0 or (depth == 0 and masked[offset] == ","):
            return _first(masked, offset + 1, last)
    return _first(masked, start, last)


def _first(masked: str, start: int, stop: int) -> int:
    """Return the offset of the first character that is no blank."""
    return stop - len(masked[start:stop].lstrip())
