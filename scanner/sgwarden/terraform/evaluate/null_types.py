"""The type of an expression whose value is null, read off its code.

Terraform's null has a type, ours (None) has not. It matters where a null decides what the other result of a
conditional is converted to: in ``var.ids == null ? [] : var.ids`` the empty list is a set when ``var.ids`` is one,
which is what makes it fit for ``for_each``.
"""

from __future__ import annotations

from typing import cast

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.types import ListType, MapType, SetType, Type
from sgwarden.terraform.types.unify import unify

_MADE_BY: dict[str, Type] = {
    "toset": SetType("any"),
    "tolist": ListType("any"),
    "tomap": MapType("any"),
    "tostring": "string",
    "tonumber": "number",
    "tobool": "bool",
}
"""The functions that give null for null."""
_MAX_DEPTH = 32


def null_type(node: ast.Expression, scope: Scope, depth: int = 0) -> Type | None:
    """Return the type of the null that ``node`` gives; None where the code does not say it."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(node, ast.Call):
        return _MADE_BY.get(node.name)
    if isinstance(node, ast.Conditional):
        sides = [null_type(side, scope, depth + 1) for side in (node.then, node.otherwise)]
        types = [side for side in sides if side is not None]
        return unify(types) if types else None
    if isinstance(node, ast.GetAttr) and isinstance(node.target, ast.Variable):
        root = node.target.name
        if root not in ("var", "local") or root in scope.names:
            return None
        try:
            declared = scope.module.declared(root, node.name)
        except EvaluationError:
            return None
        if root == "var" or declared is None:
            return cast("Type | None", declared)
        return null_type(cast("ast.Expression", declared), Scope(scope.module, {}), depth + 1)
    return None
