"""What is forgotten is not fixed: in code, plans and baselines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import sgwarden, work
from tests.cli.test_pull_requests import GROUP, OTHER, SEPARATE, Files, Sgwarden, _write, module, repository, run

__all__ = ["repository", "run", "sgwarden", "work"]

POLICY = "open-high-risk-port"
SEPARATE_GROUP = SEPARATE.split("\n\n", maxsplit=1)[0]
RULE = "aws_vpc_security_group_ingress_rule.ssh"


def removed(address: str, body: str = "\n  lifecycle {\n    destroy = false\n  }") -> str:
    return f"removed {{\n  from = {address}{body}\n}}\n"


KEPT = GROUP.replace("  name ", "  lifecycle {\n    destroy = false\n  }\n  name ", 1)
OPEN = ("all of IPv4 (0.0.0.0/0)",)
STAYS: dict[str, tuple[Files, Files]] = {
    "a group": ({"main.tf": GROUP + OTHER}, {"main.tf": OTHER + removed("aws_security_group.web")}),
    "a rule": ({"main.tf": SEPARATE}, {"main.tf": SEPARATE_GROUP + "\n" + removed(RULE)}),
    "a group and its rule": (
        {"main.tf": SEPARATE}, {"main.tf": removed(RULE) + removed("aws_security_group.web")},
    ),
    "instances of a resource": (
        {"main.tf": GROUP.replace("{\n  name ", '{\n  for_each = toset(["a.b"])\n  name ', 1)},
        {"main.tf": removed("aws_security_group.web")},
    ),
    "a module": (
        {"main.tf": module("./m"), "m/main.tf": GROUP}, {"main.tf": removed("module.web"), "m/main.tf": None},
    ),
    "a module that is called several times": (
        {"main.tf": module("./m", "web", "count = 2"), "m/main.tf": GROUP}, {"main.tf": removed("module.web"), "m/main.tf": None},
    ),
    "a resource in a module": (
        {"main.tf": module("./m"), "m/main.tf": GROUP}, {"m/main.tf": removed("aws_security_group.web")},
    ),
    "a resource in a module, from the root module": (
        {"main.tf": module("./m"), "m/main.tf": GROUP},
        {"main.tf": removed("module.web.aws_security_group.web"), "m/main.tf": None},
    ),
    "in JSON": (
        {"main.tf": GROUP},
        {"main.tf": None,
         "r.tf.json": json.dumps({"removed": {"from": "aws_security_group.web", "lifecycle": {"destroy": False}}})},
    ),
    "by lifecycle.destroy": ({"main.tf": KEPT + OTHER}, {"main.tf": OTHER}),
    "by lifecycle.destroy, with count 0": (
        {"main.tf": KEPT}, {"main.tf": KEPT.replace("{\n", "{\n  count = 0\n", 1)},
    ),
    "by OpenTofu's default": ({"main.tofu": GROUP}, {"main.tofu": removed("aws_security_group.web", "")}),
    "perhaps": (
        {"main.tf": GROUP},
        {"main.tf": removed("aws_security_group.web", "\n  lifecycle {\n    destroy = var.x\n  }") + 'variable "x" {}\n'},
    ),
}  # fmt: skip
GOES: dict[str, tuple[Files, Files]] = {
    "removed by default": ({"main.tf": GROUP}, {"main.tf": removed("aws_security_group.web", "")}),
    "removed and destroyed": (
        {"main.tf": GROUP},
        {"main.tf": removed("aws_security_group.web", "\n  lifecycle {\n    destroy = true\n  }")},
    ),
    "another one is forgotten": ({"main.tf": GROUP + OTHER}, {"main.tf": removed("aws_security_group.db")}),
    "its name begins alike": ({"main.tf": GROUP}, {"main.tf": removed("aws_security_group.we")}),
    "the rule is destroyed, the group forgotten": (
        {"main.tf": SEPARATE}, {"main.tf": removed("aws_security_group.web")},
    ),
    "closed, and not to be destroyed": (
        {"main.tf": KEPT}, {"main.tf": KEPT.replace("0.0.0.0/0", "10.0.0.0/8")},
    ),
}  # fmt: skip


def nobody(found: Any) -> list[str]:
    return [each["traffic"] for each in found["comparison"]["exposure"] if not each["after"]]


@pytest.mark.parametrize("name", STAYS)
def test_what_is_forgotten_is_not_fixed(run: Callable[..., Any], name: str) -> None:
    found = run(*STAYS[name], policies=POLICY)
    assert (found["comparison"]["fixed"], nobody(found)) == ([], [])
    assert any("is forgotten, not destroyed, and stays in AWS" in each for each in found["comparison"]["notes"])


@pytest.mark.parametrize("name", GOES)
def test_what_is_destroyed_is_fixed(run: Callable[..., Any], name: str) -> None:
    found = run(*GOES[name], policies=POLICY)
    assert len(found["comparison"]["fixed"]) == 1


@pytest.mark.parametrize("name", [name for name in STAYS if not name.startswith("by lifecycle")])
def test_the_baseline_keeps_what_is_forgotten(
    repository: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(repository)
    before, after = STAYS[name]
    _write(repository, before)
    sgwarden("baseline", "update", "--only", POLICY)
    held = (repository / "sgwarden-baseline.json").read_text()
    _write(repository, after)
    done = sgwarden("scan", "--only", POLICY, "--baseline", "sgwarden-baseline.json", "--format", "json")
    assert json.loads(done.out)["comparison"]["fixed"] == []
    sgwarden("baseline", "update", "--only", POLICY)
    assert (repository / "sgwarden-baseline.json").read_text() == held


def plan(actions: list[str], after: Mapping[str, Any] | None) -> dict[str, Any]:
    """A plan that does something to an open group."""
    before = {
        "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1", "id": "sg-1", "name": "web", "egress": [],
        "description": "Web",
        "ingress": [{"cidr_blocks": ["0.0.0.0/0"], "description": "SSH", "from_port": 22, "to_port": 22,
                     "protocol": "tcp", "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [],
                     "self": False}],
    }  # fmt: skip
    resource = {
        "address": "aws_security_group.web", "mode": "managed", "type": "aws_security_group", "name": "web",
        "provider_name": "registry.terraform.io/hashicorp/aws",
    }  # fmt: skip
    return {
        "format_version": "1.2", "terraform_version": "1.11.4", "complete": True,
        "planned_values": {"root_module": {}},
        "resource_changes": [{**resource, "change": {"actions": actions, "before": before, "after": after}}],
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [{**resource, "values": before}]}}},
        "configuration": {"root_module": {}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("actions", "after", "fixed"),
    [
        (["forget"], None, 0),
        (["create", "forget"], {"name": "web", "ingress": [], "egress": [], "description": "Web"}, 0),
        (["delete"], None, 1),
        (["create", "delete"], {"name": "web", "ingress": [], "egress": [], "description": "Web"}, 1),
    ],
)
def test_a_plan_that_forgets(
    work: Path, sgwarden: Sgwarden, actions: list[str], after: Mapping[str, Any] | None, fixed: int
) -> None:
    (work / "plan.json").write_text(json.dumps(plan(actions, after)))
    done = sgwarden("scan", "--new-only", "plan.json", "--only", POLICY, "--format", "json")
    found = json.loads(done.out)
    assert (len(found["comparison"]["fixed"]), len(nobody(found))) == (fixed, fixed)
