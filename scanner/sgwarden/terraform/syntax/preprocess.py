"""Native syntax rewritten for python-hcl2's grammar, character for character.

``mask`` rewrites a text to one of the same length that means the same to the grammar but avoids
everything the grammar cannot read: literal text of templates becomes ``x``, comments and
insignificant newlines become spaces, identifiers outside ASCII and keywords used as names become
``x``, a binary minus becomes ``+`` and prefix operators vanish into ``Masked.prefixes``. A plain
string and a dotted name (``var.a.b``) each become one name, which halves the grammar's work. Because
offsets do not move, names, texts and operators are read from the original text afterwards.

The rules on newlines, templates and heredocs follow hashicorp/hcl, hclsyntax/spec.md.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from sgwarden.terraform.syntax.text import IDENTIFIER, MAX_NESTING, QUOTED_TEXT, InvalidText, raw_stop

MAX_TOKENS = 250_000
"""Tokens of one text that are read: about ten seconds of the grammar's time."""


class Masked(Struct):
    """A text for the grammar and what was taken out of it."""

    text: str
    prefixes: dict[int, list[int]]
    """Offset of an operand -> offsets of the ``-`` and ``!`` before it, outermost first."""


_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r]+)
  | (?P<name>{IDENTIFIER}(?:(?:\.{IDENTIFIER})++|(?:[ \t]*::[ \t]*{IDENTIFIER})++)?)
  | (?P<newline>\n)
  | (?P<string>"{QUOTED_TEXT}*+")
  | (?P<comment>\#[^\n]*|//[^\n]*|/\*(?:[^*]++|\*(?!/))*+\*/)
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
  | (?P<open>[(\[{{])
  | (?P<close>[)\]}}])
  | (?P<quote>")
  | (?P<heredoc><<-?(?P<marker>{IDENTIFIER})\r?\n)
  | (?P<operator>==|!=|<=|>=|&&|\|\||=>|\.\.\.|[-+*/%<>!?:,.=])
  | (?P<strip>~(?=\}}))
    """,
    re.VERBOSE,
)
_FULL_SPLAT = re.compile(r"\[[ \t]*\*[ \t]*\]")
_DIGITS = re.compile(r"[0-9]+")
_QUOTED_CHUNK = re.compile(rf"{QUOTED_TEXT}+")
_RAW_STOP = re.compile(r"\$\$\{|%%\{|(?P<sequence>[$%]\{)")
_WORD = re.compile(r'[\w"-]')
_KEYWORDS = frozenset({"if", "in", "for", "for_each", "else", "endif", "endfor"})
_LITERALS = frozenset({"true", "false", "null"})
_CLOSERS = {"(": ")", "[": "]", "{": "}", "block": "}", "${": "}", "%{": "}"}
_BODIES = frozenset({"body", "block"})
_AFTER_OPERAND = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "*", "/", "%", "?", ","})


class _Frame(Struct):
    kind: str
    """The opening bracket, ``"``, ``<<``, ``raw`` or ``body``/``expression`` at the bottom."""
    offset: int
    newlines: bool
    """Whether newlines mean something."""
    first: bool = True
    """Nothing but blanks was read since the opening."""
    phase: int = 0
    """Of a for: 1 names, 2 collection, 3 result."""
    questions: int = 0
    assigned: bool = False
    """Of a body: an attribute's ``=`` or a whole block was read on this line."""
    stop: re.Pattern[str] | None = None


class _Masker(Struct):
    text: str
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    prefixes: dict[int, list[int]] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    operand: bool = False
    """The last token ended an operand."""
    dot: int = -1
    """Offset of the ``.`` just read, else -1."""

    def push(self, kind: str, offset: int, newlines: bool = False, stop: re.Pattern[str] | None = None) -> None:
        if len(self.stack) > MAX_NESTING:
            raise InvalidText(offset, f"nested deeper than {MAX_NESTING} levels")
        self.stack.append(_Frame(kind, offset, newlines, stop=stop))
        self.operand = False

    def blank(self, start: int, end: int) -> None:
        self.edits.append((start, end, " " * (end - start)))

    def hide(self, start: int, end: int) -> None:
        if end > start:
            self.edits.append((start, end, "x" * (end - start)))

    def begin_operand(self, offset: int) -> None:
        frame = self.stack[-1]
        if self.operand and (frame.assigned or frame.kind not in _BODIES):
            raise InvalidText(offset, "a newline, comma or operator is missing here")
        if self.pending:
            self.prefixes[offset] = self.pending
            self.pending = []

    def result(self) -> Masked:
        pieces = []
        position = 0
        for start, end, replacement in self.edits:
            pieces.append(self.text[position:start])
            pieces.append(replacement)
            position = end
        pieces.append(self.text[position:])
        return Masked("".join(pieces), self.prefixes)


def mask(text: str, kind: str = "body") -> Masked:
    """Mask a ``body`` (attributes and blocks), an ``expression`` or a ``raw`` template.

    A raw template is given with three extra characters before it and one after, of which the
    neighbours become its quotes.
    Raises InvalidText.
    """
    masker = _Masker(text)
    position, end = 0, len(text)
    if kind == "raw":
        masker.edits.append((2, 3, '"'))
        masker.push("raw", 2, stop=_RAW_STOP)
        position, end = 3, end - 1
    else:
        masker.push(kind, 0, newlines=kind == "body")
    tokens = 0
    while position < end:
        tokens += 1
        if tokens > 2 * MAX_TOKENS:
            # Blanks, which the grammar never sees, are about every second token.
            raise InvalidText(position, f"more than {MAX_TOKENS} tokens in one block")
        frame = masker.stack[-1]
        if frame.kind == '"':
            position = _quoted(masker, position)
        elif frame.stop is not None:
            position = _raw(masker, frame, position, end)
        else:
            position = _code(masker, frame, position, end)
    _check_closed(masker)
    if kind == "raw":
        masker.edits.append((end, end + 1, '"'))
    return masker.result()


def _check_closed(masker: _Masker) -> None:
    if len(masker.stack) > 1:
        frame = masker.stack[-1]
        what = {'"': "string", "<<": "heredoc", "${": "interpolation", "%{": "directive"}.get(frame.kind, "bracket")
        raise InvalidText(frame.offset, f"this {what} is never closed")
    if masker.pending:
        raise InvalidText(masker.pending[-1], "an operand is missing after this operator")


def _quoted(masker: _Masker, position: int) -> int:
    text = masker.text
    chunk = _QUOTED_CHUNK.match(text, position)
    if chunk:
        masker.hide(position, chunk.end())
        position = chunk.end()
    if text.startswith('"', position):
        masker.stack.pop()
        masker.operand = True
        return position + 1
    if text.startswith(("${", "%{"), position):
        return _open_sequence(masker, position)
    raise InvalidText(masker.stack[-1].offset, "this string is not closed on its line")


def _raw(masker: _Masker, frame: _Frame, position: int, end: int) -> int:
    """Read on in a heredoc or raw template; ``frame.stop`` finds a sequence or the closing line."""
    assert frame.stop is not None
    start = position
    while True:
        found = frame.stop.search(masker.text, position, end)
        if found is None:
            if frame.kind == "raw":
                masker.hide(start, end)
                return end
            raise InvalidText(frame.offset, "this heredoc is never closed")
        position = found.end()
        if found.lastgroup == "sequence":
            masker.hide(start, found.start())
            return _open_sequence(masker, found.start())
        if found.lastgroup == "end":
            masker.hide(start, position - 1)
            masker.edits.append((position - 1, position, '"'))
            masker.stack.pop()
            masker.operand = True
            return position


def _open_sequence(masker: _Masker, position: int) -> int:
    masker.push(masker.text[position : position + 2], position)
    if masker.text.startswith("~", position + 2):
        masker.blank(position + 2, position + 3)
        return position + 3
    return position + 2


def _code(masker: _Masker, frame: _Frame, position: int, end: int) -> int:
    text = masker.text
    token = _TOKEN.match(text, position, end)
    if token is None:
        raise InvalidText(position, _unreadable(text, position))
    kind = token.lastgroup if token.lastgroup != "marker" else "heredoc"
    after = token.end()
    if kind == "space":
        return after
    if kind == "newline":
        if frame.newlines:
            if frame.assigned and not masker.operand:
                raise InvalidText(position, "unexpected end of line")
            masker.operand = frame.assigned = False
        else:
            masker.blank(position, after)
        return after
    if kind == "comment":
        masker.blank(position, after)
        return after
    dot, masker.dot = masker.dot, -1
    if kind == "name":
        _name(masker, frame, position, token.group(), dot >= 0)
    elif kind == "operator":
        _operator(masker, frame, position, token.group(), dot)
    elif kind == "string":
        masker.begin_operand(position)
        alone = not (_WORD.match(text, position - 1) if position else None) and not _WORD.match(text, after)
        masker.hide(position + (not alone), after - (not alone))
        masker.operand = True
    elif kind == "number":
        after = _number(masker, position, after, dot >= 0)
    elif kind == "open":
        return _open(masker, frame, position)
    elif kind == "close":
        _close(masker, position)
    elif kind == "quote":
        masker.begin_operand(position)
        frame.first = False
        masker.push('"', position)
    elif kind == "heredoc":
        frame.first = False
        return _heredoc(masker, position, after, token.group("marker"))
    else:
        _strip(masker, frame, position)
    frame.first = False
    return after


def _unreadable(text: str, position: int) -> str:
    if text.startswith("/*", position):
        return "this comment is never closed"
    return f"unexpected character {text[position]!r}"


def _name(masker: _Masker, frame: _Frame, position: int, name: str, after_dot: bool) -> None:
    was_operand = masker.operand
    after = position + len(name)
    if name in _KEYWORDS and not after_dot and _is_keyword(frame, name, was_operand):
        masker.operand = False
        return
    masker.begin_operand(position)
    masker.operand = True
    if after_dot or "." in name or name in _KEYWORDS:
        if name in _KEYWORDS or name in _LITERALS or not name.isascii():
            masker.hide(position, after)
    elif not name.isascii() or "::" in name:
        masker.hide(position, after)


def _is_keyword(frame: _Frame, name: str, was_operand: bool) -> bool:
    """Return True if this name is a keyword where it stands, and what that makes of the frame."""
    if frame.kind == "%{" and frame.first:
        frame.phase = 1 if name == "for" else 0
        return name in {"if", "else", "endif", "for", "endfor"}
    if name == "for" and frame.first and frame.kind in {"[", "{"}:
        frame.phase, frame.newlines = 1, False
        return True
    if name == "in" and frame.phase == 1 and was_operand:
        frame.phase = 2
        return True
    return name == "if" and frame.phase == 3 and was_operand


def _operator(masker: _Masker, frame: _Frame, position: int, operator: str, dot: int) -> None:
    splat = operator == "*" and dot >= 0
    if dot >= 0 and not splat:
        raise InvalidText(position, f"unexpected {operator!r}")
    if operator in {"-", "!"}:
        if not masker.operand:
            masker.pending.append(position)
            masker.blank(position, position + 1)
            return
        if operator == "!":
            raise InvalidText(position, "unexpected '!'")
        masker.edits.append((position, position + 1, "+"))
    if masker.pending or (operator in _AFTER_OPERAND and not masker.operand and not splat):
        raise InvalidText(position, f"unexpected {operator!r}")
    masker.operand = False
    if operator == ".":
        masker.dot = position
    elif operator == "=":
        frame.assigned = frame.kind in _BODIES
    elif splat:
        masker.operand = True
        if dot != position - 1:
            masker.edits.append((dot, position + 1, ".*" + " " * (position - 1 - dot)))
    elif operator == "...":
        masker.operand = True
    elif operator == "?":
        frame.questions += 1
    elif operator == ":":
        if frame.questions:
            frame.questions -= 1
        elif frame.phase == 2:
            frame.phase = 3


def _number(masker: _Masker, position: int, after: int, after_dot: bool) -> int:
    """Return the end of a number; ``a.0.1`` holds two indexes, not a fraction."""
    masker.begin_operand(position)
    masker.operand = True
    if after_dot:
        digits = _DIGITS.match(masker.text, position)
        assert digits is not None
        return digits.end()
    masker.edits.append((position, after, "1" * (after - position)))
    return after


def _open(masker: _Masker, frame: _Frame, position: int) -> int:
    frame.first = False
    bracket = masker.text[position]
    if bracket == "[" and masker.operand:
        splat = _FULL_SPLAT.match(masker.text, position)
        if splat:
            masker.edits.append((position, splat.end(), "[*]".ljust(splat.end() - position)))
            return splat.end()
    if bracket == "{" and masker.operand and frame.kind in _BODIES and not frame.assigned:
        frame.assigned = True
        masker.push("block", position, newlines=True)
        return position + 1
    if bracket == "{" or not masker.operand:
        masker.begin_operand(position)
    masker.push(bracket, position, newlines=bracket == "{")
    return position + 1


def _close(masker: _Masker, position: int) -> None:
    frame = masker.stack[-1]
    bracket = masker.text[position]
    if _CLOSERS.get(frame.kind) != bracket or masker.pending:
        raise InvalidText(position, f"unexpected {bracket!r}")
    masker.stack.pop()
    masker.operand = True


def _heredoc(masker: _Masker, position: int, after: int, marker: str) -> int:
    masker.begin_operand(position)
    masker.push("<<", position, stop=raw_stop(marker))
    masker.edits.append((position, after, '"' + "x" * (after - position - 1)))
    return after


def _strip(masker: _Masker, frame: _Frame, position: int) -> None:
    if frame.kind not in {"${", "%{"}:
        raise InvalidText(position, "unexpected character '~'")
    masker.blank(position, position + 1)
