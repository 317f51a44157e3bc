"""Terraform's JSON syntax (``.tf.json``, ``.tofu.json``, ``.tfvars.json``) as the nodes of its native twin.

Source: https://developer.hashicorp.com/terraform/language/syntax/json and hashicorp/hcl, json/spec.md.
JSON does not distinguish a block from an attribute; Terraform knows from its schemas. Here the blocks of
the language itself are blocks, and what a provider defines (``ingress`` of a security group) is an
attribute holding an object or a list of objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sgwarden.terraform.syntax.ast import (
    Attribute,
    Block,
    Body,
    Expression,
    Literal,
    ObjectCons,
    Span,
    TupleCons,
    Unary,
)
from sgwarden.terraform.syntax.json_reader import JsonNumber, JsonProperty, JsonReader, JsonValue
from sgwarden.terraform.syntax.relocate import with_span
from sgwarden.terraform.syntax.text import InvalidText, normalise
from sgwarden.terraform.types.numbers import parse_literal

TOP_LEVEL = {
    "terraform": 0,
    "provider": 1,
    "variable": 1,
    "locals": 0,
    "output": 1,
    "module": 1,
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "moved": 0,
    "import": 0,
    "removed": 0,
    "check": 1,
}
"""Labels of each kind of top-level block."""
_RESOURCE_BLOCKS = {"lifecycle": 0, "connection": 0, "provisioner": 1, "dynamic": 1}
_CONDITIONS = {"precondition": 0, "postcondition": 0}
_NESTED: dict[str, dict[str, int]] = {
    "terraform": {"required_providers": 0, "backend": 1, "cloud": 0, "provider_meta": 1},
    "cloud": {"workspaces": 0},
    "variable": {"validation": 0},
    "output": _CONDITIONS,
    "resource": _RESOURCE_BLOCKS,
    "data": _RESOURCE_BLOCKS,
    "ephemeral": _RESOURCE_BLOCKS,
    "provider": {"dynamic": 1},
    "lifecycle": _CONDITIONS,
    "provisioner": {"connection": 0},
    "dynamic": {"content": 0},
    "content": {"dynamic": 1},
    "check": {"data": 2, "assert": 0},
    "removed": {"lifecycle": 0, "provisioner": 1},
}
_REFERENCES = frozenset(
    {
        ("resource", "provider"),
        ("data", "provider"),
        ("ephemeral", "provider"),
        ("import", "provider"),
        ("import", "to"),
        ("moved", "from"),
        ("moved", "to"),
        ("removed", "from"),
        ("variable", "type"),
        ("lifecycle", "ignore_changes"),
        ("lifecycle", "replace_triggered_by"),
        ("module", "providers"),
    }
)
"""Attributes whose strings are references, by the kind of their block; ``depends_on`` is one everywhere."""
_LITERALS = frozenset(
    {("variable", "default"), ("variable", "description"), ("module", "source"), ("module", "version")}
)
"""Attributes whose strings are no templates."""


class JsonSyntax:
    """Converter of one JSON text.

    ``parse_string`` parses the content of a string, a "template" or a "reference", or raises InvalidText.
    """

    def __init__(self, text: str, starts: list[int], parse_string: Callable[[str, str], Expression]) -> None:
        self.reader = JsonReader(text, starts)
        self.parse_string = parse_string
        self.failures: list[InvalidText] = []

    def top_level(self) -> tuple[list[Block], list[InvalidText]]:
        """Return the top-level blocks in order; raises InvalidText when the text is no JSON."""
        blocks: list[Block] = []
        failures = self.failures
        for item in self._root(self.reader.read()):
            if item.name == "//":
                continue
            labels = TOP_LEVEL.get(item.name)
            if labels is None:
                failures.append(InvalidText(item.start, f"unknown top-level property {item.name!r}"))
                continue
            try:
                blocks.extend(self._blocks(item.name, item.start, item.value, labels, ()))
            except InvalidText as failure:
                failures.append(failure)
        return blocks, failures

    def attributes(self) -> dict[str, Attribute]:
        """Return the properties of a variables file, whose strings are templates without references."""
        found: dict[str, Attribute] = {}
        for item in self._root(self.reader.read()):
            found[item.name] = self._attribute(item, self.expression(item.value))
        return found

    def _root(self, value: JsonValue) -> Iterator[JsonProperty]:
        for part in value.content if isinstance(value.content, list) else [value]:
            if not isinstance(part.content, tuple):
                raise InvalidText(part.start, "an object was expected")
            yield from part.content

    def _blocks(
        self, kind: str, start: int, value: JsonValue, labels_left: int, labels: tuple[str, ...]
    ) -> Iterator[Block]:
        if value.content is None and not labels_left:
            return
        for part in value.content if isinstance(value.content, list) else [value]:
            if not isinstance(part.content, tuple):
                raise InvalidText(part.start, f"an object was expected for {kind!r}")
            if not labels_left:
                # In a list, a block begins at its own brace.
                begin = start if part is value else part.start
                try:
                    body = self._body(kind, part)
                except InvalidText as failure:
                    if kind not in TOP_LEVEL:
                        raise
                    self.failures.append(failure)
                else:
                    yield Block(self.reader.span(begin, part.end), kind, labels, body)
                continue
            for item in part.content:
                if item.name != "//":
                    yield from self._blocks(kind, item.start, item.value, labels_left - 1, (*labels, item.name))

    def _body(self, kind: str, value: JsonValue) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        nested = _NESTED.get(kind, {})
        for item in value.content:
            if item.name == "//":
                continue
            if item.name in nested and not (kind == "resource" and isinstance(item.value.content, str)):
                blocks.extend(self._blocks(item.name, item.start, item.value, nested[item.name], ()))
                continue
            if item.name in attributes:
                raise InvalidText(item.start, f"property {item.name!r} is set twice")
            attributes[item.name] = self._attribute(item, self._meaning(kind, item))
        return Body(attributes, tuple(blocks))

    def _attribute(self, item: JsonProperty, expression: Expression) -> Attribute:
        return Attribute(self.reader.span(item.start, item.value.end), item.name, expression)

    def _meaning(self, kind: str, item: JsonProperty) -> Expression:
        """Return an attribute's value; its block decides what strings in it are."""
        if (kind, item.name) in _LITERALS or kind in {"backend", "required_providers"}:
            return self.expression(item.value, "literal")
        if item.name == "depends_on" or (kind, item.name) in _REFERENCES:
            return self.expression(item.value, "reference")
        return self.expression(item.value)

    def expression(self, value: JsonValue, strings: str = "template") -> Expression:
        """Return a value whose strings are ``template``, ``literal`` or ``reference``."""
        span = self.reader.span(value.start, value.end)
        content = value.content
        if isinstance(content, str):
            return self._string(content, span, value.start, strings)
        if isinstance(content, JsonNumber):
            return _number(content.text, span, value.start)
        if isinstance(content, list):
            return TupleCons(span, tuple(self.expression(item, strings) for item in content))
        if isinstance(content, tuple):
            items = []
            for item in content:
                key_span = self.reader.span(item.start, item.end)
                # Names are templates too; in ``providers`` they are bare names or references (aws.west).
                bare = strings == "reference" and "." not in item.name
                key = self._string(item.name, key_span, item.start, "literal" if bare else strings)
                items.append((key, self.expression(item.value, strings)))
            return ObjectCons(span, tuple(items))
        return Literal(span, content)

    def _string(self, content: str, span: Span, offset: int, strings: str) -> Expression:
        if strings == "literal" or (strings == "template" and "{" not in content):
            return Literal(span, normalise(content))
        try:
            node = self.parse_string(content, strings)
        except InvalidText as failure:
            raise InvalidText(offset, f"in this string: {failure.message}") from None
        return with_span(node, span)


def _number(text: str, span: Span, offset: int) -> Expression:
    try:
        value = parse_literal(text.removeprefix("-"))
    except ValueError as error:
        raise InvalidText(offset, str(error)) from None
    return Unary(span, "-", Literal(span, value)) if text.startswith("-") else Literal(span, value)
