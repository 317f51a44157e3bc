"""Values of plan and state documents, and the marks of what is unknown or sensitive in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sgwarden.model.values import Sensitive
from sgwarden.sources.documents.detect import decode

if TYPE_CHECKING:
    from msgspec import Raw

    from sgwarden.sources.plan.json_types import ShownModule, ShownResource

_CONTAINERS = frozenset({list, dict})


def shown_resources(module: ShownModule) -> Iterator[ShownResource]:
    """Return the resources of a module and of all below it."""
    waiting = [module]
    while waiting:
        current = waiting.pop()
        yield from current.resources
        waiting += current.child_modules


def is_null(raw: Raw) -> bool:
    """Return True for JSON null and for nothing."""
    return len(memoryview(raw)) <= 4 and bytes(raw) in (b"null", b"")


def decode_marks(raw: Raw, path: str) -> object:
    """Return ``after_unknown`` and the like as Python values; None when nothing in it is true."""
    if b"true" not in bytes(raw):
        return None
    marks: object = decode(raw, Any, path, "plan")
    return marks


def tuples(value: object) -> Any:
    """Return ``value`` with lists as tuples and without nulls in objects, all the way down."""
    if type(value) is list:
        return tuple([tuples(item) if type(item) in _CONTAINERS else item for item in value])
    if type(value) is dict:
        return {
            name: tuples(item) if type(item) in _CONTAINERS else item
            for name, item in value.items()
            if item is not None
        }
    return value


def mark_sensitive(value: object, mark: object) -> Any:
    """Return ``value`` with Sensitive around whatever ``mark`` (after_sensitive) is true for."""
    if mark is True:
        return Sensitive(value)
    if isinstance(mark, dict) and isinstance(value, dict):
        return {name: mark_sensitive(item, mark[name]) if mark.get(name) else item for name, item in value.items()}
    if isinstance(mark, list) and isinstance(value, tuple):
        return tuple(
            mark_sensitive(item, mark[index]) if index < len(mark) and mark[index] else item
            for index, item in enumerate(value)
        )
    return value
