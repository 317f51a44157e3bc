"""Evaluation of the inside of a resource block: attributes, nested blocks, dynamic blocks.

Source: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.compile import evaluate, iterate
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import to_string
from sgwarden.terraform.types.types import friendly_name, type_of
from sgwarden.terraform.types.values import Value

MAY_EXIST = "__may_exist__"
"""Key of a nested block's dict that holds the reason why it may or may not exist."""

_META_ATTRIBUTES = frozenset({"count", "for_each", "provider", "depends_on"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})


class Written(Struct, frozen=True):
    """A value's place in the code."""

    node: ast.Attribute | ast.Block
    scope: Scope


OnError = Callable[[ast.Attribute | ast.Block, EvaluationError], Unknown]
Places = dict[tuple[str | int, ...], Written]


def attribute_value(attribute: ast.Attribute, scope: Scope, on_error: OnError) -> Value:
    """Return the attribute's value; an error goes to ``on_error``, which gives an unknown value."""
    try:
        return evaluate(attribute.expression, scope)
    except EvaluationError as error:
        return on_error(attribute, error)
    except RecursionError:
        return on_error(attribute, EvaluationError("the expression is nested too deeply or refers to itself"))


def evaluate_body(
    body: ast.Body,
    scope: Scope,
    on_error: OnError,
    places: Places,
    path: tuple[str | int, ...] = (),
    only: str | None = None,
) -> dict[str, Value]:
    """Return attributes by name and nested blocks as tuples of dicts; fill ``places``, where each stands.

    With ``only``, just the attribute or block type of that name.
    """
    result: dict[str, Value] = {}
    top = not path
    for name, attribute in body.attributes.items():
        if (top and name in _META_ATTRIBUTES) or (only is not None and name != only):
            continue
        places[(*path, name)] = Written(attribute, scope)
        result[name] = attribute_value(attribute, scope, on_error)
    nested: dict[str, list[Value]] = {}
    for block in body.blocks:
        kind = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        if (top and kind in _META_BLOCKS) or (only is not None and kind != only):
            continue
        items = nested.setdefault(kind, [])
        for content, inner, reason in _contents(block, scope, on_error):
            here = (*path, kind, len(items))
            places[here] = Written(block, inner)
            value = evaluate_body(content, inner, on_error, places, here)
            if reason is not None:
                value[MAY_EXIST] = reason
            items.append(value)
    for kind, items in nested.items():
        if not items:  # dynamic blocks without elements: for the provider nothing is written
            continue
        written = result.get(kind)
        result[kind] = (*written, *items) if isinstance(written, tuple) else tuple(items)
    return result


def _contents(block: ast.Block, scope: Scope, on_error: OnError) -> Iterator[tuple[ast.Body, Scope, Unknown | None]]:
    """Yield the bodies of a nested block: one, or one for each element of a dynamic block."""
    if block.type != "dynamic":
        yield block.body, scope, None
        return
    if not block.labels:
        on_error(block, EvaluationError("a dynamic block needs the type of its blocks as a label"))
        return
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    for_each = block.body.attributes.get("for_each")
    if content is None or for_each is None:
        on_error(block, EvaluationError('a dynamic block needs "for_each" and a "content" block'))
        return
    iterator = iterator_name(block)
    collection = attribute_value(for_each, scope, on_error)
    if type(collection) is Sensitive:
        collection = collection.value
    if type(collection) is Unknown:
        part = Unknown(collection.reason, undeclared=collection.undeclared)
        item = {"key": part, "value": part}
        yield content.body, scope.child({iterator: item}), collection
        return
    try:
        if collection is None:
            raise EvaluationError("Invalid dynamic for_each value: cannot use a null value in for_each.")
        if not isinstance(collection, (dict, tuple)):
            raise EvaluationError(
                f"Invalid dynamic for_each value: cannot use a {friendly_name(type_of(collection), constraint=False)}"
                " value in for_each. An iterable collection is required."
            )
        elements = list(iterate(collection))
    except EvaluationError as error:
        on_error(for_each, error)
        return
    for key, value in elements:
        scope.module.budget.spend()
        yield content.body, scope.child({iterator: {"key": key, "value": value}}), None


def iterator_name(block: ast.Block) -> str:
    """Return the name of the current element inside a dynamic block."""
    attribute = block.body.attributes.get("iterator")
    if attribute is None:
        return block.labels[0]
    if isinstance(attribute.expression, ast.Variable):
        return attribute.expression.name
    return to_string(attribute.expression.value) if isinstance(attribute.expression, ast.Literal) else block.labels[0]


def ignored_changes(body: ast.Body) -> tuple[str, ...]:
    """Return ``lifecycle.ignore_changes`` as attribute paths; ``("all",)`` for all."""
    paths: list[str] = []
    for block in body.blocks:
        attribute = block.body.attributes.get("ignore_changes") if block.type == "lifecycle" else None
        if attribute is None:
            continue
        expression = attribute.expression
        items = expression.items if isinstance(expression, ast.TupleCons) else (expression,)
        paths.extend(filter(None, (reference_text(item) for item in items)))
    return tuple(paths)


def may_destroy(body: ast.Body, default: bool = True) -> bool:
    """Return ``lifecycle.destroy``: False for what leaves the state and stays where it is, or may do so."""
    for block in body.blocks:
        attribute = block.body.attributes.get("destroy") if block.type == "lifecycle" else None
        if attribute is not None:
            return isinstance(attribute.expression, ast.Literal) and attribute.expression.value in (True, "true")
    return default


def reference_text(expression: object) -> str:
    """Return a static reference as written: ``tags["Name"]``, ``aws.west``; empty when it is none."""
    if isinstance(expression, ast.Variable):
        return expression.name
    if isinstance(expression, ast.Literal) and isinstance(expression.value, str):
        return expression.value
    if isinstance(expression, ast.GetAttr):
        return f"{reference_text(expression.target)}.{expression.name}"
    if isinstance(expression, ast.Index) and isinstance(expression.key, ast.Literal):
        key = expression.key.value
        return (
            f"{reference_text(expression.target)}[{key}]"
            if isinstance(key, int)
            else f'{reference_text(expression.target)}["{key}"]'
        )
    return ""
