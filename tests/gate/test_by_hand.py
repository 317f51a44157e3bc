"""A rule that was opened by hand and then written into the code is new; one that merely stays is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, sgwarden, work

__all__ = ["sgwarden", "work"]

POLICY = "open-high-risk-port"
GROUP = "aws_security_group.web"
HTTPS = {"cidr_blocks": ["10.0.0.0/8"], "from_port": 443, "to_port": 443, "protocol": "tcp", "description": "x"}
SSH = {**HTTPS, "cidr_blocks": ["0.0.0.0/0"], "from_port": 22, "to_port": 22}


def group(*ingress: dict[str, Any]) -> dict[str, Any]:
    return {"id": "sg-1", "name": "web", "description": "Web", "ingress": list(ingress), "egress": []}


def resource(address: str) -> dict[str, Any]:
    type_, name = address.split(".")
    return {"address": address, "mode": "managed", "type": type_, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws"}  # fmt: skip


RULES = {
    "aws_vpc_security_group_ingress_rule.ssh": {
        "security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0",
    },
    "aws_security_group_rule.ssh": {
        "security_group_id": "sg-1", "type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22,
        "cidr_blocks": ["0.0.0.0/0"],
    },
}  # fmt: skip
CLOSED = {**RULES["aws_vpc_security_group_ingress_rule.ssh"], "cidr_ipv4": "10.0.0.0/8", "id": "sgr-1"}


def plan(
    applied: dict[str, Any], refreshed: dict[str, Any], planned: dict[str, Any], ingress: Any = None, rule: str = "",
    drifted_rule: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """A plan over one group, whose code has ``ingress`` inline, and perhaps a rule of its own."""
    action = "no-op" if refreshed == planned else "update"
    changes = [{**resource(GROUP), "change": {"actions": [action], "before": refreshed, "after": planned}}]
    state = [{**resource(GROUP), "values": refreshed}]
    drift = [{**resource(GROUP), "change": {"actions": ["update"], "before": applied, "after": refreshed}}]
    expressions = {} if ingress is None else {"ingress": ingress}
    configured: list[dict[str, Any]] = [{**resource(GROUP), "expressions": expressions}]
    if rule:
        before = {**RULES[rule], "id": "sgr-1"} if drifted_rule else None
        after = before or RULES[rule]
        changes.append(
            {
                **resource(rule),
                "change": {"actions": ["no-op" if before else "create"], "before": before, "after": after},
            }
        )
        configured.append({**resource(rule), "expressions": {name: {} for name in RULES[rule]}})
        if drifted_rule:
            state.append({**resource(rule), "values": before})
            change = {"actions": ["update"], "before": drifted_rule, "after": before}
            drift.append({**resource(rule), "change": change})
    return {
        "format_version": "1.2", "terraform_version": "1.11.4", "complete": True, "planned_values": {"root_module": {}},
        "resource_changes": changes, "resource_drift": drift,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": state}}},
        "configuration": {"root_module": {"resources": configured}},
    }  # fmt: skip


BOTH = group(HTTPS, SSH)
NEW = {
    "inline": plan(group(HTTPS), BOTH, BOTH, {"constant_value": [HTTPS, SSH]}),
    "inline, by a variable": plan(group(HTTPS), BOTH, BOTH, {"references": ["var.rules"]}),
    "by dynamic blocks": plan(group(HTTPS), BOTH, BOTH),
    "as a rule": plan(group(), group(SSH), group(SSH), rule="aws_vpc_security_group_ingress_rule.ssh"),
    "as a rule of the old kind": plan(group(), group(SSH), group(SSH), rule="aws_security_group_rule.ssh"),
    "as a rule that was changed by hand": plan(
        group({**SSH, "cidr_blocks": ["10.0.0.0/8"]}), group(SSH), group(SSH),
        rule="aws_vpc_security_group_ingress_rule.ssh", drifted_rule=CLOSED,
    ),
}  # fmt: skip
STAYS = {
    "nothing is written": plan(group(), group(SSH), group(SSH)),
    "the group ignores it": plan(group(HTTPS), BOTH, BOTH, {"constant_value": [HTTPS]}),
}
GOES = {
    "the code closes it": plan(group(HTTPS), BOTH, group(HTTPS), {"constant_value": [HTTPS]}),
}


@pytest.fixture
def compared(work: Path, sgwarden: Callable[..., Run]) -> Callable[[Any], Any]:
    def done(document: Any) -> Any:
        (work / "plan.json").write_text(json.dumps(document))
        run = sgwarden("scan", "--new-only", "plan.json", "--only", POLICY, "--format", "json")
        comparison = json.loads(run.out)["comparison"]
        opens = [each["traffic"] for each in comparison["exposure"] if each["opens_to_internet"]]
        return run.code, comparison["new"], comparison["existing"], len(comparison["fixed"]), opens

    return done


@pytest.mark.parametrize("name", NEW)
def test_what_the_code_declares_now_is_new(compared: Callable[[Any], Any], name: str) -> None:
    assert compared(NEW[name]) == (1, 1, 0, 0, ["tcp 22"])


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_without_code_is_existing(compared: Callable[[Any], Any], name: str) -> None:
    assert compared(STAYS[name]) == (0, 0, 1, 0, [])


@pytest.mark.parametrize("name", GOES)
def test_what_the_plan_closes_is_fixed(compared: Callable[[Any], Any], name: str) -> None:
    assert compared(GOES[name]) == (0, 0, 0, 1, [])
