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
    header: tuple[str, ...] = ()
    """When that statement is a top-level block: its type and labels."""
    block: tuple[int, int] = (0, 0)
    """First and last line of the top-level block that the comment lies in; 0: in none."""
    block_header: tuple[str, ...] = ()
    fault: str = ""
    """Why it can be about nothing where it stands."""


class Places:
    """The statements of one file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = line_starts(text)
        self._lines = text.split("\n")
        self._blocks, _ = split(text)
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
        around = self._enclosing(start)
        block = (self._line(around.start), self._line(around.end - 1)) if around is not None else (0, 0)
        header = (around.type, *around.labels) if around is not None else ()
        text = self._text[start:end].rstrip("\r")
        target = self._target(line, self._line(max(end - 1, start)))
        if target == 0:
            return Comment(text, line, column, block=block, block_header=header)
        if target not in self._statements:
            self._statements[target] = self._statement(target)
        first, last, own = self._statements[target]
        return Comment(text, line, column, first, last, own, block, header)

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
        if block.start == begin:
            return line, self._line(block.end - 1), (block.type, *block.labels)
        masked = self._mask(block)
        if masked is None:
            return line, line, ()
        return line, self._line(block.start + _end(masked, begin - block.start)), ()

    def _mask(self, block: BlockText) -> str | None:
        """Return the block without the content of strings and comments; None when its code is broken."""
        if block.start not in self._masked:
            try:
                masked = None if block.failure else mask(self._text[block.start : block.end]).text
            except InvalidText:
                masked = None
            self._masked[block.start] = masked
        return self._masked[block.start]


def _end(masked: str, begin: int) -> int:
    """Return the offset of the last character of the statement or list element that begins at an offset.

    Closing brackets at its beginning belong to what came before.
    """
    depth = 0
    last = first = begin
    while masked[first] in ")]} ":
        first += 1
        if first == len(masked):
            return begin
    for position in range(first, len(masked)):
        character = masked[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and character in "\n,"):
            return last
        if not character.isspace():
            last = position
    return last
