"""The texts of templates: escapes, strip markers, heredoc indentation, directives.

Written after hclsyntax's template parser, whose order matters: texts are unescaped, then strip
markers act on the neighbouring text (one line of it where there are no quotes), then ``<<-`` removes indentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct, field

from sgwarden.terraform.syntax.ast import Expression, Literal, Span, Template, TemplateFor, TemplateIf
from sgwarden.terraform.syntax.text import MAX_NESTING, InvalidText, normalise, unescape

_RAW_ESCAPE = re.compile(r"\$\$\{|%%\{")


class Piece(Struct):
    """A token of a template: ``text``, ``interpolation``, ``if``, ``else``, ``endif``, ``for`` or ``endfor``."""

    kind: str
    start: int
    end: int
    text: str = ""
    expression: Expression | None = None
    names: list[str] = field(default_factory=list)
    trims_before: bool = False
    trims_after: bool = False


def literal_pieces(text: str, start: int, end: int, *, quoted: bool, lines: bool) -> Iterator[Piece]:
    """Yield the text between two offsets, by line for a heredoc or a file."""
    if quoted:
        yield Piece("text", start, end, unescape(text[start:end], start))
        return
    while start < end:
        stop = (text.find("\n", start, end) + 1 or end) if lines else end
        content = _RAW_ESCAPE.sub(lambda match: match.group()[1:], text[start:stop])
        yield Piece("text", start, stop, normalise(content))
        start = stop


def build_template(
    pieces: list[Piece], span: Callable[[int, int], Span], start: int, end: int, *, flush: bool = False
) -> Expression:
    """Return the node of a whole template; raises InvalidText on directives that do not pair."""
    _trim(pieces)
    if flush:
        _unindent(pieces)
    builder = _Builder(pieces, span)
    parts, stopped = builder.sequence(())
    assert stopped is None
    if len(parts) == 1 and isinstance(parts[0], Literal):
        return Literal(span(start, end), parts[0].value)
    if not parts:
        return Literal(span(start, end), "")
    return Template(span(start, end), tuple(parts))


def _trim(pieces: list[Piece]) -> None:
    for index, piece in enumerate(pieces):
        if piece.trims_before and index and pieces[index - 1].kind == "text":
            pieces[index - 1].text = pieces[index - 1].text.rstrip()
        if piece.trims_after and index + 1 < len(pieces) and pieces[index + 1].kind == "text":
            pieces[index + 1].text = pieces[index + 1].text.lstrip()


def _unindent(pieces: list[Piece]) -> None:
    """Remove the indentation that all lines of a ``<<-`` heredoc share; blank lines do not count."""
    smallest: int | None = None
    indented = []
    at_line_start = True
    for piece in pieces:
        if at_line_start:
            at_line_start = False
            spaces: int | None = 0
            if piece.kind == "text":
                stripped = piece.text.lstrip()
                if not stripped and piece.text.endswith("\n"):
                    spaces = None
                else:
                    spaces = len(piece.text) - len(stripped)
                    indented.append(piece)
            if spaces is not None and (smallest is None or spaces < smallest):
                smallest = spaces
        if piece.kind == "text" and piece.text.endswith("\n"):
            at_line_start = True
    for piece in indented:
        piece.text = piece.text[smallest or 0 :]


class _Builder:
    """Pairs directives."""

    def __init__(self, pieces: list[Piece], span: Callable[[int, int], Span]) -> None:
        self.pieces = pieces
        self.span = span
        self.at = 0
        self.depth = 0

    def sequence(self, until: tuple[str, ...], opener: Piece | None = None) -> tuple[list[Expression], Piece | None]:
        """Return parts up to one of the directives, which is returned too, or up to the end of the template."""
        parts: list[Expression] = []
        emptied: Expression | None = None
        self.depth += 1
        if opener is not None and self.depth > MAX_NESTING:
            raise InvalidText(opener.start, f"nested deeper than {MAX_NESTING} levels")
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            if piece.kind in until:
                self.depth -= 1
                return _melded(parts, emptied), piece
            if piece.kind == "text":
                literal = Literal(self.span(piece.start, piece.end), piece.text)
                if piece.text:
                    parts.append(literal)
                else:
                    emptied = literal
            elif piece.kind == "interpolation":
                assert piece.expression is not None
                parts.append(piece.expression)
            elif piece.kind == "if":
                parts.append(self.conditional(piece))
            elif piece.kind == "for":
                parts.append(self.loop(piece))
            else:
                raise InvalidText(piece.start, f"unexpected {piece.kind} directive")
        if opener is not None:
            raise InvalidText(opener.start, f"this {opener.kind} directive is never ended")
        return _melded(parts, emptied), None

    def conditional(self, opener: Piece) -> TemplateIf:
        then, stop = self.sequence(("else", "endif"), opener)
        assert stop is not None and opener.expression is not None
        then_end, middle = stop.start, stop
        otherwise: list[Expression] = []
        if stop.kind == "else":
            otherwise, stop = self.sequence(("endif",), opener)
            assert stop is not None
        return TemplateIf(
            self.span(opener.start, stop.end),
            opener.expression,
            self.branch(then, opener.end, then_end),
            self.branch(otherwise, min(middle.end, stop.start), stop.start),
        )

    def loop(self, opener: Piece) -> TemplateFor:
        body, stop = self.sequence(("endfor",), opener)
        assert stop is not None and opener.expression is not None
        return TemplateFor(
            self.span(opener.start, stop.end),
            opener.names[0] if len(opener.names) == 2 else None,
            opener.names[-1],
            opener.expression,
            self.branch(body, opener.end, stop.start),
        )

    def branch(self, parts: list[Expression], start: int, end: int) -> Expression:
        if not parts:
            return Literal(self.span(start, end), "")
        if len(parts) == 1 and isinstance(parts[0], Literal) and isinstance(parts[0].value, str):
            return Literal(self.span(start, end), parts[0].value)
        return Template(self.span(start, end), tuple(parts))


def _text(part: Expression | None) -> str | None:
    """Return the text of a part that is a literal text, else None."""
    return part.value if isinstance(part, Literal) and isinstance(part.value, str) else None


def _melded(parts: list[Expression], emptied: Expression | None) -> list[Expression]:
    """Join neighbouring texts.

    A text that was trimmed away still makes the template more than its one other part, so that
    ``" ${~ x}"`` is a string whatever ``x`` is.
    """
    melded: list[Expression] = []
    for part in parts:
        last = melded[-1] if melded else None
        text, before = _text(part), _text(last)
        if last is not None and text is not None and before is not None:
            melded[-1] = Literal(last.span[:2] + part.span[2:], before + text)
        else:
            melded.append(part)
    if emptied is not None and len(melded) == 1 and _text(melded[0]) is None:
        melded.insert(0, emptied)
    return melded
