"""The resources of the monitoring chain as plain values, under the names of their Terraform arguments."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sgwarden.model import jsonable
from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Declared, Document, FieldSelector, Monitoring
from sgwarden.model.values import Unknown

_LISTS: Mapping[str, tuple[str, ...]] = {
    "trails": ("trails",),
    "log_groups": ("log_groups",),
    "metric_filters": ("metric_filters",),
    "alarms": ("alarms", "composite_alarms"),
    "topics": ("topics",),
    "subscriptions": ("subscriptions",),
    "event_rules": ("event_rules",),
}
_HIDDEN = frozenset({"origins", "sensitive", "actions", "policy", "latest_delivery_error", "state"})
_IF_SET = frozenset({"promql_query", "log_query", "log_groups"})
"""Fields of rare alarms, shown where they are set."""
_ARGUMENTS = {
    "event_selectors": "event_selector",
    "advanced_event_selectors": "advanced_event_selector",
    "metric_queries": "metric_query",
    "target": "arn",
    "promql_query": "evaluation_criteria",
}
"""Argument names where the model's differ."""


def documents(monitoring: Monitoring) -> dict[str, list[dict[str, object]]]:
    """Return the resources by kind, each with address and location; ``policy`` and the like are left out."""
    return {
        kind: [_document(item) for name in names for item in getattr(monitoring, name)]
        for kind, names in _LISTS.items()
    }


def _document(item: Declared) -> dict[str, object]:
    own_state = {"state"} if hasattr(item, "event_pattern") else set()
    result: dict[str, object] = {"address": item.address}
    for field in item.__struct_fields__:
        name = _ARGUMENTS.get(field, field)
        if field in _HIDDEN - own_state or (field == "arn" and hasattr(item, "target")):
            continue
        if field in _IF_SET and not getattr(item, field):
            continue
        if name in item.sensitive:
            result[name] = {"sensitive": True}
        else:
            result[name] = _plain(getattr(item, field))
    return result


def _plain(value: object) -> object:
    if isinstance(value, Location):
        return jsonable.location(value)
    if isinstance(value, Declared):
        return _document(value)
    if isinstance(value, FieldSelector):
        return {"field": _plain(value.field)} | {name: _plain(texts) for name, texts in value.operators.items()}
    if isinstance(value, Document) or value is None:
        return None
    if isinstance(value, Unknown):
        return jsonable.value(value)
    if isinstance(value, Struct):
        return {_ARGUMENTS.get(name, name): _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in sorted(value.items())}
    return value


def lines(monitoring: Monitoring) -> list[str]:
    """Return one line for each resource, for people."""
    return [
        f"  {kind.removesuffix('s').replace('_', ' '):<13}  {item.address}"
        for kind, names in _LISTS.items()
        for name in names
        for item in getattr(monitoring, name)
    ]
