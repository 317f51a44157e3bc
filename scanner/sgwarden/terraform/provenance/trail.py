"""Where a value came from: the chain of variables, locals, arguments and outputs behind an expression."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, cast

from sgwarden.model.instances import Step
from sgwarden.model.locations import Location
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.arguments import Argument
from sgwarden.terraform.evaluate.blocks import iterator_name
from sgwarden.terraform.evaluate.compile import evaluate
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.provenance.value_location import PartLocation, ScalarIndex, ValueQuery, scalar
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.parse import references

if TYPE_CHECKING:
    from sgwarden.terraform.evaluate.module_instance import ModuleInstance

_MAX_TRAIL = 6
"""Steps of a trail that are kept; a longer one is cut."""
_MAX_BRANCH = 3
"""Steps of one way back that are kept: the nearest ones and the last, where the value is set."""
_MAX_DEPTH = 12
_MAX_NAMES = 50
"""Variables, locals and outputs that are followed for one trail."""


def trail(
    expression: ast.Expression,
    module: ModuleInstance,
    body: ast.Body,
    scope: Scope | None = None,
    query: ValueQuery | None = None,
) -> tuple[Step, ...]:
    """Return the steps from an expression back to where its values are set, nearest first; at most ``_MAX_TRAIL``.

    ``body`` is the block that the expression stands in: ``each``, ``count`` and the iterators of
    dynamic blocks lead on to the collection they run over. ``scope`` is where it is evaluated, ``query`` the part
    of its value that matters: steps then name the line of the element or entry that holds it.
    """
    steps: list[Step] = []
    for branch in _branches(expression, _Context(module, body, scope, set()), query or ValueQuery(), 0):
        steps += branch if len(branch) <= _MAX_BRANCH else [*branch[: _MAX_BRANCH - 1], branch[-1]]
    return tuple(steps[:_MAX_TRAIL])


class _Context:
    """The module instance, block and scope that an expression stands in."""

    __slots__ = ("body", "module", "scope", "seen")

    def __init__(
        self, module: ModuleInstance, body: ast.Body, scope: Scope | None, seen: set[tuple[int, str, str]]
    ) -> None:
        self.module = module
        self.body = body
        self.scope = scope
        self.seen = seen
        """What the trail has met already, by module instance: no name is followed twice."""

    def moved(self, module: ModuleInstance, body: ast.Body, scope: Scope | None) -> _Context:
        """Return the context of another expression of the same trail."""
        return _Context(module, body, scope, self.seen)

    def is_new(self, root: str, name: str) -> bool:
        """Return True if a reference is met for the first time."""
        key = (id(self.module), root, name)
        if key in self.seen or len(self.seen) >= _MAX_NAMES:
            return False
        self.seen.add(key)
        return True

    def keys(self, steps: Sequence[str | int | ast.Expression]) -> list[Hashable]:
        """Return the steps of a reference as texts, up to the first that is not known."""
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


_Branches = list[list[Step]]
"""The ways back from an expression with several references, each with its steps."""


def _branches(
    expression: ast.Expression, context: _Context, query: ValueQuery, depth: int, after: Sequence[Hashable] = ()
) -> _Branches:
    """Return the ways back; ``after`` are keys that are applied to the value of the expression."""
    if depth >= _MAX_DEPTH or isinstance(expression, ast.Literal):
        return []
    query = query.within(context.scope)
    found: _Branches = []
    alone = _is_traversal(expression)
    for root, steps in references(expression):
        name = steps[0] if steps and isinstance(steps[0], str) else ""
        if not context.is_new(root, name):
            continue
        keys = [*context.keys(steps[1:]), *(after if alone else ())]
        if root == "var":
            found += _variable(name, context, query, depth, keys)
        elif root == "local":
            found += _local(name, context, query, depth, keys)
        elif root == "module":
            found += _output(name, keys, context, query, depth)
        else:
            found += _element(root, name, keys, context, query, depth)
    return found


def _is_traversal(expression: ast.Expression) -> bool:
    """Return True if it is one reference and nothing else."""
    while isinstance(expression, ast.GetAttr | ast.Index):
        expression = expression.target
    return isinstance(expression, ast.Variable)


def _element(root: str, name: str, keys: list[Hashable], context: _Context, query: ValueQuery, depth: int) -> _Branches:
    """Follow ``each``, ``count`` or an iterator to its collection, and there to the element if that is certain."""
    collection = _collection(root, context.body)
    if collection is None:
        return []
    item = context.scope.names.get(root) if context.scope is not None else None
    key = scalar(item.get("key")) if isinstance(item, dict) else None
    after = [key, *keys] if name == "value" and key is not None else []
    return _branches(collection, context, query, depth + 1, after)


def _local(name: str, context: _Context, query: ValueQuery, depth: int, keys: Sequence[Hashable]) -> _Branches:
    module = context.module
    if name not in module.module.locals:
        return []
    file, attribute = module.module.locals[name]
    found = _find(module, attribute.expression, query, keys)
    step = Step(f"local.{name}", "local", _place(module.file(file), found, attribute))
    return _continued(step, found, context.moved(module, ast.Body(), module.scope), query, depth)


def _variable(name: str, context: _Context, query: ValueQuery, depth: int, keys: Sequence[Hashable]) -> _Branches:
    module = context.module
    argument = module.arguments.get(name)
    if argument is None:
        return _undefined_variable(name, module, query, keys)
    found = _find_argument(argument, module, query, keys)
    if found is None:
        return [[Step(f"var.{name}", "set", argument.source)]]
    expression, part = found
    source = argument.source
    if part.part is not expression and isinstance(source, Location):
        line = part.part.span[0]
        source = Location(source.file, line, line)
    step = Step(f"var.{name}", "set", source)
    if argument.scope is None or module.call is None:
        return [[step]]
    parent = cast("ModuleInstance", argument.scope.module)  # the arguments of a call are of its caller
    return _continued(step, part, context.moved(parent, module.call.body, argument.scope), query, depth)


def _undefined_variable(name: str, module: ModuleInstance, query: ValueQuery, keys: Sequence[Hashable]) -> _Branches:
    """Return the way to the declaration of a variable that is given no value: to its default if it has one."""
    declaration = module.module.variables.get(name)
    if declaration is None:
        return []
    default = declaration.body.attributes.get("default")
    file = module.file(declaration.file)
    if default is None:
        line = declaration.stub.line
        return [[Step(f"var.{name}", "no value", Location(file, line, line))]]
    return [[Step(f"var.{name}", "default", _place(file, _find(module, default.expression, query, keys), default))]]


def _find_argument(
    argument: Argument, module: ModuleInstance, query: ValueQuery, keys: Sequence[Hashable]
) -> tuple[ast.Expression, PartLocation] | None:
    """Return an argument's expression and its part; None if its text is no expression."""
    expression = argument.node
    if expression is None:
        try:
            expression = argument.expression(None)
        except EvaluationError:
            return None
    return expression, _find(module, expression, query, keys)


def _output(name: str, keys: Sequence[Hashable], context: _Context, query: ValueQuery, depth: int) -> _Branches:
    """Follow ``module.name.output`` and ``module.name[key].output``."""
    instances = context.module.children.instances(name) if name in context.module.module.calls else []
    for child in instances:
        key = child.path[-1].removeprefix(f"{context.module.prefix}module.{name}")
        own = keys if not key else keys[1:] if keys and key in (f"[{keys[0]}]", f'["{keys[0]}"]') else []
        declaration = child.module.outputs.get(str(own[0])) if own else None
        attribute = declaration.body.attributes.get("value") if declaration is not None else None
        if declaration is None or attribute is None:
            continue
        found = _find(child, attribute.expression, query, own[1:])
        place = _place(child.file(declaration.file), found, attribute)
        step = Step(f"module.{name}.{own[0]}", "output", place)
        return _continued(step, found, context.moved(child, ast.Body(), child.scope), query, depth)
    return []


def _continued(step: Step, found: PartLocation, context: _Context, query: ValueQuery, depth: int) -> _Branches:
    """Return a step and what lies behind it: the first way goes on from it, the others are ways of their own."""
    behind = _branches(found.source, context, query, depth + 1, found.keys) if found.source is not None else []
    return [[step, *behind[0]], *behind[1:]] if behind else [[step]]


def _find(
    module: ModuleInstance, expression: ast.Expression, query: ValueQuery, keys: Sequence[Hashable]
) -> PartLocation:
    """See ``ScalarIndex.find``; the index of an expression is made once in a run."""
    if isinstance(expression, ast.Literal):
        return PartLocation(expression, None, ())
    indexes = module.run.indexes
    index = indexes.get(id(expression))
    if index is None:
        index = indexes[id(expression)] = ScalarIndex(expression)
    found: PartLocation = index.find(query, keys)
    return found


def _place(file: str, found: PartLocation, attribute: ast.Attribute) -> Location:
    """Return the line of what was found in an attribute's expression; that of the attribute for the whole."""
    line = attribute.span[0] if found.part is attribute.expression else found.part.span[0]
    return Location(file, line, line)


def _collection(root: str, body: ast.Body) -> ast.Expression | None:
    """Return what ``each``, ``count`` or a dynamic block's iterator called ``root`` runs over."""
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
