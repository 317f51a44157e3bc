"""What a module variable is given."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from sgwarden.model.locations import Location
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.types import Type


class Argument(Struct, frozen=True):
    """The value a module variable is given: an expression in the scope of the caller."""

    expression: Callable[[Type | None], ast.Expression]
    scope: Scope | None
    """None: a constant (a variable file or the command line)."""
    source: Location | str
    """Where it stands, as shown to the user; the name of what is no file: ``--var``, ``TF_VAR_x``."""
    node: ast.Expression | None = None
    """The expression of a module call, for tracing where a value came from."""
