"""What the language needs to know of providers, and the configuration a module gets of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from sgwarden.terraform.types.types import Type
from sgwarden.terraform.types.values import Value


class ProviderConfiguration(Struct, frozen=True):
    """One ``provider`` block of the root module (or of a module that has its own)."""

    name: str
    """``aws`` or ``aws.west``, as the module that holds the block names it."""
    arguments: Mapping[str, Value]
    """Evaluated arguments, nested blocks as tuples of dicts; empty when there is no block."""


class ProviderFacts(Protocol):
    """Knowledge of resource types that is not in the language."""

    def absent(self, type_: str, attribute: str) -> tuple[Value] | None:
        """The value, in a tuple, that an attribute nobody wrote certainly has in a plan; None when it is computed."""

    def attribute_type(self, type_: str, attribute: str) -> Type | None:
        """The type of an attribute, or of a kind of nested blocks, of a resource or data source; None when untold.

        Attributes of an object that the code may leave out are optional, with what a plan then has.
        """

    def data(
        self, type_: str, arguments: Mapping[str, Value], provider: ProviderConfiguration
    ) -> Mapping[str, Value] | None:
        """Attributes of a data source that follow from its arguments alone; None when it must be read."""

    def planned(
        self, type_: str, arguments: Mapping[str, Value], attribute: str, provider: ProviderConfiguration
    ) -> tuple[Value] | None:
        """A computed attribute that the provider plans from the arguments (``tags_all``), in a tuple; else None."""


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
