"""Where a value came from: the chain of variables, locals, arguments and outputs behind an expression."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sgwarden.model.instances import Origin
from sgwarden.model.values import Sensitive
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.arguments import Argument
from sgwarden.terraform.evaluate.blocks import Places, iterator_name
from sgwarden.terraform.evaluate.expressions import evaluate
from sgwarden.terraform.evaluate.module_instance import ModuleInstance
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.modules.module import Declaration, location
from sgwarden.terraform.provenance.value_location import Found, Index, Wanted, scalar
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.parse import references

MAX_TRAIL = 6
"""Steps of a trail that are told; a longer one is cut."""
_MAX_BRANCH = 3
"""Steps of one way back that are told: the nearest ones and the last, where the value is set."""
_MAX_DEPTH = 12
_MAX_NAMES = 50
"""Variables, locals and outputs that are followed for one trail."""

Path_ = tuple[str | int, ...]


class Origins(Mapping[Path_, Origin]):
    """Origins of a resource's attributes by path, worked out when asked for.

    An element of a list has its attribute's place, and a trail to where the element itself is set.
    """

    def __init__(
        self, module: ModuleInstance, declaration: Declaration, places: Places, attributes: Mapping[str, Any]
    ) -> None:
        self._module = module
        self._declaration = declaration
        self._places = places
        self._attributes = attributes
        self._made: dict[Path_, Origin] = {}

    def __getitem__(self, path: Path_) -> Origin:
        made = self._made.get(path)
        if made is None:
            made = self._make(path)
            self._made[path] = made
        return made

    def __iter__(self) -> Iterator[Path_]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def _make(self, path: Path_) -> Origin:
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
        if isinstance(written.node, ast.Block):
            if outer != path:
                raise KeyError(path)
            return Origin(place)
        expression = written.node.expression
        text = source_text(self._module, file, expression)
        wanted = self._wanted(path, outer)
        return Origin(place, text, trail(expression, self._module, self._declaration.body, written.scope, wanted))

    def _wanted(self, path: Path_, outer: Path_) -> Wanted:
        value: Any = self._attributes
        around = []
        for position, step in enumerate(path):
            value = value.value if type(value) is Sensitive else value
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return Wanted()
            if len(outer) <= position + 1 < len(path) and isinstance(value, dict):
                around.append(value)
        return Wanted(scalar(value), tuple(around))

    def _top(self, path: Path_) -> ast.Attribute | ast.Block:
        """The direct child of the resource block that holds ``path``: it decides the file."""
        if len(path) > 1 and (path[0], path[1]) in self._places:
            return self._places[(path[0], path[1])].node
        return self._places[path].node


def source_text(module: ModuleInstance, file: Path, expression: ast.Expression) -> str:
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


def trail(
    expression: ast.Expression,
    module: ModuleInstance,
    body: ast.Body,
    scope: Scope | None = None,
    wanted: Wanted | None = None,
) -> tuple[str, ...]:
    """Steps from an expression back to where its values are set, nearest first; at most ``MAX_TRAIL``.

    ``body`` is the block that the expression stands in: ``each``, ``count`` and the iterators of
    dynamic blocks lead on to the collection they run over. ``scope`` is where it is evaluated, ``wanted`` the part
    of its value that matters: steps then name the line of the element or entry that holds it.
    """
    steps: list[str] = []
    for branch in _branches(expression, _Place(module, body, scope, set()), wanted or Wanted(), 0):
        steps += branch if len(branch) <= _MAX_BRANCH else [*branch[: _MAX_BRANCH - 1], branch[-1]]
    return tuple(steps[:MAX_TRAIL])


class _Place:
    """Where an expression stands."""

    __slots__ = ("body", "module", "scope", "seen")

    def __init__(
        self, module: ModuleInstance, body: ast.Body, scope: Scope | None, seen: set[tuple[int, str, str]]
    ) -> None:
        self.module = module
        self.body = body
        self.scope = scope
        self.seen = seen
        """What the trail has met already, by module instance; each is told once."""

    def outside(self, module: ModuleInstance, body: ast.Body, scope: Scope | None) -> _Place:
        """Another place of the same trail."""
        return _Place(module, body, scope, self.seen)

    def is_new(self, root: str, name: str) -> bool:
        """Whether a reference is met for the first time."""
        key = (id(self.module), root, name)
        if key in self.seen or len(self.seen) >= _MAX_NAMES:
            return False
        self.seen.add(key)
        return True

    def keys(self, steps: Sequence[str | int | ast.Expression]) -> list[Hashable]:
        """Steps of a reference as text, up to the first that is not known."""
        found: list[Hashable] = []
        for step in steps:
            key = scalar(self._value(step)) if not isinstance(step, str | int) else str(step)
            if key is None:
                break
            found.append(key)
        return found

    def _value(self, expression: ast.Expression) -> object:
        try:
            return evaluate(expression, self.scope or self.module.scope)
        except (EvaluationError, RecursionError):
            return None


_Branches = list[list[str]]


def _branches(
    expression: ast.Expression, place: _Place, wanted: Wanted, depth: int, after: Sequence[Hashable] = ()
) -> _Branches:
    """The ways back, each with its steps. ``after`` are keys that are applied to the value of the expression."""
    if depth >= _MAX_DEPTH or isinstance(expression, ast.Literal):
        return []
    wanted = wanted.within(place.scope)
    found: _Branches = []
    alone = _is_traversal(expression)
    for root, steps in references(expression):
        name = steps[0] if steps and isinstance(steps[0], str) else ""
        if not place.is_new(root, name):
            continue
        keys = [*place.keys(steps[1:]), *(after if alone else ())]
        if root == "var":
            found += _variable(name, place, wanted, depth, keys)
        elif root == "local":
            found += _local(name, place, wanted, depth, keys)
        elif root == "module":
            found += _output(name, keys, place, wanted, depth)
        else:
            found += _element(root, name, keys, place, wanted, depth)
    return found


def _is_traversal(expression: ast.Expression) -> bool:
    """Whether it is one reference and nothing else."""
    while isinstance(expression, ast.GetAttr | ast.Index):
        expression = expression.target
    return isinstance(expression, ast.Variable)


def _element(root: str, name: str, keys: list[Hashable], place: _Place, wanted: Wanted, depth: int) -> _Branches:
    """Behind ``each``, ``count`` and iterators: the collection, and in it the element when that is certain."""
    collection = _collection(root, place.body)
    if collection is None:
        return []
    item = place.scope.names.get(root) if place.scope is not None else None
    key = scalar(item.get("key")) if isinstance(item, dict) else None
    after = [key, *keys] if name == "value" and key is not None else []
    return _branches(collection, place, wanted, depth + 1, after)


def _local(name: str, place: _Place, wanted: Wanted, depth: int, keys: Sequence[Hashable]) -> _Branches:
    module = place.module
    if name not in module.module.locals:
        return []
    file, attribute = module.module.locals[name]
    found = _found(module, attribute.expression, wanted, keys)
    step = f"local.{name} at {module.file(file)}:{_line(found, attribute)}"
    return _continued(step, found, place.outside(module, ast.Body(), module.scope), wanted, depth)


def _variable(name: str, place: _Place, wanted: Wanted, depth: int, keys: Sequence[Hashable]) -> _Branches:
    module = place.module
    argument = module.arguments.get(name)
    if argument is None:
        declaration = module.module.variables.get(name)
        if declaration is None:
            return []
        default = declaration.body.attributes.get("default")
        file = module.file(declaration.file)
        if default is None:
            return [[f"var.{name}, declared without a value at {file}:{declaration.stub.line}"]]
        line = _line(_found(module, default.expression, wanted, keys), default)
        return [[f"var.{name}, default at {file}:{line}"]]
    found = _found_argument(argument, module, wanted, keys)
    if found is None:
        return [[f"var.{name}, set at {argument.source}"]]
    expression, part = found
    shown, _, given = argument.source.rpartition(":")
    narrowed = part.part is not expression and shown and given.isdigit()
    step = f"var.{name}, set at {f'{shown}:{part.part.span[0]}' if narrowed else argument.source}"
    parent = argument.scope.module if argument.scope is not None else None
    if not isinstance(parent, ModuleInstance) or module.call is None:
        return [[step]]
    return _continued(step, part, place.outside(parent, module.call.body, argument.scope), wanted, depth)


def _found_argument(
    argument: Argument, module: ModuleInstance, wanted: Wanted, keys: Sequence[Hashable]
) -> tuple[ast.Expression, Found] | None:
    expression = argument.node
    if expression is None:
        try:
            expression = argument.expression(None)
        except EvaluationError:
            return None
    return expression, _found(module, expression, wanted, keys)


def _output(name: str, keys: Sequence[Hashable], place: _Place, wanted: Wanted, depth: int) -> _Branches:
    """Behind ``module.name.output`` and ``module.name[key].output``."""
    instances = place.module.children.instances(name) if name in place.module.module.calls else []
    for child in instances:
        key = child.path[-1].removeprefix(f"{place.module.prefix}module.{name}")
        own = keys if not key else keys[1:] if keys and key in (f"[{keys[0]}]", f'["{keys[0]}"]') else []
        declaration = child.module.outputs.get(str(own[0])) if own else None
        attribute = declaration.body.attributes.get("value") if declaration is not None else None
        if declaration is None or attribute is None:
            continue
        found = _found(child, attribute.expression, wanted, own[1:])
        step = f"module.{name}.{own[0]}, output at {child.file(declaration.file)}:{_line(found, attribute)}"
        return _continued(step, found, place.outside(child, ast.Body(), child.scope), wanted, depth)
    return []


def _continued(step: str, found: Found, place: _Place, wanted: Wanted, depth: int) -> _Branches:
    """A step and what lies behind it: the first way goes on from it, the others are ways of their own."""
    behind = _branches(found.further, place, wanted, depth + 1, found.rest) if found.further is not None else []
    return [[step, *behind[0]], *behind[1:]] if behind else [[step]]


def _found(module: ModuleInstance, expression: ast.Expression, wanted: Wanted, keys: Sequence[Hashable]) -> Found:
    """See ``narrowing.Index.find``."""
    if isinstance(expression, ast.Literal):
        return Found(expression, None, ())
    indexes = module.run.indexes
    index = indexes.get(id(expression))
    if index is None:
        index = indexes[id(expression)] = Index(expression)
    found: Found = index.find(wanted, keys)
    return found


def _line(found: Found, attribute: ast.Attribute) -> int:
    """The line of what was found in an attribute's expression, else that of the attribute."""
    return attribute.span[0] if found.part is attribute.expression else found.part.span[0]


def _collection(root: str, body: ast.Body) -> ast.Expression | None:
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
