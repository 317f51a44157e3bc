"""Several root modules as one chain: a trail in one, filters and alarms in another.

References stay within their root module; across them only names and ARNs that are written out can meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Declared, Monitoring, RolePolicy
from sgwarden.model.values import Unknown

_FLAGS = ("exact", "complete", "exhaustive")


def merge_monitoring_roots(infrastructures: Sequence[Infrastructure]) -> Infrastructure:
    """Return the chain of all infrastructures in one, which is itself when there is one.

    Addresses begin with the root module that they are of: ``network: aws_sns_topic.a``.
    """
    if len(infrastructures) == 1:
        return infrastructures[0]
    moved = [_moved(each.monitoring, f"{each.source.path}: ") for each in infrastructures]
    joined: dict[str, Any] = {flag: all(getattr(each, flag) for each in moved) for flag in _FLAGS}
    for entry in Monitoring.__struct_fields__:
        if entry not in _FLAGS:
            items = [item for each in moved for item in getattr(each, entry)]
            joined[entry] = tuple(sorted(items, key=lambda item: item.address))
    kinds = {each.source.kind for each in infrastructures}
    paths = ", ".join(each.source.path for each in infrastructures)
    source = Source(kinds.pop() if len(kinds) == 1 else "hcl", paths)
    return Infrastructure(
        source,
        rules=tuple(rule for each in infrastructures for rule in each.rules),
        prefix_lists=tuple(item for each in infrastructures for item in each.prefix_lists),
        monitoring=Monitoring(**joined),
    )


def _moved(value: Any, prefix: str) -> Any:
    """``value`` with the prefix before every address in it."""
    if isinstance(value, Unknown):
        if value.address is None and not value.parts:
            return value
        address = None if value.address is None else prefix + value.address
        return replace(value, address=address, parts=_moved(value.parts, prefix))
    if isinstance(value, (Location, type)):
        return value
    if isinstance(value, Struct):
        changed = {entry: _moved(getattr(value, entry), prefix) for entry in value.__struct_fields__}
        if isinstance(value, (Declared, RolePolicy)):
            changed["address"] = prefix + value.address
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(_moved(item, prefix) for item in value)
    if isinstance(value, Mapping):
        return {key: _moved(item, prefix) for key, item in value.items()}
    return value
