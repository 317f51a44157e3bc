"""Which elements of lists and entries of maps a value is certainly made of: what a comment beside one of them covers.

An expression is followed as Terraform evaluates it: into the taken branch of a conditional, through ``concat``,
``for`` and references, to the one element whose value it is. Where two elements may have given the value, or a
function changes it, nothing is found.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec import UNSET, Struct

from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.blocks import iterator_name
from sgwarden.terraform.evaluate.expressions import evaluate
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.provenance.value_location import scalar
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.values import TfSet

if TYPE_CHECKING:
    from sgwarden.terraform.evaluate.module_instance import ModuleInstance
    from sgwarden.terraform.modules.module import Declaration

_MAX_ELEMENTS = 500
"""Elements of one collection that are looked at; of a larger one nothing is found."""
_MAX_DEPTH = 24
_KEEPS_ELEMENTS = frozenset({"concat", "tolist", "toset", "distinct", "sort", "reverse", "compact", "setunion"})
_KEEPS_ENTRIES = frozenset({"merge", "tomap"})
_KEEPS_VALUE = frozenset({"sensitive", "nonsensitive"})


class _Untraceable(Exception):
    """The elements of an expression cannot be told apart."""


class _Context(Struct, frozen=True):
    """What the names in an expression mean."""

    module: ModuleInstance
    declaration: ast.Body
    """The block that it stands in: ``each`` and iterators of dynamic blocks lead to their collections there."""
    file: str
    scope: Scope
    bound: Mapping[str, _Element] = {}
    """By name of a ``for``: the element that it stands for."""

    def value(self, node: ast.Expression) -> Any:
        try:
            found = evaluate(node, self.scope)
        except (EvaluationError, RecursionError) as error:
            raise _Untraceable from error
        return found.value if type(found) is Sensitive else found

    def place(self, first: ast.Expression, last: ast.Expression | None = None) -> Location:
        line, column, _, _ = first.span
        _, _, end_line, end_column = (last or first).span
        return Location(self.file, line, end_line, column, end_column)


class _Element(Struct):
    """One element or entry, its expression, and the places that it is made of, nearest first."""

    key: Any
    node: ast.Expression
    context: _Context
    places: tuple[Location, ...]
    found: Any = UNSET

    @property
    def value(self) -> Any:
        if self.found is UNSET:
            self.found = self.context.value(self.node)
        return self.found


def elements_of(
    module: ModuleInstance,
    declaration: Declaration,
    written: tuple[str, ast.Attribute | ast.Block, Scope],
    inner: Sequence[tuple[str | int, Any]],
) -> tuple[Location, ...]:
    """Return the elements and entries that an attribute, or a part of it, is certainly made of.

    ``written`` is the file of the attribute or block, itself, and its scope; ``inner`` the steps from the attribute to
    the part with the value at each.
    """
    file, node, scope = written
    context = _Context(module, declaration.body, file, scope)
    found = [*_iterators(context), *_calls(module)]
    if isinstance(node, ast.Attribute):
        with contextlib.suppress(_Untraceable, RecursionError):
            found += _part(node.expression, context, inner)
    return tuple(dict.fromkeys(found))


def _iterators(context: _Context) -> Iterator[Location]:
    """Yield the entries that ``each`` and the iterators of dynamic blocks stand for."""
    for name, item in context.scope.names.items():
        if name in context.bound or not isinstance(item, dict) or "key" not in item:
            continue
        try:
            yield from _iterated(name, context, 0).places
        except (_Untraceable, RecursionError):
            continue


def _calls(module: ModuleInstance) -> Iterator[Location]:
    """Yield the entries that the instances of the module calls around a resource stand for."""
    while module.call is not None:
        scope = next((given.scope for given in module.arguments.values() if given.scope is not None), None)
        source = next((given.source for given in module.arguments.values() if given.scope is not None), None)
        if scope is None or not isinstance(source, Location):
            return
        parent = cast("ModuleInstance", scope.module)
        yield from _iterators(_Context(parent, module.call.body, source.file, scope))
        module = parent


def _part(node: ast.Expression, context: _Context, inner: Sequence[tuple[str | int, Any]]) -> Iterator[Location]:
    """Yield the places of a part of an expression's value, as far as it can be followed."""
    current = _Element(None, node, context, ())
    for step, value in inner:
        current = _picked(_elements(current.node, current.context, 0), step, value)
        yield from current.places
    yield from _defined(current.node, current.context, 0).places


def _picked(elements: Iterator[_Element], key: object, value: object) -> _Element:
    """Return the one element that has the key, or of a list the value. Raises _Untraceable if there are several."""
    found = [
        each
        for each in elements
        if (isinstance(key, int) or each.key is None or scalar(each.key) == scalar(key)) and _alike(each.value, value)
    ]
    if len({(each.places, id(each.node)) for each in found}) != 1:
        raise _Untraceable
    return found[0]


def _elements(node: ast.Expression, context: _Context, depth: int) -> Iterator[_Element]:
    """Yield the elements of a collection. Raises _Untraceable when they cannot be told apart.

    Those in the scope of the whole module are worked out once in a run.
    """
    if context.scope is not context.module.scope:
        yield from _found(node, context, depth)
        return
    known = context.module.run.elements
    key = (id(node), id(context.scope))
    if key not in known:
        try:
            known[key] = (node, list(_found(node, context, depth)))  # the node stays alive, and its id its own
        except _Untraceable:
            known[key] = (node, None)
    if known[key][1] is None:
        raise _Untraceable
    yield from known[key][1]


def _found(node: ast.Expression, context: _Context, depth: int) -> Iterator[_Element]:
    if depth > _MAX_DEPTH:
        raise _Untraceable
    if isinstance(node, ast.TupleCons):
        if len(node.items) > _MAX_ELEMENTS:
            raise _Untraceable
        for position, item in enumerate(node.items):
            yield _Element(position, item, context, (context.place(item),))
    elif isinstance(node, ast.ObjectCons):
        if len(node.items) > _MAX_ELEMENTS:
            raise _Untraceable
        for key, item in node.items:
            yield _Element(context.value(key), item, context, (context.place(key, item),))
    elif isinstance(node, ast.Conditional):
        yield from _elements(_branch(node, context), context, depth + 1)
    elif isinstance(node, ast.For):
        yield from _mapped(node, context, depth)
    elif isinstance(node, ast.Call):
        yield from _called(node, context, depth)
    else:
        target = _defined(node, context, depth)
        if target.node is node:
            raise _Untraceable
        for each in _elements(target.node, target.context, depth + 1):
            yield _Element(each.key, each.node, each.context, (*each.places, *target.places))


def _branch(node: ast.Conditional, context: _Context) -> ast.Expression:
    condition = context.value(node.condition)
    if not isinstance(condition, bool):
        raise _Untraceable
    return node.then if condition else node.otherwise


def _mapped(node: ast.For, context: _Context, depth: int) -> Iterator[_Element]:
    """Yield the elements of a ``for`` expression, each with the place of what it is made from."""
    if node.group:
        raise _Untraceable
    is_set = type(context.value(node.collection)) is TfSet
    for each in _elements(node.collection, context, depth + 1):
        value = each.value
        names = {node.value_name: value}
        bound = {**context.bound, node.value_name: each}
        if node.key_name:
            names[node.key_name] = value if is_set else each.key
            bound.pop(node.key_name, None)
        inner = _Context(context.module, context.declaration, context.file, context.scope.child(names), bound)
        if node.condition is not None:
            keeps = inner.value(node.condition)
            if not isinstance(keeps, bool):
                raise _Untraceable
            if not keeps:
                continue
        key = inner.value(node.key) if node.key is not None else None
        yield _Element(key, node.value, inner, (inner.place(node.value), *each.places))


def _called(node: ast.Call, context: _Context, depth: int) -> Iterator[_Element]:
    """Yield the elements of a call of a function that keeps them as they are."""
    if node.name == "flatten" and len(node.arguments) == 1 and not node.expand:
        yield from _flat(node.arguments[0], context, depth)
    elif node.name in _KEEPS_VALUE and len(node.arguments) == 1:
        yield from _elements(node.arguments[0], context, depth + 1)
    elif node.name == "values" and len(node.arguments) == 1:
        for each in _elements(node.arguments[0], context, depth + 1):
            yield _Element(None, each.node, each.context, each.places)
    elif node.name in _KEEPS_ELEMENTS | _KEEPS_ENTRIES:
        entries: dict[str | None, _Element] = {}
        lists = node.arguments[:-1] if node.expand else node.arguments
        inner = [(argument, context) for argument in lists]
        if node.expand:
            inner += [(each.node, each.context) for each in _elements(node.arguments[-1], context, depth + 1)]
        for argument, its_context in inner:
            for each in _elements(argument, its_context, depth + 1):
                if node.name in _KEEPS_ENTRIES:
                    entries[scalar(each.key)] = each
                else:
                    yield _Element(None, each.node, each.context, each.places)
        yield from entries.values()
    else:
        raise _Untraceable


def _flat(node: ast.Expression, context: _Context, depth: int) -> Iterator[_Element]:
    for each in _elements(node, context, depth + 1):
        if not isinstance(each.value, tuple):
            yield _Element(None, each.node, each.context, each.places)
            continue
        for inner in _flat(each.node, each.context, depth + 1):
            yield _Element(None, inner.node, inner.context, (*inner.places, *each.places))


def _defined(node: ast.Expression, context: _Context, depth: int) -> _Element:
    """Return what a reference stands for, with its places; the expression itself if it is no reference."""
    if depth > _MAX_DEPTH:
        raise _Untraceable
    if isinstance(node, ast.Conditional):
        return _defined(_branch(node, context), context, depth + 1)
    if isinstance(node, ast.Call) and node.name in _KEEPS_VALUE and len(node.arguments) == 1:
        return _defined(node.arguments[0], context, depth + 1)
    if not isinstance(node, ast.GetAttr | ast.Index | ast.Variable):
        return _Element(None, node, context, ())
    chain: list[ast.GetAttr | ast.Index] = []
    start: ast.Expression = node
    while isinstance(start, ast.GetAttr | ast.Index):
        chain.append(start)
        start = start.target
    if not isinstance(start, ast.Variable):
        return _Element(None, node, context, ())
    chain.reverse()
    current, used = _root(start.name, chain, context, depth)
    places = current.places
    for step in chain[used:]:
        key = step.name if isinstance(step, ast.GetAttr) else context.value(step.key)
        wanted = context.value(step)
        key = key if isinstance(step, ast.GetAttr) or isinstance(key, str) else int(key)
        current = _picked(_elements(current.node, current.context, depth + 1), key, wanted)
        places = (*current.places, *places)
    end = _defined(current.node, current.context, depth + 1)
    return _Element(None, end.node, end.context, (*end.places, *places))


def _root(name: str, chain: Sequence[ast.GetAttr | ast.Index], context: _Context, depth: int) -> tuple[_Element, int]:
    """Return what the first steps of a reference stand for, and how many those are."""
    if name in context.bound:
        return context.bound[name], 0
    first = chain[0].name if chain and isinstance(chain[0], ast.GetAttr) else ""
    module = context.module
    if name == "local" and first in module.module.locals:
        path, attribute = module.module.locals[first]
        return _attribute(attribute, _Context(module, ast.Body(), module.file(path), module.scope)), 1
    if name == "var":
        return _variable(first, module), 1
    if first == "value" and isinstance(context.scope.names.get(name), dict):
        return _iterated(name, context, depth), 1
    raise _Untraceable


def _attribute(attribute: ast.Attribute, context: _Context) -> _Element:
    line, column, end_line, end_column = attribute.span
    place = Location(context.file, line, end_line, column, end_column)
    return _Element(None, attribute.expression, context, (place,))


def _variable(name: str, module: ModuleInstance) -> _Element:
    """Return what a variable is given, or its default."""
    argument = module.arguments.get(name)
    if argument is None:
        declaration = module.module.variables.get(name)
        default = declaration.body.attributes.get("default") if declaration is not None else None
        if declaration is None or default is None:
            raise _Untraceable
        return _attribute(default, _Context(module, ast.Body(), module.file(declaration.file), module.scope))
    try:
        expression = argument.node or argument.expression(None)
    except EvaluationError as error:
        raise _Untraceable from error
    if not isinstance(argument.source, Location):
        raise _Untraceable
    if argument.scope is None or module.call is None:
        context = _Context(module, ast.Body(), argument.source.file, module.scope)
    else:
        parent = cast("ModuleInstance", argument.scope.module)
        context = _Context(parent, module.call.body, argument.source.file, argument.scope)
    place = Location(argument.source.file, argument.source.line, max(argument.source.end_line, expression.span[2]))
    return _Element(None, expression, context, (place,))


def _iterated(name: str, context: _Context, depth: int) -> _Element:
    """Return the element that ``each`` or the iterator of a dynamic block stands for."""
    attribute = _collection(name, context.declaration)
    item = context.scope.names[name]
    if attribute is None or not isinstance(item, dict) or isinstance(item.get("key"), Unknown):
        raise _Untraceable
    key = item["key"] if isinstance(item["key"], str) and item["key"] != item["value"] else 0
    if name == "each":  # its collection cannot refer to the instance
        context = _Context(context.module, context.declaration, context.file, context.module.scope)
    return _picked(_elements(attribute.expression, context, depth + 1), key, item["value"])


def _collection(root: str, body: ast.Body) -> ast.Attribute | None:
    """Return the argument that ``each`` or a dynamic block's iterator called ``root`` runs over."""
    if root == "each":
        return body.attributes.get("for_each")
    for block in body.blocks:
        if block.type == "dynamic" and iterator_name(block) == root:
            return block.body.attributes.get("for_each")
        found = _collection(root, block.body)
        if found is not None:
            return found
    return None


def _alike(one: object, other: object) -> bool:
    """Return True if two values may be the same after Terraform's conversions; what is unknown may be anything."""
    one, other = (value.value if type(value) is Sensitive else value for value in (one, other))
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_alike(one.get(name), other.get(name)) for name in one.keys() & other.keys())
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and (type(one) is TfSet or type(other) is TfSet or all(map(_alike, one, other)))
    return scalar(one) == scalar(other) and isinstance(one, dict | tuple) is isinstance(other, dict | tuple)
