"""Terraform's values as Python objects.

========  =====================================================================
null      ``None``
bool      ``bool``
number    ``int``, or ``fractions.Fraction`` when not whole (see ``numbers.py``)
string    ``str``, NFC-normalised
tuple     ``tuple`` (exactly that type)
list      ``TfList``
set       ``TfSet``, in Terraform's iteration order, without duplicates
object    ``dict`` (exactly that type), iterated in sorted key order
map       ``TfMap``, iterated in sorted key order
unknown   ``sgwarden.model.values.Unknown``
sensitive ``sgwarden.model.values.Sensitive`` around any of the above
========  =====================================================================

Python says ``True == 1``; Terraform does not: compare with ``equality.equals``, never with ``==``.
Any element or attribute may itself be Unknown or Sensitive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sgwarden.model.values import Sensitive, Unknown

Value = Any


class TfList(tuple[Value, ...]):
    """A list: all elements of one type. ``element_type`` is a type of ``types.py`` (None: any)."""

    element_type: Any

    def __new__(cls, items: Iterable[Value] = (), element_type: Any = None) -> TfList:
        self = super().__new__(cls, items)
        self.element_type = element_type
        return self


class TfSet(tuple[Value, ...]):
    """A set; build it with ``conversions.make_set``, which orders and removes duplicates."""

    element_type: Any

    def __new__(cls, items: Iterable[Value] = (), element_type: Any = None) -> TfSet:
        self = super().__new__(cls, items)
        self.element_type = element_type
        return self


class TfMap(dict[str, Value]):
    """A map: all elements of one type."""

    __slots__ = ("element_type",)

    def __init__(self, items: Mapping[str, Value] | Iterable[tuple[str, Value]] = (), element_type: Any = None) -> None:
        super().__init__(items)
        self.element_type = element_type


__all__ = ["Sensitive", "TfList", "TfMap", "TfSet", "Unknown", "Value"]
