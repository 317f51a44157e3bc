"""What a module variable is given."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from scanner.terraform import nodes
from scanner.terraform.scope import Scope
from scanner.terraform.types import Type


class Argument(Struct, frozen=True):
    """The value a module variable is given: an expression in the scope of the caller."""

    expression: Callable[[Type | None], nodes.Expression]
    scope: Scope | None
    """None: a constant (a variable file or the command line)."""
    source: str
    """Where it stands, as shown to the user."""
    node: nodes.Expression | None = None
    """The expression of a module call, for tracing where a value came from."""
