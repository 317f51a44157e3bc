"""One suppression of each kind, met by the same finding in every mode that knows what it asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.aws.double import ACCOUNT, Double, aws
from tests.cli.conftest import Run, sgwarden, work
from tests.cli.test_drift import write_live, write_state
from tests.cli.test_drift_nights import at_home
from tests.drift.models import WEB, allow, block, group, live_group

__all__ = ["aws", "sgwarden", "work"]
Command = Callable[..., Run]
POLICY = "open-admin-port"
MODES = ("code", "plan", "state", "snapshot", "live", "drift")
ROOT = """provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["123456789012"]
}

@CALL
module "edge" {
  source = "./m"
}
"""
MODULE = """@RESOURCE
resource "aws_security_group" "web" {
  name = "web"
  tags = { team = "edge" }
  @BLOCK
  ingress {
    protocol  = "tcp"
    from_port = 22
    to_port   = 22
    @ATTRIBUTE
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
ADDRESS = "module.edge.aws_security_group.web"
SSH = allow("tcp", (22, 22), "0.0.0.0/0")


def values() -> dict[str, Any]:
    """The group as a state and a plan hold it."""
    found = group(
        account=ACCOUNT, vpc_id="vpc-1", tags={"team": "edge"}, tags_all={"team": "edge"},
        ingress=[block(["0.0.0.0/0"], 22)],
    )  # fmt: skip
    content: dict[str, Any] = found["instances"][0]["attributes"]
    return content


def plan() -> str:
    """One that leaves the group as it is."""
    resource = {
        "address": ADDRESS, "mode": "managed", "type": "aws_security_group", "name": "web", "values": values(),
        "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 1, "sensitive_values": {},
    }  # fmt: skip
    change = {key: resource[key] for key in ("address", "mode", "type", "name", "provider_name")}
    change |= {
        "module_address": "module.edge",
        "change": {"actions": ["no-op"], "before": values(), "after": values(), "after_unknown": {}},
    }
    return json.dumps(
        {
            "format_version": "1.2", "terraform_version": "1.11.0", "configuration": {"root_module": {}},
            "planned_values": {"root_module": {"child_modules": [{"address": "module.edge", "resources": [resource]}]}},
            "resource_changes": [change],
        }
    )  # fmt: skip


@pytest.fixture
def world(work: Path, aws: Double, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same group in code, in a plan, in a state and live; it admits SSH, but in ``closed.json``."""
    monkeypatch.setenv("SGWARDEN_TODAY", "2026-11-21")
    (work / ".git").mkdir()
    (work / "root" / "m").mkdir(parents=True)
    (work / "root" / "plan.json").write_text(plan())
    found = group(module="module.edge")
    found["instances"][0]["attributes"] = values()
    write_state(work / "root" / "terraform.tfstate", found)
    actual = live_group("web", WEB, [SSH], account=ACCOUNT, tags={"team": "edge"}, VpcId="vpc-1")
    write_live(work / "open.json", actual, account=ACCOUNT)
    write_live(work / "closed.json", {**actual, "IpPermissions": []}, account=ACCOUNT)
    rule = {
        "SecurityGroupRuleId": "sgr-1", "GroupId": WEB, "GroupOwnerId": ACCOUNT, "IsEgress": False, "IpProtocol": "tcp",
        "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0", "Tags": [],
    }  # fmt: skip
    aws.answers = {
        "DescribeSecurityGroups": at_home({"SecurityGroups": [actual]}),
        "DescribeSecurityGroupRules": at_home({"SecurityGroupRules": [rule]}),
    }
    return work


def write_code(world: Path, slot: str = "", comment: str = "") -> None:
    for name, text in (("main.tf", ROOT), ("m/main.tf", MODULE)):
        for each in ("CALL", "RESOURCE", "BLOCK", "ATTRIBUTE"):
            text = text.replace(f"@{each}", f"# {comment}" if each == slot and comment else f"# {each.lower()}")
        (world / "root" / name).write_text(text)


COMMANDS = {
    "code": ("scan", ".", "--only", POLICY),
    "plan": ("scan", "root/plan.json", "--only", POLICY),
    "state": ("scan", "root/terraform.tfstate", "--only", POLICY),
    "snapshot": ("scan", "open.json", "--only", POLICY),
    "live": ("audit", "--only", POLICY),
    "drift": ("drift", ".", "--live", "closed.json"),
}
"""What finds the open rule in each mode; in drift, that it is gone."""


def met(sgwarden: Command, mode: str) -> tuple[bool, list[tuple[str, str]]]:
    """Whether the one finding is suppressed, and status and message of every suppression."""
    run = sgwarden(*COMMANDS[mode], "--format", "json", "-q", "--config", "sgwarden.toml")
    document = json.loads(run.out)
    found = document["differences"] if mode == "drift" else document["findings"]
    assert len(found) == 1, (mode, found)
    is_suppressed = (found[0]["suppressed"] is not None) if mode == "drift" else found[0]["status"] == "suppressed"
    assert run.code == (0 if is_suppressed else 1), (mode, run.err)
    return is_suppressed, [(note["status"], note["message"]) for note in document["suppressions"]]


@pytest.mark.parametrize(
    ("slot", "modes"),
    [
        ("CALL", ("code", "plan", "state", "drift")),
        ("RESOURCE", ("code", "plan", "state", "drift")),
        ("BLOCK", ("code", "plan", "drift")),  # a state does not tell which block a rule comes from
        ("ATTRIBUTE", ("code", "plan", "drift")),
    ],
)
def test_comments_in_the_code(world: Path, sgwarden: Command, slot: str, modes: tuple[str, ...]) -> None:
    """An account that is read without code meets none."""
    (world / "sgwarden.toml").write_text("")
    write_code(world, slot, f'sgwarden:ignore={POLICY},drift reason="known"')
    expected = {mode: mode in modes for mode in MODES}
    assert {mode: met(sgwarden, mode)[0] for mode in MODES} == expected


@pytest.mark.parametrize(
    ("criteria", "modes"),
    [
        (f'policy = ["{POLICY}", "drift"]', MODES),
        ('policy = "*"', MODES),
        ('policy = "everything-open"', ()),
        ('address = "module.edge"', ("code", "plan", "state", "drift")),  # a live rule has ids alone
        ('address = "module.*.aws_security_group.w?b"', ("code", "plan", "state", "drift")),
        ('address = "module.other"', ()),
        (f'id = "{WEB}"', ("plan", "state", "snapshot", "live", "drift")),  # code does not know it
        ('id = "sg-1*"', ()),
        (f'account = "{ACCOUNT}"', ("plan", "state", "snapshot", "live", "drift")),  # code does not know it
        ('account = "999999999999"', ()),
        ('region = "eu-west-1"', MODES),
        ('region = "eu-west-2"', ()),
        ('tag = "team=edge"', MODES),
        ('tag = "owner"', ()),
        ('workspace = "default"', ("code", "plan", "state", "drift")),  # of Terraform; an account has none
        ('workspace = "prod"', ()),
        ('kind = "hcl"', ("code",)),
        ('kind = "plan"', ("plan",)),
        ('kind = "state"', ("state",)),
        ('kind = ["snapshot", "live"]', ("snapshot", "live", "drift")),
        ('kind = "rule_removed"', ("drift",)),
        ('path = "root"', ("code", "plan", "state", "drift")),
        ('path = "elsewhere"', ()),
    ],
)  # fmt: skip
def test_criteria_of_the_configuration(world: Path, sgwarden: Command, criteria: str, modes: tuple[str, ...]) -> None:
    write_code(world)
    (world / "sgwarden.toml").write_text(f'[[exemptions]]\n{criteria}\nreason = "known"\n')
    assert {mode: met(sgwarden, mode)[0] for mode in MODES} == {mode: mode in modes for mode in MODES}


def texts(until: str = "", reason: str = 'reason = "known"\n', tag: str = "team") -> Iterator[str]:
    last = f"until = {until}\n" if until else ""
    yield f'[[exemptions]]\npolicy = ["{POLICY}", "drift"]\ntag = "{tag}"\n{last}{reason}'


@pytest.mark.parametrize("mode", MODES)
def test_the_end_of_one(world: Path, sgwarden: Command, mode: str) -> None:
    """It is told fourteen days before, holds on its last day and comes back after it."""
    write_code(world)
    name = f"the suppression of {POLICY}, drift"
    noun = "difference" if mode == "drift" else "finding"
    for until, applies, note in (
        ("2026-12-06", True, ("active", "")),
        ("2026-12-05", True, ("expiring", f"{name} ends in 14 days, on 2026-12-05: 1 {noun} will count again")),
        ("2026-11-21", True, ("expiring", f"{name} ends today, on 2026-11-21: 1 {noun} will count again")),
        ("2026-11-20", False, ("expired", f"{name} ended on 2026-11-20: 1 {noun} counts again")),
    ):
        (world / "sgwarden.toml").write_text("".join(texts(until)))
        assert met(sgwarden, mode) == (applies, [note]), until


@pytest.mark.parametrize("mode", MODES)
def test_unused_ones_and_ones_without_a_reason(world: Path, sgwarden: Command, mode: str) -> None:
    write_code(world)
    name = f"the suppression of {POLICY}, drift"
    (world / "sgwarden.toml").write_text("".join(texts(tag="nobody")))
    # One document is a part of what the configuration is about: the rest may meet the entry.
    unused = [] if mode in ("plan", "state", "snapshot") else [("unused", f"{name} matches nothing")]
    assert met(sgwarden, mode) == (False, unused)
    (world / "sgwarden.toml").write_text("require_reason = true\n" + "".join(texts(reason="")))
    refused = f'{name} does not apply: require_reason asks for a reason; write reason = "..."'
    assert met(sgwarden, mode) == (False, [("invalid", refused)])
