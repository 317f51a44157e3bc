"""Short ways to make plan documents and to see what was read of them."""

from __future__ import annotations

import json
from typing import Any

from sgwarden.model.instances import ResourceInstance
from sgwarden.sources.plan.read_plan import read_plan
from tests.sources.values import shown


def change(address: str, after: Any, unknown: Any = None, **more: Any) -> dict[str, Any]:
    """One entry of resource_changes, its type, name, index and module taken from the address."""
    module, _, tail = f".{address}".rpartition(".aws_")
    module, plain = module[1:], f"aws_{tail}"
    kind, name = plain.split("[", 1)[0].split(".")
    entry: dict[str, Any] = {"address": address, "mode": "managed", "type": kind, "name": name}
    entry["provider_name"] = "registry.terraform.io/hashicorp/aws"
    if module:
        entry["module_address"] = module
    if plain.endswith("]"):
        entry["index"] = json.loads(plain.split("[", 1)[1][:-1])
    actions = more.pop("actions", ["create"])
    return {
        **entry,
        "change": {"actions": actions, "after": after, "after_unknown": unknown or {}, **more},
    }


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    """One resource of the configuration; an argument given as a list of strings is its references."""
    kind, name = address.split(".")
    shaped = {
        key: {"references": value} if isinstance(value, list) else {"constant_value": value}
        for key, value in expressions.items()
    }
    return {"address": address, "mode": "managed", "type": kind, "name": name, "expressions": shaped}


def document(changes: list[Any], resources: list[Any] = (), **more: Any) -> bytes:  # type: ignore[assignment]
    root = {"resources": list(resources), "module_calls": more.pop("module_calls", {})}
    plan = {"format_version": "1.2", "resource_changes": changes, "configuration": {"root_module": root}, **more}
    return json.dumps(plan).encode()


def instances(data: bytes, **options: Any) -> dict[str, ResourceInstance]:
    return {item.address: item for item in read_plan(data, "plan.json", **options).instances}


WEB = change("aws_security_group.web", {"name": "web"}, {"id": True, "ingress": True, "egress": True, "arn": True})


DB = change("aws_security_group.db", {"name": "db"}, {"id": True})


RULE: dict[str, Any] = {"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "self": True}


def group_of(*reference: str, extra: Any = (), resources: Any = (), **more: Any) -> Any:
    """What security_group_id of a rule in the root module stands for, when it has these references."""
    rule = change("aws_security_group_rule.r", RULE, {"security_group_id": True})
    config = configured("aws_security_group_rule.r", security_group_id=list(reference))
    found = instances(document([WEB, DB, rule, *extra], [config, *resources], **more))
    return shown(found["aws_security_group_rule.r"].attributes["security_group_id"])


def module_call(outputs: dict[str, Any], resources: list[Any], **arguments: list[str]) -> dict[str, Any]:
    return {
        "expressions": {name: {"references": value} for name, value in arguments.items()},
        "module": {"outputs": {k: {"expression": v} for k, v in outputs.items()}, "resources": resources},
    }
