"""Values of plan and state documents, and the marks of what is unknown or sensitive in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from sgwarden.errors import InputError
from sgwarden.model.values import Sensitive
from sgwarden.sources.documents.detect import decode
from sgwarden.sources.resources.attribute_reader import kind_of

if TYPE_CHECKING:
    from msgspec import Raw

    from sgwarden.sources.plan.json_types import ShownModule, ShownResource

_T = TypeVar("_T")
MODES = frozenset({"managed", "data", "ephemeral"})
"""Modes of resources that Terraform writes."""
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


def decode_values(raw: Raw, path: str, what: str) -> dict[str, Any]:
    """Return the attributes of a resource. Raises InputError when they are no object, or nested too deeply."""
    values: object = decode(raw, Any, path, what)
    if not isinstance(values, dict):
        raise InputError(f"its values should be an object and are {kind_of(values)}", path)
    return _bounded(values, path)


def decode_marks(raw: Raw, path: str) -> object:
    """Return ``after_unknown`` and the like as Python values; None when nothing in it is true. Raises InputError."""
    if b"true" not in bytes(raw):
        return None
    marks: object = decode(raw, Any, path, "plan")
    return _bounded(marks, path)


def _bounded(value: _T, path: str) -> _T:
    if is_shallow(value):
        return value
    raise InputError(f"its values are nested in more than {DEEPEST} levels", path)


DEEPEST = 64
"""Levels of nested values that are read; no argument of a provider comes near."""


def is_shallow(value: object, depth: int = DEEPEST) -> bool:
    """Return True if lists and objects in ``value`` are nested in at most ``depth`` levels."""
    level = [value]
    while level:
        if depth < 0:
            return False
        depth -= 1
        level = [
            item
            for each in level
            if type(each) in _CONTAINERS
            for item in (each.values() if isinstance(each, dict) else each)  # type: ignore[attr-defined]
            if type(item) in _CONTAINERS
        ]
    return True


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
