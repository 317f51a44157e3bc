"""Looking for unknown and sensitive values inside collections."""

from __future__ import annotations

from collections.abc import Iterator

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.types.convert import strip_sensitive
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value

CONTAINERS = frozenset({tuple, dict, TfList, TfSet, TfMap})


_MANY = 1_000
"""Containers after which repeated ones are skipped: values can share their parts any number of times."""


def _parts(value: Value) -> Iterator[Value]:
    """``value`` and everything in it but texts, in order, sensitive marks included."""
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
    """The first unknown value in ``value``, itself included, or None when it is wholly known."""
    return next((part for part in _parts(value) if type(part) is Unknown), None)


def contains_sensitive(value: Value) -> bool:
    """Whether ``value`` or a part of it is marked sensitive."""
    return any(type(part) is Sensitive for part in _parts(value))


def mark_sensitive(value: Value) -> Sensitive:
    """``value`` in one sensitive mark, those inside taken away."""
    return Sensitive(strip_sensitive(value))


__all__ = ["CONTAINERS", "contains_sensitive", "first_unknown", "mark_sensitive", "strip_sensitive"]
