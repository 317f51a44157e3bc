"""Which part of an expression holds a value: the element of a list or the entry of a map that it is made of.

A variable file gives a list of forty networks: a finding about one of them names that one's own line.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.relocate import children
from sgwarden.terraform.types.convert import to_string

_MAX_PARTS = 200_000
"""Parts of one expression that are looked at; in a larger one nothing is found."""
_CONTAINERS = (ast.TupleCons, ast.ObjectCons)


class ValueQuery(Struct, frozen=True):
    """A value to look for in an expression."""

    text: str | None = None
    """The value itself, as text; None for one that is unknown or no scalar."""
    around: tuple[Any, ...] = ()
    """Values of which it is a part, outermost first: ``each.value``, the value of a dynamic block's iterator."""
    keys: frozenset[str] = frozenset()
    """Keys that lead to it: ``each.key``, ``count.index`` ..., as text."""

    def within(self, scope: Scope | None) -> ValueQuery:
        """Return the query for an expression in ``scope``, whose iterators narrow it further."""
        around, keys = list(self.around), set(self.keys)
        for item in scope.names.values() if scope is not None else ():
            if isinstance(item, LazyObject) or not isinstance(item, dict):
                continue
            if isinstance(item.get("value"), (dict, tuple)):
                around.append(item["value"])
            keys.update(filter(None, (scalar(item.get("key")), scalar(item.get("index")))))
        return replace(self, around=tuple(around), keys=frozenset(keys))


class _Part(Struct, frozen=True):
    node: ast.Expression
    key: str
    """In what is around it; empty for none."""
    around: _Part | None

    def outwards(self) -> Iterator[_Part]:
        part: _Part | None = self
        while part is not None:
            yield part
            part = part.around

    def is_written_out(self) -> bool:
        """Return True if every enclosing node is a list or map literal."""
        return all(isinstance(part.node, _CONTAINERS) for part in self.outwards() if part is not self)


class PartLocation(Struct, frozen=True):
    """The part of an expression that holds the value of a query."""

    part: ast.Expression
    """The smallest part that is certain to hold it; the whole expression when none is."""
    source: ast.Expression | None
    """The part whose references lead on; None when the value itself is written out."""
    keys: tuple[Hashable, ...]
    """The keys of the search that are still to be applied to ``source``."""


class ScalarIndex:
    """Where each scalar of an expression is written; built by the first search."""

    def __init__(self, expression: ast.Expression) -> None:
        self._root = _Part(expression, "", None)
        self._by_text: dict[str, list[_Part]] | None = None

    def find(self, query: ValueQuery, steps: Sequence[Hashable]) -> PartLocation:
        """Return the part that holds the value; ``steps`` are keys that are applied to the expression's value."""
        start, taken = self._descended(steps)
        rest = tuple(steps[taken:])
        if start.node.span[0] == start.node.span[2]:
            return PartLocation(start.node, start.node, rest)
        parts = self._holding(query, start)
        if len({part.node.span[0] for part in parts}) == 1:
            written_out = isinstance(parts[0].node, ast.Literal) and parts[0].is_written_out()
            return PartLocation(parts[0].node, None if written_out else start.node, rest)
        return PartLocation((start if parts else self._by_key(start, query)).node, start.node, rest)

    def _descended(self, steps: Sequence[Hashable]) -> tuple[_Part, int]:
        """Return the part that steps lead to, as far as lists and maps are written out, and their number."""
        part = self._root
        for taken, step in enumerate(steps):
            found = [inner for inner in _parts(part) if inner.key == step] if isinstance(part.node, _CONTAINERS) else []
            if len(found) != 1:
                return part, taken
            part = found[0]
        return part, len(steps)

    def _by_key(self, start: _Part, query: ValueQuery) -> _Part:
        if not isinstance(start.node, ast.ObjectCons):
            return start
        found = [inner for inner in _parts(start) if inner.key in query.keys]
        return found[0] if len(found) == 1 else start

    def _holding(self, query: ValueQuery, start: _Part) -> list[_Part]:
        parts = self._written(query.text, start)
        if not parts:
            # An object may get a part of it from elsewhere: from a default, another variable.
            whole = next((value for value in reversed(query.around) if isinstance(value, dict)), None)
            texts = map(scalar, whole.values()) if whole is not None else ()
            around = (part.around for text in texts for part in self._written(text, start))
            parts = list(
                {id(part): part for part in around if part is not None and _matches(part.node, whole)}.values()
            )
        for value in reversed(query.around):
            if len(parts) > 1:
                parts = [
                    part
                    for part in parts
                    if any(_matches(p.node, value) for p in part.outwards() if isinstance(p.node, _CONTAINERS))
                ] or parts
        if len(parts) > 1 and query.keys:
            leading = [sum(p.key in query.keys for p in part.outwards()) for part in parts]
            parts = [part for part, count in zip(parts, leading, strict=True) if count == max(leading)]
        return parts

    def _written(self, text: str | None, start: _Part) -> list[_Part]:
        if text is None:
            return []
        if self._by_text is None:
            self._by_text = _scalars(self._root)
        address = text.partition("/")[0]
        found = self._by_text.get(text) or (self._by_text.get(address) if address.count(".") == 3 else None) or ()
        return [part for part in found if start is self._root or any(p.node is start.node for p in part.outwards())]


def scalar(value: object) -> str | None:
    """Return a scalar as text; None for anything else."""
    if type(value) is Sensitive:
        value = value.value
    if value is None or isinstance(value, (dict, tuple, list, Unknown)):
        return None
    text = to_string(value)
    return text if isinstance(text, str) else None


def _scalars(root: _Part) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    queue = [root]
    for count, part in enumerate(queue):
        if count > _MAX_PARTS:
            return {}
        if isinstance(part.node, ast.Literal):
            text = scalar(part.node.value)
            if text is not None:
                found.setdefault(text, []).append(part)
        else:
            queue.extend(_parts(part))
    return found


def _parts(part: _Part) -> Iterator[_Part]:
    """Yield what may become a part of the value; not what only decides about it."""
    node = part.node
    if isinstance(node, ast.ObjectCons):
        for key, value in node.items:
            yield _Part(value, (scalar(key.value) or "") if isinstance(key, ast.Literal) else "", part)
    elif isinstance(node, ast.TupleCons):
        for position, value in enumerate(node.items):
            yield _Part(value, str(position), part)
    else:
        inner: Iterable[ast.Expression]
        if isinstance(node, ast.Conditional):
            inner = (node.then, node.otherwise)
        elif isinstance(node, ast.For):
            inner = (node.collection, node.value)
        elif isinstance(node, (ast.Binary, ast.Index, ast.GetAttr)):
            inner = (node.target,) if not isinstance(node, ast.Binary) else ()
        else:
            inner = children(node)
        for value in inner:
            yield _Part(value, "", part)


def _matches(node: ast.Expression, value: object) -> bool:
    """Return True if an expression may have given ``value``; what is not written out may be anything."""
    if type(value) is Sensitive:
        value = value.value
    if isinstance(node, ast.ObjectCons):
        return isinstance(value, dict) and all(
            not isinstance(key, ast.Literal)
            or (scalar(key.value) in value and _matches(inner, value[scalar(key.value)]))
            for key, inner in node.items
        )
    if isinstance(node, ast.TupleCons):
        if not isinstance(value, tuple):
            return False
        texts = {scalar(item) for item in value}
        written = [scalar(item.value) for item in node.items if isinstance(item, ast.Literal)]
        return len(node.items) >= len(value) and texts.issuperset(written)
    if isinstance(node, ast.Literal):
        return isinstance(value, Unknown) or scalar(node.value) == scalar(value)
    return True
