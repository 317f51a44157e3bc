"""The origins of a resource's attributes: where each is written, and the trail behind it, worked out on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgwarden.model.instances import Origin
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive
from sgwarden.terraform.evaluate.blocks import Places
from sgwarden.terraform.modules.module import Declaration, location
from sgwarden.terraform.provenance.elements import elements_of
from sgwarden.terraform.provenance.trail import trail
from sgwarden.terraform.provenance.value_location import ValueQuery, scalar
from sgwarden.terraform.syntax import ast

if TYPE_CHECKING:
    from sgwarden.terraform.evaluate.module_instance import ModuleInstance

_MAX_SOURCE = 200
"""Characters of an expression that are kept."""

AttributePath = tuple[str | int, ...]


class Origins(Mapping[AttributePath, Origin]):
    """The origins of a resource's attributes by path, each worked out on its first use.

    An element of a list has its attribute's place, and a trail to where the element itself is set.
    """

    def __init__(
        self, module: ModuleInstance, declaration: Declaration, places: Places, attributes: Mapping[str, Any]
    ) -> None:
        self._module = module
        self._declaration = declaration
        self._places = places
        self._attributes = attributes
        self._cache: dict[AttributePath, Origin] = {}

    def __getitem__(self, path: AttributePath) -> Origin:
        origin = self._cache.get(path)
        if origin is None:
            origin = self._cache[path] = self._origin(path)
        return origin

    def __iter__(self) -> Iterator[AttributePath]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def _origin(self, path: AttributePath) -> Origin:
        """Return the origin of an attribute, block or element. Raises KeyError for a path that is not written."""
        outer = path
        if path not in self._places:
            if not path or not isinstance(path[-1], int):
                raise KeyError(path)
            while outer not in self._places:
                outer = outer[:-1]
                if not outer:
                    raise KeyError(path)
        written = self._places[outer]
        file = self._declaration.file_of(self._top(outer))
        place = location(self._module.file(file), written.node.span, self._module.path)
        elements = partial(self._elements, path, outer, file)
        if isinstance(written.node, ast.Block):
            if outer != path:
                raise KeyError(path)
            return Origin(place).with_elements(elements)
        expression = _part(written.node.expression, path[len(outer) :])
        text = _source_text(self._module, file, expression)
        query = self._query(path, outer)
        steps = trail(expression, self._module, self._declaration.body, written.scope, query)
        return Origin(place, text, steps).with_elements(elements)

    def _elements(self, path: AttributePath, outer: AttributePath, file: Path) -> tuple[Location, ...]:
        """Return the elements and entries that the value at ``path`` is certainly made of."""
        value: Any = self._attributes
        inner = []
        for position, step in enumerate(path):
            value = value.value if type(value) is Sensitive else value
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                break
            if position >= len(outer):
                inner.append((step, value))
        written = self._places[outer]
        shown = self._module.file(file)
        return elements_of(self._module, self._declaration, (shown, written.node, written.scope), inner)

    def _query(self, path: AttributePath, outer: AttributePath) -> ValueQuery:
        """Return the value at ``path`` as what to look for in the expression at ``outer``."""
        value: Any = self._attributes
        around = []
        for position, step in enumerate(path):
            value = value.value if type(value) is Sensitive else value
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return ValueQuery()
            if len(outer) <= position + 1 < len(path) and isinstance(value, dict):
                around.append(value)
        return ValueQuery(scalar(value), tuple(around))

    def _top(self, path: AttributePath) -> ast.Attribute | ast.Block:
        """Return the direct child of the resource block that holds ``path``: it decides the file."""
        if len(path) > 1 and (path[0], path[1]) in self._places:
            return self._places[(path[0], path[1])].node
        return self._places[path].node


def _part(expression: ast.Expression, steps: AttributePath) -> ast.Expression:
    """Return the part of a list of objects that is written out, by steps that lead to an attribute of one."""
    last = max((position for position, step in enumerate(steps) if isinstance(step, str)), default=-1)
    for step in steps[: last + 1]:
        if isinstance(step, int) and isinstance(expression, ast.TupleCons) and step < len(expression.items):
            expression = expression.items[step]
        elif isinstance(expression, ast.ObjectCons):
            found = [value for key, value in expression.items if isinstance(key, ast.Literal) and key.value == step]
            if len(found) != 1:
                break
            expression = found[0]
        else:
            break
    return expression


def _source_text(module: ModuleInstance, file: Path, expression: ast.Expression) -> str:
    """Return the expression as written, on one line of at most ``_MAX_SOURCE`` characters."""
    source = module.module.files.get(file)
    if source is None:
        return ""
    line, column, end_line, end_column = expression.span
    lines = source.lines[line - 1 : end_line]
    if not lines:
        return ""
    if line == end_line:
        text = lines[0][column - 1 : end_column - 1]
    else:
        text = " ".join(
            [lines[0][column - 1 :], *(part.strip() for part in lines[1:-1]), lines[-1][: end_column - 1].strip()]
        )
    return text if len(text) <= _MAX_SOURCE else text[: _MAX_SOURCE - 3] + "..."
