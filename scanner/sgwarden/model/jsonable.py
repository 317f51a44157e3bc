"""Facts of the model as JSON-able values: unknown is ``{"unknown": reason}``, sensitive ``{"sensitive": true}``."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Sensitive, Unknown

SENSITIVE: dict[str, Any] = {"sensitive": True}


def value(item: Any) -> Any:
    """Return ``item`` as JSON can hold it, with nested collections."""
    kind = type(item)
    if kind is Unknown:
        return {"unknown": item.reason}
    if kind is Sensitive:
        return dict(SENSITIVE)
    if isinstance(item, tuple | list):
        return [value(part) for part in item]
    if isinstance(item, dict):
        return {str(key): value(part) for key, part in item.items()}
    return item


def rule_traffic(rule: Rule) -> dict[str, Any]:
    """Return direction, protocol, ports and peer of a rule, with sensitive fields hidden."""

    def visible(name: str, item: Any) -> Any:
        return dict(SENSITIVE) if name in rule.sensitive else value(item)

    return {
        "direction": rule.direction,
        "protocol": visible("protocol", rule.protocol),
        "from_port": visible("from_port", rule.from_port),
        "to_port": visible("to_port", rule.to_port),
        "peer": {"kind": rule.peer.kind, "value": visible("peer", rule.peer.value)},
    }


def rule_content(rule: Rule, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return traffic, description and id of a rule; fields of ``hidden`` and sensitive ones are not shown."""
    masked = replace(rule, sensitive=rule.sensitive | hidden) if hidden - rule.sensitive else rule
    return {
        **rule_traffic(masked),
        "description": dict(SENSITIVE) if "description" in masked.sensitive else value(rule.description),
        "id": rule.id,
    }


def location(place: Location | None, module_path: bool = False) -> dict[str, Any] | None:
    """Return file and lines, and on request the module path; None without a place."""
    if place is None:
        return None
    document: dict[str, Any] = {"file": place.file, "line": place.line, "end_line": place.end_line}
    if module_path:
        document["module_path"] = list(place.module_path)
    return document
