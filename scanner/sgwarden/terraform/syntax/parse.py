"""Terraform files as syntax trees.

``read_file`` finds the top-level blocks of a configuration file and parses each on the first
use of its body; what cannot be read is a Problem with line and column and loses no other block.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.syntax.ast import (
    Attribute,
    Block,
    Body,
    Expression,
    For,
    GetAttr,
    Index,
    Literal,
    Problem,
    Span,
    TemplateFor,
    Variable,
)
from sgwarden.terraform.syntax.relocate import children, relocate
from sgwarden.terraform.syntax.split_blocks import BlockText, comment_spans, split
from sgwarden.terraform.syntax.text import InvalidText, line_starts, position

MAX_FILE = 10 * 1024 * 1024
"""Bytes of one file that are read."""
MAX_BLOCK = 4 * 1024 * 1024
"""Characters of one block that are parsed."""


class BlockCache(Protocol):
    """Parsed blocks that are kept between runs; ``sgwarden.cache.syntax`` has one."""

    def get(self, path: Path, text: str, line: int, column: int) -> Block | None:
        """Return the block that ``text`` makes at a place of a file; None when it is not kept."""

    def put(self, path: Path, text: str, block: Block) -> None:
        """Keep the block that ``text`` makes."""

    def flush(self) -> None:
        """Write what is new."""


class InvalidSyntax(EvaluationError):
    """A text given to ``parse_expression`` or ``parse_template`` is not valid; ``problem`` says where.

    An EvaluationError, as a broken template is to the function that renders it.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"line {problem.line}, column {problem.column}: {problem.message}")
        self.problem = problem


class BlockStub:
    """A top-level block: its header, and its body, parsed on first use."""

    def __init__(self, found: BlockText, text: str, span: Span, failure: Problem | None = None) -> None:
        self.type = found.type
        self.labels = found.labels
        self.span = span
        self.text = text
        """As written, header and braces included; up to the next block when the end was not found."""
        self._problem = failure
        self._block: Block | None = None
        self._read = False
        self._cache: tuple[BlockCache | None, Path] = (None, Path())

    @classmethod
    def of(cls, block: Block, text: str) -> BlockStub:
        """Return the stub of a block that was parsed already."""
        stub = cls(BlockText(0, 0, block.type, block.labels), text, block.span)
        stub._block, stub._read = block, True
        return stub

    @property
    def line(self) -> int:
        """The line of the header, 1-based."""
        return self.span[0]

    @property
    def end_line(self) -> int:
        """The line of the closing brace."""
        return self.span[2]

    @property
    def block(self) -> Block | None:
        """The whole block, with spans of the file; None when it could not be read, see ``problem``."""
        if not self._read:
            self._read = True
            if self._problem is None:
                self._parse()
        return self._block

    @property
    def body(self) -> Body | None:
        """What stands in the block; None when it could not be read, see ``problem``."""
        return self.block.body if self.block is not None else None

    @property
    def problem(self) -> Problem | None:
        """Why the block could not be read; parses it to know."""
        _ = self.block
        return self._problem

    @property
    def known_problem(self) -> Problem | None:
        """Why the block could not be read, as far as it was parsed; parses nothing."""
        return self._problem

    def _parse(self) -> None:
        line, column = self.span[:2]
        cache, path = self._cache
        if cache is not None:
            self._block = cache.get(path, self.text, line, column)
            if self._block is not None:
                return
        result = _parsed(self.text, line, column)
        if isinstance(result, Problem):
            self._problem = result
            return
        self._block = result
        if cache is not None:
            cache.put(path, self.text, result)

    def __repr__(self) -> str:
        return f"BlockStub({self.type!r}, {self.labels!r}, line={self.line})"


class SourceFile:
    """A configuration file: its top-level blocks in order and what could not be read outside of them."""

    def __init__(self, path: Path, text: str, blocks: list[BlockStub], problems: list[Problem]) -> None:
        self.path = path
        self.text = text
        self.blocks = blocks
        self.problems = problems

    @cached_property
    def lines(self) -> list[str]:
        """Its lines without their ends, for excerpts."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]


_memo: dict[str, tuple[int, int, Block | Problem]] = {}
"""Blocks by their text, with the place they were parsed for: modules often repeat each other."""
_MEMO_BLOCKS = 8192


def _parsed(text: str, line: int, column: int) -> Block | Problem:
    """Return the block of a text that stands at ``line`` and ``column``; equal texts are parsed once."""
    known = _memo.get(text)
    if known is None:
        if len(_memo) >= _MEMO_BLOCKS:
            _memo.pop(next(iter(_memo)))
        _memo[text] = known = (line, column, _parse(text, line, column))
    first_line, first_column, result = known
    if isinstance(result, Problem):
        shift = column - first_column if result.line == first_line else 0
        return Problem(result.line + line - first_line, result.column + shift, result.message)
    return relocate(result, line - first_line, column - first_column, first_line)


def _parse(text: str, line: int, column: int) -> Block | Problem:
    from sgwarden.terraform.syntax import grammar  # imported late: a run from the cache parses nothing

    if len(text) > MAX_BLOCK:
        return Problem(line, column, f"a block of more than {MAX_BLOCK // 1024 // 1024} MiB is not read")
    try:
        body = grammar.parse_body(text, line, column)
        if len(body.blocks) != 1 or body.attributes:
            raise InvalidText(0, "one block was expected")
        return body.blocks[0]
    except InvalidText as failure:
        found = _problem(failure, text)
        return Problem(found.line + line - 1, found.column + (column - 1 if found.line == 1 else 0), found.message)
    except RecursionError:
        return Problem(line, column, "nested too deeply to be read")


def _problem(failure: InvalidText, text: str, starts: list[int] | None = None) -> Problem:
    line, column = position(starts if starts is not None else line_starts(text), failure.offset)
    return Problem(line, column, failure.message)


def decode(data: str | bytes) -> tuple[str, list[Problem]]:
    """Return the text of a file, without byte-order mark."""
    if isinstance(data, str):
        return data.removeprefix("\ufeff"), []
    if len(data) > MAX_FILE:
        return "", [Problem(1, 1, f"a file of more than {MAX_FILE // 1024 // 1024} MiB is not read")]
    if b"\0" in data:
        before = data[: data.index(b"\0")]
        column = len(before) - before.rfind(b"\n")
        return "", [Problem(before.count(b"\n") + 1, column, "this is not a text file: it holds a NUL byte")]
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        return data.decode(errors="replace"), [Problem(before.count(b"\n") + 1, column, "this is not UTF-8")]


def read_file(path: Path, data: str | bytes, cache: BlockCache | None = None) -> SourceFile:
    """Return the blocks of a ``.tf`` or ``.tofu`` file given as text or bytes; nothing is parsed yet."""
    text, problems = decode(data)
    starts = line_starts(text)
    if path.suffix == ".json":
        return _json_file(path, text, starts, problems)
    found, failures = split(text)
    problems.extend(_problem(failure, text, starts) for failure in failures)
    blocks = []
    for block in found:
        span = position(starts, block.start) + position(starts, block.end)
        failure = _problem(block.failure, text, starts) if block.failure is not None else None
        stub = BlockStub(block, text[block.start : block.end], span, failure)
        stub._cache = (cache, path)
        blocks.append(stub)
    return SourceFile(path, text, blocks, problems)


def _json_file(path: Path, text: str, starts: list[int], problems: list[Problem]) -> SourceFile:
    """Return a JSON file, read whole: its reader is fast, and without it the blocks have no bounds."""
    from sgwarden.terraform.syntax.json_syntax import JsonSyntax  # imported late: few repositories have such files

    try:
        blocks, failures = JsonSyntax(text, starts, _parse_string).top_level() if text or not problems else ([], [])
    except InvalidText as failure:
        blocks, failures = [], [failure]
    problems.extend(_problem(failure, text, starts) for failure in failures)
    stubs = []
    for block in blocks:
        line, column, end_line, end_column = block.span
        start, end = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        stubs.append(BlockStub.of(block, text[start:end]))
    return SourceFile(path, text, stubs, problems)


def _parse_string(content: str, kind: str) -> Expression:
    """Return a string of a JSON file as an expression: a "template" or a "reference"; raises InvalidText."""
    from sgwarden.terraform.syntax import grammar  # imported late: a run from the cache parses nothing

    return grammar.parse_template_text(content) if kind == "template" else grammar.parse_expression_text(content)


def read_attributes(
    path: Path, data: str | bytes, cache: BlockCache | None = None
) -> tuple[dict[str, Attribute], list[Problem]]:
    """Return the attributes of a ``.tfvars`` or ``.tfvars.json`` file."""
    text, problems = decode(data)
    if len(text) > MAX_BLOCK:
        return {}, [Problem(1, 1, f"a variables file of more than {MAX_BLOCK // 1024 // 1024} MiB is not read")]
    try:
        if path.suffix == ".json":
            from sgwarden.terraform.syntax.json_syntax import JsonSyntax  # imported late: as in _json_file

            return (
                JsonSyntax(text, line_starts(text), _parse_string).attributes() if text or not problems else {}
            ), problems
        body = _variables_body(path, text, cache)
    except InvalidText as failure:
        return {}, [*problems, _problem(failure, text)]
    for block in body.blocks:
        problems.append(Problem(*block.span[:2], "a variables file may not hold blocks"))
    return body.attributes, problems


def _variables_body(path: Path, text: str, cache: BlockCache | None) -> Body:
    """Return a variables file is kept as the body of a block without a type."""
    kept = cache.get(path, text, 1, 1) if cache is not None else None
    if kept is None:
        from sgwarden.terraform.syntax import grammar  # imported late: a run from the cache parses nothing

        kept = Block((1, 1, 1, 1), "", (), grammar.parse_body(text))
        if cache is not None:
            cache.put(path, text, kept)
    return kept.body


def parse_expression(text: str) -> Expression:
    """Return one expression, as on the command line; raises InvalidSyntax."""
    from sgwarden.terraform.syntax import grammar  # imported late: a run from the cache parses nothing

    try:
        return grammar.parse_expression_text(text)
    except InvalidText as failure:
        raise InvalidSyntax(_problem(failure, text)) from None


def parse_template(text: str) -> Expression:
    """Return a template without quotes around it, as in a template file; raises InvalidSyntax."""
    from sgwarden.terraform.syntax import grammar  # imported late: a run from the cache parses nothing

    try:
        return grammar.parse_template_text(text)
    except InvalidText as failure:
        raise InvalidSyntax(_problem(failure, text)) from None


def comments(text: str) -> list[tuple[int, int, str]]:
    """Return line, column and text of every comment, markers included, also of a file that does not parse."""
    starts = line_starts(text)
    return [(*position(starts, start), text[start:end].rstrip("\r")) for start, end in comment_spans(text)]


def references(expression: Expression) -> Iterator[tuple[str, tuple[str | int | Expression, ...]]]:
    """Yield every reference in an expression, in the order written: ``("aws_vpc", ("main", 0, "id"))``.

    Steps are names and literal keys as they are and other keys as expressions, whose own references
    follow. They end before a splat, and names bound by a ``for`` are left out.
    """
    for variable, steps in _references(expression, frozenset()):
        yield variable.name, steps


def free_variables(expression: Expression) -> Iterator[Variable]:
    """Yield the variables that references in an expression begin with, as ``references`` finds them."""
    for variable, _ in _references(expression, frozenset()):
        yield variable


def _references(
    expression: Expression, bound: frozenset[str]
) -> Iterator[tuple[Variable, tuple[str | int | Expression, ...]]]:
    node = expression
    if isinstance(node, For | TemplateFor):
        yield from _references(node.collection, bound)
        inner = bound | {node.value_name} | ({node.key_name} if node.key_name else set())
        parts = (node.body,) if isinstance(node, TemplateFor) else (node.key, node.value, node.condition)
        for part in parts:
            if part is not None:
                yield from _references(part, inner)
        return
    steps: list[str | int | Expression] = []
    while isinstance(node, GetAttr | Index):
        steps.append(node.name if isinstance(node, GetAttr) else _step(node.key))
        node = node.target
    steps.reverse()
    if isinstance(node, Variable):
        if node.name not in bound:
            yield node, tuple(steps)
    elif steps:
        yield from _references(node, bound)
    else:
        for child in children(node):
            yield from _references(child, bound)
    for step in steps:
        if not isinstance(step, str | int):
            yield from _references(step, bound)


def _step(key: Expression) -> str | int | Expression:
    if isinstance(key, Literal) and isinstance(key.value, str | int) and not isinstance(key.value, bool):
        return key.value
    return key
