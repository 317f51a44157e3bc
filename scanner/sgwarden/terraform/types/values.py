"""Terraform's values as Python objects, and what is unknown or sensitive in them.

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

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sgwarden.model.values import Sensitive, Unknown

Value = Any

LARGEST_TEXT = 10_000_000
"""Characters of a text that is still evaluated; a longer result is Unknown."""
LARGEST_COLLECTION = 1_000_000
"""Elements of a collection that is still evaluated; a larger result is Unknown."""


class TfList(tuple[Value, ...]):
    """A list: all elements of one type. ``element_type`` is a type of ``types.py`` (None: any)."""

    element_type: Any

    def __new__(cls, items: Iterable[Value] = (), element_type: Any = None) -> TfList:
        self = super().__new__(cls, items)
        self.element_type = element_type
        return self


class TfSet(tuple[Value, ...]):
    """A set; build it with ``set_values.make_set``, which orders and removes duplicates."""

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


CONTAINERS = frozenset({dict, tuple, TfMap, TfList, TfSet})
"""The exact types of values that have parts."""

_MANY = 1_000
"""Containers after which repeated ones are skipped: values can share their parts any number of times."""


def _parts(value: Value) -> Iterator[Value]:
    """Yield ``value`` and everything in it but texts, in order, sensitive marks included."""
    stack = [value]
    seen: set[int] = set()
    visited = 0
    while stack:
        item = stack.pop()
        yield item
        kind = type(item)
        if kind is Sensitive:
            stack.append(item.value)
        elif kind in CONTAINERS:
            visited += 1
            if visited > _MANY:
                if id(item) in seen:
                    continue
                seen.add(id(item))
            inside = [part for part in (item.values() if isinstance(item, dict) else item) if type(part) is not str]
            inside.reverse()
            stack += inside


def first_unknown(value: Value) -> Unknown | None:
    """Return the first unknown value in ``value``, itself included, or None when it is wholly known."""
    return next((part for part in _parts(value) if type(part) is Unknown), None)


def contains_sensitive(value: Value) -> bool:
    """Return True if ``value`` or a part of it is marked sensitive."""
    return any(type(part) is Sensitive for part in _parts(value))


def as_sensitive(value: Value) -> Sensitive:
    """Return ``value`` in a sensitive mark; marks of its parts stay."""
    return value if type(value) is Sensitive else Sensitive(value)


def mark_sensitive(value: Value) -> Sensitive:
    """Return ``value`` in one sensitive mark, those inside taken away."""
    return Sensitive(strip_sensitive(value))


def strip_sensitive(value: Value) -> Value:
    """Return ``value`` without any sensitive mark inside, for putting one mark around all of it."""
    return _stripped(value, {}) if isinstance(value, (tuple, dict, Sensitive)) else value


def _stripped(value: Value, done: dict[int, Value]) -> Value:
    """Return ``value`` without marks; ``done`` has results by identity, as values can share their parts."""
    kind = type(value)
    if kind is Sensitive:
        return _stripped(value.value, done)
    if kind not in CONTAINERS:
        return value
    if id(value) in done:
        return done[id(value)]
    result: Value
    if kind is dict:
        result = {name: _stripped(item, done) for name, item in value.items()}
    elif kind is TfMap:
        result = TfMap({name: _stripped(item, done) for name, item in value.items()}, value.element_type)
    elif kind is tuple:
        result = tuple([_stripped(item, done) for item in value])
    else:
        result = kind([_stripped(item, done) for item in value], value.element_type)
    done[id(value)] = result
    return result
