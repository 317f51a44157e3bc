"""Looking for unknown and sensitive values inside collections."""

from __future__ import annotations

from scanner.model.values import Sensitive, Unknown
from scanner.terraform.conversions import strip_sensitive
from scanner.terraform.values import TfList, TfMap, TfSet, Value

CONTAINERS = frozenset({tuple, dict, TfList, TfSet, TfMap})


def first_unknown(value: Value) -> Unknown | None:
    """The first unknown value in ``value``, itself included, or None when it is wholly known."""
    kind = type(value)
    if kind is Unknown:
        return value  # type: ignore[no-any-return]
    if kind is Sensitive:
        return first_unknown(value.value)
    if kind in CONTAINERS:
        for item in value.values() if kind is dict or kind is TfMap else value:
            if type(item) is str:
                continue
            found = first_unknown(item)
            if found is not None:
                return found
    return None


def contains_sensitive(value: Value) -> bool:
    """Whether ``value`` or a part of it is marked sensitive."""
    kind = type(value)
    if kind is Sensitive:
        return True
    if kind in CONTAINERS:
        for item in value.values() if kind is dict or kind is TfMap else value:
            if type(item) is not str and contains_sensitive(item):
                return True
    return False


def mark_sensitive(value: Value) -> Sensitive:
    """``value`` in one sensitive mark, those inside taken away."""
    return Sensitive(strip_sensitive(value))


__all__ = ["CONTAINERS", "contains_sensitive", "first_unknown", "mark_sensitive", "strip_sensitive"]
