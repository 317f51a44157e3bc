"""Scopes: the values of the names in an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.values import Value

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys, dict_values

    from sgwarden.terraform.functions.spec import FunctionContext
    from sgwarden.terraform.types.types import Type

MAX_STEPS = 3_000_000
"""Loop iterations of one root module in all; more are refused, as they may never end."""


class Resolver(Protocol):
    """What a module instance offers to the expressions in it."""

    budget: Budget
    functions: FunctionContext

    def resolve(self, root: str, steps: tuple[str | None, ...]) -> tuple[Value, int]:
        """Return the value that ``root.steps[0].steps[1]...`` begins with, and how many steps it took.

        A step is an attribute name, or None for an index expression. Raises EvaluationError when
        Terraform would say that no such thing is declared.
        """

    def declared(self, root: str, name: str) -> Type | ast.Expression | None:
        """Return the type constraint of ``var.name`` or the expression of ``local.name``; None where there is none.

        Raises EvaluationError for a type constraint that is not valid.
        """


class Budget:
    """A bound on the work that one root module may cause."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Raises EvaluationError when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise EvaluationError(f"evaluation takes more than {MAX_STEPS} steps")


class Scope:
    """Local names (each, count, for variables, dynamic iterators) over a module instance."""

    __slots__ = ("module", "names", "tries")

    def __init__(self, module: Resolver, names: Mapping[str, Value], tries: bool = False) -> None:
        self.module = module
        self.names = names
        self.tries = tries
        """Whether an error is caught by a ``try`` or ``can`` around the expression."""

    def child(self, names: Mapping[str, Value]) -> Scope:
        """Return a scope with more local names, which hide the outer ones."""
        return Scope(self.module, {**self.names, **names}, self.tries)

    def trying(self) -> Scope:
        """Return the scope of an argument of ``try`` or ``can``."""
        return self if self.tries else Scope(self.module, self.names, True)


class LazyObject(dict[str, Value]):
    """An object whose attributes are computed on first use.

    Module outputs and resource instances are such objects: most of their attributes are never
    referred to. An ``open`` object has more attributes than ``names``: the provider knows them,
    we do not, and ``compute`` answers for any name.
    """

    __slots__ = ("compute", "filled", "names", "open", "reference")

    def __init__(
        self,
        names: Iterable[str],
        compute: Callable[[str], Value],
        open: bool = False,
        reference: Unknown | None = None,
    ) -> None:
        super().__init__()
        self.names = frozenset(names)
        self.compute = compute
        self.open = open
        self.reference = reference
        self.filled = False

    def attribute(self, name: str) -> Value:
        """Return the value of one attribute; raises KeyError when there is none."""
        if dict.__contains__(self, name):
            return dict.__getitem__(self, name)
        if not self.open and name not in self.names:
            raise KeyError(name)
        value = self.compute(name)
        if name in self.names:
            dict.__setitem__(self, name, value)
        return value

    def _fill(self) -> None:
        if not self.filled:
            self.filled = True
            for name in self.names:
                self.attribute(name)

    def __getitem__(self, name: str) -> Value:
        return self.attribute(name)

    def get(self, name: str, default: Value = None) -> Value:
        try:
            return self.attribute(name)
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return self.open or name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.names))

    def __len__(self) -> int:
        return len(self.names)

    def keys(self) -> dict_keys[str, Value]:
        self._fill()
        return dict.keys(self)

    def items(self) -> dict_items[str, Value]:
        self._fill()
        return dict.items(self)

    def values(self) -> dict_values[str, Value]:
        self._fill()
        return dict.values(self)

    def __eq__(self, other: object) -> bool:
        self._fill()
        return dict.__eq__(self, other)

    __hash__ = None
