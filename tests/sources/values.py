"""Short ways to make instances and to show a model in tests."""

from __future__ import annotations

from typing import Any

from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.resources import build

HERE = Location("main.tf", 1, 9)


def instance(address: str, attributes: dict[str, Any], **more: Any) -> ResourceInstance:
    """A managed instance (or data source) of that address in main.tf, lines 1 to 9."""
    plain = address.rsplit("module.", 1)[-1]
    if "." in plain and address.startswith("module."):
        plain = plain.split(".", 1)[1]
    mode = "data" if plain.startswith("data.") else "managed"
    kind, name = plain.removeprefix("data.").split("[", 1)[0].split(".")
    more = {"key": None, "location": HERE, **more}
    return ResourceInstance(address=address, mode=mode, type=kind, name=name, attributes=attributes, **more)


def model(*instances: ResourceInstance, kind: Any = "hcl") -> Infrastructure:
    """The model of those instances."""
    return build(instances, Source(kind, "."))


def shown(value: Any) -> Any:
    """A value for comparing: an unknown as ``?`` with what it stands for, a sensitive one as ``!``."""
    if isinstance(value, Unknown):
        return f"?{value.address}.{value.attribute}" if value.address else "?"
    if isinstance(value, Sensitive):
        return f"!{shown(value.value)}"
    return value


def rules(infrastructure: Infrastructure) -> list[str]:
    """Every rule as one line: ``GROUP DIRECTION PROTOCOL FROM-TO KIND VALUE``, with marks of doubt at the end."""
    lines = []
    for rule in infrastructure.rules:
        ports = "" if rule.from_port is None else f" {shown(rule.from_port)}-{shown(rule.to_port)}"
        peer = "" if rule.peer.value is None else f" {shown(rule.peer.value)}"
        line = f"{shown(rule.security_group)} {rule.direction} {shown(rule.protocol)}{ports} {rule.peer.kind}{peer}"
        if rule.description is not None:
            line += f' "{shown(rule.description)}"'
        lines.append(line + (" may exist" if rule.may_exist else ""))
    return lines


def reasons(infrastructure: Infrastructure) -> list[str]:
    """What was skipped: ``ADDRESS: REASON``."""
    return [f"{item.what}: {item.reason}" for item in infrastructure.skipped]
