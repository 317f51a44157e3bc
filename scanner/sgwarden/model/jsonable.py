"""Facts of the model as JSON values: unknown is ``{"unknown": reason}``, sensitive ``{"sensitive": true}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

from msgspec.structs import replace

from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Rule
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Sensitive, Unknown

Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]

SENSITIVE: dict[str, Json] = {"sensitive": True}


def document(items: Mapping[str, object]) -> dict[str, Json]:
    """Return named facts as JSON values. Raises TypeError for anything but values of the model."""
    return {name: value(item) for name, item in items.items()}


def value(item: object) -> Json:
    """Return a value of the model as JSON can hold it, nested collections included. Raises TypeError for others."""
    if isinstance(item, Unknown | Maybe):
        return {"unknown": item.reason}
    if isinstance(item, Sensitive):
        return {"sensitive": True}
    if isinstance(item, tuple | list):
        return [value(part) for part in item]
    if isinstance(item, Mapping):
        return {str(key): value(part) for key, part in item.items()}
    if item is None or isinstance(item, bool | int | float | str):
        return item
    raise TypeError(f"{type(item).__name__} is no value of JSON")


def rule_traffic(rule: Rule) -> dict[str, Any]:
    """Return direction, protocol, ports and peer of a rule, sensitive fields hidden."""

    def visible(name: str, item: object) -> Json:
        return {"sensitive": True} if name in rule.sensitive else value(item)

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


def location(place: Location | None, module_path: bool = False) -> dict[str, Json] | None:
    """Return file and lines, with ``module_path`` also the path of modules; None if there is no place."""
    if place is None:
        return None
    document: dict[str, Json] = {"file": place.file, "line": place.line, "end_line": place.end_line}
    if module_path:
        document["module_path"] = list(place.module_path)
    return document
