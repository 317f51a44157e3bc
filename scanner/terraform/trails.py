"""Where a value came from: the chain of variables, locals and arguments behind an expression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.model.instances import Origin
from scanner.terraform import nodes
from scanner.terraform.blocks import Places, Written, iterator_name
from scanner.terraform.evaluation import ModuleInstance
from scanner.terraform.modules import Declaration, location
from scanner.terraform.syntax import references

MAX_TRAIL = 6
"""Steps of a trail that are told; a longer one is cut."""


class Origins(Mapping[tuple[str | int, ...], Origin]):
    """Origins of a resource's attributes by path, worked out when asked for."""

    def __init__(self, module: ModuleInstance, declaration: Declaration, places: Places) -> None:
        self._module = module
        self._declaration = declaration
        self._places = places
        self._made: dict[tuple[str | int, ...], Origin] = {}

    def __getitem__(self, path: tuple[str | int, ...]) -> Origin:
        made = self._made.get(path)
        if made is None:
            made = self._make(path, self._places[path])
            self._made[path] = made
        return made

    def __iter__(self) -> Iterator[tuple[str | int, ...]]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def _make(self, path: tuple[str | int, ...], written: Written) -> Origin:
        file = self._declaration.file_of(self._top(path))
        place = location(self._module.file(file), written.node.span, self._module.path)
        if isinstance(written.node, nodes.Block):
            return Origin(place)
        expression = written.node.expression
        text = source_text(self._module, file, expression)
        return Origin(place, text, tuple(trail(expression, self._module, self._declaration.body))[:MAX_TRAIL])

    def _top(self, path: tuple[str | int, ...]) -> nodes.Attribute | nodes.Block:
        """The direct child of the resource block that holds ``path``: it decides the file."""
        if len(path) > 1 and (path[0], path[1]) in self._places:
            return self._places[(path[0], path[1])].node
        return self._places[path].node


def source_text(module: ModuleInstance, file: Path, expression: nodes.Expression) -> str:
    """The expression as written, at most 200 characters on one line."""
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
    return text if len(text) <= 200 else text[:197] + "..."


def trail(expression: nodes.Expression, module: ModuleInstance, body: nodes.Body, depth: int = 0) -> Iterator[str]:
    """Steps from an expression back to where its values are set, nearest first.

    ``body`` is the block that the expression stands in: ``each``, ``count`` and the iterators of
    dynamic blocks lead on to the collection they run over.
    """
    if depth >= MAX_TRAIL or isinstance(expression, nodes.Literal):
        return
    seen: set[tuple[str, str]] = set()
    for root, steps in references(expression):
        name = steps[0] if steps and isinstance(steps[0], str) else ""
        if (root, name) in seen:
            continue
        seen.add((root, name))
        if root == "var":
            yield from _variable_trail(name, module, depth)
        elif root == "local" and name in module.module.locals:
            file, attribute = module.module.locals[name]
            yield f"local.{name} at {module.file(file)}:{attribute.span[0]}"
            yield from trail(attribute.expression, module, nodes.Body(), depth + 1)
        else:
            collection = _collection(root, body)
            if collection is not None:
                yield from trail(collection, module, body, depth + 1)


def _collection(root: str, body: nodes.Body) -> nodes.Expression | None:
    """What ``each``, ``count`` or a dynamic block's iterator called ``root`` runs over."""
    if root in ("each", "count"):
        attribute = body.attributes.get("for_each" if root == "each" else "count")
        return attribute.expression if attribute is not None else None
    for block in body.blocks:
        if block.type == "dynamic" and iterator_name(block) == root:
            attribute = block.body.attributes.get("for_each")
            return attribute.expression if attribute is not None else None
        found = _collection(root, block.body)
        if found is not None:
            return found
    return None


def _variable_trail(name: str, module: ModuleInstance, depth: int) -> Iterator[str]:
    argument = module.arguments.get(name)
    if argument is None:
        declaration = module.module.variables.get(name)
        if declaration is not None:
            default = declaration.body.attributes.get("default")
            file = module.file(declaration.file)
            if default is not None:
                yield f"var.{name}, default at {file}:{default.span[0]}"
            else:
                yield f"var.{name}, declared without a value at {file}:{declaration.stub.line}"
        return
    yield f"var.{name}, set at {argument.source}"
    if argument.node is not None and argument.scope is not None and module.call is not None:
        parent = argument.scope.module
        if isinstance(parent, ModuleInstance):
            yield from trail(argument.node, parent, module.call.body, depth + 1)
