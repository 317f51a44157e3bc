"""python-hcl2's raw Lark tree of a masked text, converted to nodes.

The tree gives structure and offsets; names, numbers, operators and texts are read at these offsets
from the original text (see ``preprocess``).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sgwarden.terraform.syntax.ast import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    GetAttr,
    Index,
    Literal,
    ObjectCons,
    Span,
    Splat,
    SplatItem,
    TupleCons,
    Unary,
    Variable,
)
from sgwarden.terraform.syntax.preprocess import Masked
from sgwarden.terraform.syntax.templates import Piece, build_template, literal_pieces
from sgwarden.terraform.syntax.text import MAX_NESTING, InvalidText, line_starts, unescape
from sgwarden.terraform.types.numbers import parse_literal

if TYPE_CHECKING:
    from lark import Tree

    LarkTree = Tree[Any]
    """A tree, whose children are trees and tokens (strings with offsets); lark does not say which where."""

MAX_LEVELS = 250
"""Levels of the node tree: operators in one chain, steps of a reference, brackets."""
MAX_SPLATS = 20

_LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_SKIPPED = frozenset({"new_line_or_comment", "NL_OR_COMMENT"})


class Converter:
    """Converts trees of one text. ``line`` and ``column`` say where the text begins in its file."""

    def __init__(self, text: str, masked: Masked, line: int = 1, column: int = 1) -> None:
        self.text = text
        self.prefixes = masked.prefixes
        self.line = line
        self.column = column
        self.starts = line_starts(text)
        self.depth = 0
        """Calls on the stack."""
        self.levels = 0
        """Levels of nodes above the one being made."""

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of the file."""
        row = bisect_right(self.starts, offset) - 1
        column = offset - self.starts[row] + (self.column if row == 0 else 1)
        return row + self.line, column

    def span(self, start: int, end: int) -> Span:
        return self.position(start) + self.position(end)

    # Bodies

    def body(self, tree: LarkTree) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks = []
        for child in tree.children:
            if child.data == "attribute":
                attribute = self.attribute(child)
                if attribute.name in attributes:
                    raise InvalidText(child.meta.start_pos, f"attribute {attribute.name!r} is set twice")
                attributes[attribute.name] = attribute
            elif child.data == "block":
                blocks.append(self.block(child))
        return Body(attributes, tuple(blocks))

    def attribute(self, tree: LarkTree) -> Attribute:
        name, _, value = tree.children
        attribute_name = self.name(name)
        expression = self.expression(value)
        start = self.position(tree.meta.start_pos)
        return Attribute(start + expression.span[2:], attribute_name, expression)

    def block(self, tree: LarkTree) -> Block:
        children = [child for child in tree.children if isinstance(child, str) or child.data not in _SKIPPED]
        header, body = children[:-3], children[-2]
        labels = tuple(self.label(label) for label in header[1:])
        return Block(self.span(tree.meta.start_pos, tree.meta.end_pos), self.name(header[0]), labels, self.body(body))

    def label(self, tree: Any) -> str:
        if not self.text.startswith('"', tree.meta.start_pos):
            return self.name(tree)
        if tree.data == "string" and any(not isinstance(part.children[0], str) for part in tree.children[1:-1]):
            raise InvalidText(tree.meta.start_pos, "a block label may not hold a template")
        return unescape(self.slice(tree)[1:-1], tree.meta.start_pos + 1)

    def name(self, tree: LarkTree) -> str:
        """Return a name where no string or reference may stand, though both were masked as names."""
        name = self.slice(tree)
        if name[0] == '"' or "." in name:
            raise InvalidText(tree.meta.start_pos, f"a name was expected, not {name[:40]}")
        return name

    def slice(self, tree: LarkTree) -> str:
        return self.text[tree.meta.start_pos : tree.meta.end_pos]

    # Expressions

    def expression(self, tree: LarkTree) -> Expression:
        self.depth += 1
        self.deepen(1, tree)
        if self.depth > MAX_NESTING + 20:
            raise InvalidText(tree.meta.start_pos, f"nested deeper than {MAX_NESTING} levels")
        kind = tree.data
        if kind == "expr_term":
            node = self.term(tree)
        elif kind == "binary_op":
            node = self.binary(tree)
        else:
            assert kind == "conditional", kind
            node = self.conditional(tree)
        self.depth -= 1
        self.levels -= 1
        return node

    def deepen(self, levels: int, tree: LarkTree) -> None:
        self.levels += levels
        if self.levels > MAX_LEVELS:
            raise InvalidText(tree.meta.start_pos, f"more than {MAX_LEVELS} operators or steps in one expression")

    def conditional(self, tree: LarkTree) -> Expression:
        choices = []
        while tree.data == "conditional":
            condition, then, otherwise = filter(is_expression, tree.children)
            self.deepen(1, tree)
            choices.append((self.expression(condition), self.expression(then)))
            tree = otherwise
        node = self.expression(tree)
        self.levels -= len(choices)
        for condition, then in reversed(choices):
            node = Conditional(condition.span[:2] + node.span[2:], condition, then, node)
        return node

    def binary(self, tree: LarkTree) -> Expression:
        terms = []
        while tree.data == "binary_op":
            terms.append(tree.children[1])
            tree = tree.children[0]
        self.deepen(len(terms), tree)
        node = self.expression(tree)
        for term in reversed(terms):
            right = self.expression(term.children[-1])
            token: Any = term.children[0].children[0]
            operator = self.text[token.start_pos : token.end_pos]
            node = Binary(node.span[:2] + right.span[2:], operator, node, right)
        self.levels -= len(terms)
        return node

    def term(self, tree: LarkTree) -> Expression:
        start, end = tree.meta.start_pos, tree.meta.end_pos
        prefixes = self.prefixes.get(start)
        if prefixes is None:
            return self.traversal(tree)
        self.deepen(len(prefixes), tree)
        node = self.traversal(tree)
        for offset in reversed(prefixes):
            node = Unary(self.span(offset, end), self.text[offset], node)
        self.levels -= len(prefixes)
        return node

    def traversal(self, tree: LarkTree) -> Expression:
        """Return a primary and the ``.name``, ``[key]`` and splats after it."""
        steps: list[tuple[str, Any, int]] = []
        while True:
            inner = tree.children[0]
            kind = getattr(inner, "data", "")
            if kind not in {"get_attr_expr_term", "index_expr_term", "attr_splat_expr_term", "full_splat_expr_term"}:
                break
            step: Any
            tree, step = inner.children
            if kind in {"attr_splat_expr_term", "full_splat_expr_term"}:
                marker = step.children[0]
                for child in reversed(step.children[1:]):
                    steps.extend(self.steps(child))
                steps.append((kind, None, marker.end_pos))
            else:
                steps.extend(self.steps(step))
        if not steps:
            return self.primary(tree)
        self.deepen(len(steps), tree)
        if sum(kind == "full_splat_expr_term" for kind, _, _ in steps) > MAX_SPLATS:
            raise InvalidText(tree.meta.start_pos, f"more than {MAX_SPLATS} splats in one reference")
        steps.reverse()
        node = self.follow(self.primary(tree), tree.meta.start_pos, steps, 0)
        self.levels -= len(steps)
        return node

    def steps(self, tree: LarkTree) -> list[tuple[str, Any, int]]:
        """Return one step, or the several of ``.a.b``; last first."""
        end = tree.meta.end_pos
        if tree.data != "get_attr":
            return [(str(tree.data), tree, end)]
        names = self.slice(tree.children[1])
        if names[0] == '"':
            raise InvalidText(end - len(names), "an attribute name was expected")
        found = []
        for name in reversed(names.split(".")):
            found.append(("get_attr", name, end))
            end -= len(name) + 1
        return found

    def reference(self, start: int, end: int) -> Expression:
        """Return a plain string, a name or a dotted name."""
        text = self.text[start:end]
        if text[0] == '"':
            return Literal(self.span(start, end), unescape(text[1:-1], start + 1))
        root, *names = text.split(".")
        line, column = self.position(start)
        at = column + len(root)
        node: Expression = Variable((line, column, line, at), root)
        for name in names:
            at += len(name) + 1
            node = GetAttr((line, column, line, at), node, name)
        if len(names) + self.levels > MAX_LEVELS:
            raise InvalidText(start, f"more than {MAX_LEVELS} operators or steps in one expression")
        return node

    def follow(self, node: Expression, start: int, steps: list[tuple[str, Any, int]], at: int) -> Expression:
        """Apply steps from ``at`` on; a full splat takes all that follow it, as HCL has it."""
        while at < len(steps):
            kind, _, end = steps[at]
            if kind == "full_splat_expr_term":
                item = SplatItem(self.span(end, end))
                each = self.follow(item, end, steps, at + 1)
                return Splat(self.span(start, steps[-1][2]), node, each, True)
            if kind == "attr_splat_expr_term":
                each = SplatItem(self.span(end, end))
                item_start = end
                at += 1
                while at < len(steps) and steps[at][0] in {"get_attr", "short_index"}:
                    each = self.step(each, item_start, steps[at])
                    end = steps[at][2]
                    at += 1
                node = Splat(self.span(start, end), node, each, False)
                continue
            node = self.step(node, start, steps[at])
            at += 1
        return node

    def step(self, node: Expression, start: int, step: tuple[str, Any, int]) -> Expression:
        kind, tree, end = step
        span = self.span(start, end)
        if kind == "get_attr":
            return GetAttr(span, node, tree)
        if kind == "short_index":
            token = tree.children[1]
            key = Literal(self.span(token.start_pos, token.end_pos), int(self.text[token.start_pos : token.end_pos]))
            return Index(span, node, key)
        return Index(span, node, self.expression(next(filter(is_expression, tree.children))))

    def primary(self, tree: LarkTree) -> Expression:
        start, end = tree.meta.start_pos, tree.meta.end_pos
        first = tree.children[0]
        if isinstance(first, str):
            inner = self.expression(next(filter(is_expression, tree.children)))
            return replace(inner, span=self.span(start, end))
        kind = first.data
        if kind == "identifier":
            return self.reference(start, end)
        if kind == "string":
            return self.string(first)
        if kind in {"int_lit", "float_lit"}:
            try:
                return Literal(self.span(start, end), parse_literal(self.text[start:end]))
            except ValueError as error:
                raise InvalidText(start, str(error)) from None
        if kind == "literal_value":
            return Literal(self.span(start, end), _LITERALS[self.text[start:end]])
        if kind == "tuple":
            items = tuple(self.expression(child) for child in first.children if is_expression(child))
            return TupleCons(self.span(start, end), items)
        if kind == "object":
            elements = (child for child in first.children if getattr(child, "data", "") == "object_elem")
            return ObjectCons(self.span(start, end), tuple(self.element(child) for child in elements))
        if kind == "function_call":
            return self.call(first)
        assert kind in {"for_tuple_expr", "for_object_expr"}, kind
        return self.for_expression(first)

    def element(self, tree: LarkTree) -> tuple[Expression, Expression]:
        key = tree.children[0].children[0]
        return self.key(key), self.expression(tree.children[2])

    def key(self, tree: LarkTree) -> Expression:
        start, end = tree.meta.start_pos, tree.meta.end_pos
        if tree.data == "keyword":
            raise InvalidText(start, f"a key named {self.text[start:end]!r} needs quotes here")
        bare = tree.data == "expr_term" and getattr(tree.children[0], "data", "") in {"identifier", "literal_value"}
        if bare and start not in self.prefixes and self.text[start] != '"' and "." not in self.text[start:end]:
            return Literal(self.span(start, end), self.text[start:end])
        # A reference (``aws.west = ...`` in ``providers``) is left for the user of the node to judge.
        return self.expression(tree)

    def call(self, tree: LarkTree) -> Expression:
        arguments: tuple[Expression, ...] = ()
        expand = False
        for child in tree.children[1:]:
            if getattr(child, "data", "") == "arguments":
                arguments = tuple(self.expression(part) for part in child.children if is_expression(part))
                expand = any(getattr(part, "type", "") == "ELLIPSIS" for part in child.children)
        name = "".join(self.name(tree.children[0]).split())
        return Call(self.span(tree.meta.start_pos, tree.meta.end_pos), name, arguments, expand)

    def for_expression(self, tree: LarkTree) -> Expression:
        names, collection = self.for_intro(next(c for c in tree.children if getattr(c, "data", "") == "for_intro"))
        results = [self.expression(child) for child in tree.children if is_expression(child)]
        condition = None
        for child in tree.children:
            if getattr(child, "data", "") == "for_cond":
                condition = self.expression(next(filter(is_expression, child.children)))
        group = any(getattr(child, "type", "") == "ELLIPSIS" for child in tree.children)
        return For(
            self.span(tree.meta.start_pos, tree.meta.end_pos),
            names[0] if len(names) == 2 else None,
            names[-1],
            collection,
            results[0] if len(results) == 2 else None,
            results[-1],
            condition,
            group,
        )

    def for_intro(self, tree: LarkTree) -> tuple[list[str], Expression]:
        """Return the names and the collection of a for expression or directive."""
        names = [self.name(child) for child in tree.children if getattr(child, "data", "") == "identifier"]
        return names, self.expression(next(filter(is_expression, tree.children)))

    # Templates

    def string(self, tree: Any) -> Expression:
        """Return a quoted or heredoc template."""
        start, end = tree.meta.start_pos, tree.meta.end_pos
        if self.text.startswith("<<", start):
            content = self.text.index("\n", start) + 1
            content_end = self.text.rindex("\n", content - 1, end) + 1
            pieces = self.pieces(tree, content, content_end, quoted=False, lines=True)
            return build_template(pieces, self.span, start, end, flush=self.text[start + 2] == "-")
        if len(tree.children) == 2:
            return Literal(self.span(start, end), "")
        return build_template(self.pieces(tree, start + 1, end - 1, quoted=True, lines=False), self.span, start, end)

    def raw_template(self, tree: Any) -> Expression:
        """Return a template whose quotes were added around the text; its span leaves them out."""
        start, end = tree.meta.start_pos + 1, tree.meta.end_pos - 1
        return build_template(self.pieces(tree, start, end, quoted=False, lines=True), self.span, start, end)

    def pieces(self, tree: Any, content: int, content_end: int, *, quoted: bool, lines: bool) -> list[Piece]:
        """Return the tokens of a template between two offsets."""
        text = self.text
        pieces: list[Piece] = []
        for part in tree.children[1:-1]:
            child: Any = part.children[0]
            if isinstance(child, str):
                first, last = max(part.meta.start_pos, content), min(part.meta.end_pos, content_end)
                if first < last:
                    pieces.extend(literal_pieces(text, first, last, quoted=quoted, lines=lines))
            else:
                pieces.append(self.sequence(child))
        return pieces

    def sequence(self, tree: LarkTree) -> Piece:
        start, end = tree.meta.start_pos, tree.meta.end_pos
        kind = tree.data.removeprefix("template_").removesuffix("_start")
        piece = Piece(kind, start, end)
        piece.trims_before = self.text[start + 2] == "~"
        piece.trims_after = self.text[end - 2] == "~" and end - 2 > start + 2
        if kind == "for":
            piece.names, piece.expression = self.for_intro(tree)
        elif kind in {"interpolation", "if"}:
            piece.expression = self.expression(next(filter(is_expression, tree.children)))
        return piece


def is_expression(child: Any) -> bool:
    """Return True if a child of a tree is an expression."""
    return getattr(child, "data", "") in {"expr_term", "binary_op", "conditional"}
