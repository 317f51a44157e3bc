"""ResourceInstance: one resource or data source instance, as HCL, plan JSON and state all yield it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown


class Step(Struct, frozen=True):
    """One variable, local or output on the way of a value, and where its own value is written."""

    name: str
    """As references name it: ``var.admins``, ``local.wide``, ``module.network.cidrs``."""
    kind: Literal["local", "output", "set", "default", "no value"]
    """``set``, ``default`` and ``no value`` are of variables: given from outside, by its default, or not at all."""
    location: Location | str
    """The line that matters; the name of what is no file: ``--var``, ``TF_VAR_admins``."""


class Origin(Struct, frozen=True, dict=True):
    """Where one attribute's value was written and what made it."""

    location: Location
    expression: str = ""
    """Source text of the expression, e.g. ``var.admin_cidrs``; empty when there is no code."""
    trail: tuple[Step, ...] = ()
    """How the value came here, nearest first."""

    def with_elements(self, compute: Callable[[], tuple[Location, ...]]) -> Origin:
        """Return this origin, which knows how to find its elements; they are no part of it, and written nowhere."""
        self.__dict__["elements"] = compute
        return self

    def elements(self) -> tuple[Location, ...]:
        """Return the elements of lists and entries of maps that the value is certainly made of; empty without code."""
        compute: Callable[[], tuple[Location, ...]] | None = self.__dict__.get("elements")
        return compute() if compute is not None else ()


class ResourceInstance(Struct, frozen=True):
    """One instance with evaluated attributes.

    Attribute values are plain Python: None, bool, int, fractions.Fraction, str, tuples (lists,
    sets and tuples alike), dicts with string keys (maps, objects and nested blocks alike),
    ``Unknown`` and ``Sensitive``. A nested block type is a tuple of dicts under its name, in the
    order written; a block that may or may not exist (a dynamic block over an unknown) is an
    ``Unknown`` element of that tuple, or a dict with the key ``__may_exist__`` holding the Unknown.
    An attribute that was not written is absent; null and absent mean the same.
    """

    address: str
    """Full address: ``module.a["x"].aws_security_group.this[0]``."""
    mode: str
    """``managed`` or ``data``."""
    type: str
    name: str
    key: int | str | Unknown | None
    """The count index or for_each key; None when neither is used."""
    attributes: Mapping[str, Any]
    location: Location
    module_path: tuple[str, ...] = ()
    """Addresses of the enclosing module instances, outermost first."""
    origins: Mapping[tuple[str | int, ...], Origin] = field(default_factory=dict)
    """Origin by path: ``("cidr_blocks",)``, ``("ingress", 0)``, ``("ingress", 0, "from_port")``."""
    provider: str = ""
    """Provider configuration that manages it: ``aws`` or ``aws.west``; root module's name for it."""
    region: str | Unknown | None = None
    account: str | Unknown | None = None
    may_exist: Unknown | None = None
    """Set when it is not known whether the instance exists (count or for_each unknown)."""
    ignore_changes: tuple[str, ...] = ()
    """lifecycle.ignore_changes as attribute paths; ``("all",)`` for all."""
    never_destroyed: bool = False
    """From code: it stays where it is when its code goes (``lifecycle { destroy = false }``)."""
    actions: tuple[str, ...] = ()
    """From a plan: ``("create",)``, ``("delete", "create")`` ...; empty otherwise."""
    status: str = ""
    """From a state: ``tainted`` or ``deposed``; empty otherwise."""
    declared: frozenset[str] | None = None
    """Names of arguments written in code, where the source tells (plan configuration, HCL);
    None when it does not (state alone)."""
    provider_access: Mapping[str, Any] = field(default_factory=dict)
    """From code and plans: arguments of its provider configuration that choose the account."""
    provider_ignore_tags: Any = None
    """From code: the blocks ``ignore_tags`` of its provider configuration, a tuple of dicts or unknown."""
