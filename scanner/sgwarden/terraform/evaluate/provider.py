"""What the language needs to know of providers, and the configuration a module gets of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from sgwarden.model.places import ACCESS_ARGUMENTS
from sgwarden.terraform.types.types import Type
from sgwarden.terraform.types.values import Value


class ProviderConfiguration(Struct, frozen=True):
    """One ``provider`` block of the root module (or of a module that has its own)."""

    name: str
    """``aws`` or ``aws.west``, as the module that holds the block names it."""
    arguments: Mapping[str, Value]
    """Evaluated arguments, nested blocks as tuples of dicts; empty when there is no block."""

    @property
    def access(self) -> Mapping[str, Value]:
        """Return the arguments that choose the account it works in."""
        return {name: self.arguments[name] for name in ACCESS_ARGUMENTS if name in self.arguments}


class ProviderFacts(Protocol):
    """Knowledge of resource types that is not in the language."""

    def absent(self, type_: str, attribute: str) -> tuple[Value] | None:
        """Return the value, in a tuple, that an attribute has in a plan when the code leaves it out.

        None when the attribute is computed."""

    def attribute_type(self, type_: str, attribute: str) -> Type | None:
        """Return the type of an attribute or kind of nested blocks of a resource or data source, or None.

        Attributes of an object that the code may leave out are optional, with what a plan then has.
        """

    def data(
        self, type_: str, arguments: Mapping[str, Value], provider: ProviderConfiguration
    ) -> Mapping[str, Value] | None:
        """Return attributes of a data source that follow from its arguments alone; None when it must be read."""

    def planned(
        self, type_: str, arguments: Mapping[str, Value], attribute: str, provider: ProviderConfiguration
    ) -> tuple[Value] | None:
        """Return a computed attribute that the provider plans from the arguments (``tags_all``), in a tuple."""


class NoFacts:
    """Knows nothing: every attribute that was not written is computed, every data source must be read."""

    def absent(self, type_: str, attribute: str) -> tuple[Value] | None:
        return None

    def attribute_type(self, type_: str, attribute: str) -> Type | None:
        return None

    def data(
        self, type_: str, arguments: Mapping[str, Value], provider: ProviderConfiguration
    ) -> Mapping[str, Value] | None:
        return None

    def planned(
        self, type_: str, arguments: Mapping[str, Value], attribute: str, provider: ProviderConfiguration
    ) -> tuple[Value] | None:
        return None
