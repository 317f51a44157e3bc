"""Changes of the world: another group, account or region is new, however the code reaches it; moves are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_pull_requests import Files, Sgwarden, _write, module, new, repository, run

__all__ = ["repository", "run"]

HIGH = "open-high-risk-port"
GROUPS = """
resource "aws_security_group" "a" {
  name        = "a"
  description = "A"
}

resource "aws_security_group" "b" {
  name        = "b"
  description = "B"
}
"""
VPC_RULE = """
resource "aws_vpc_security_group_ingress_rule" "x" {
  security_group_id = GROUP
  description       = "X"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}
"""
RULE = """
resource "aws_security_group_rule" "x" {
  type              = "ingress"
  security_group_id = GROUP
  description       = "X"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["0.0.0.0/0"]
}
"""
INLINE = """
  ingress {
    description = "X"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
"""
INLINE_A = GROUPS.replace('"A"\n', '"A"\n' + INLINE)
INLINE_B = GROUPS.replace('"B"\n', '"B"\n' + INLINE)
A, B = "aws_security_group.a.id", "aws_security_group.b.id"
ENTRY = """
resource "aws_network_acl" "a" {
  vpc_id = "vpc-1"
}

resource "aws_network_acl" "b" {
  vpc_id = "vpc-1"
}

resource "aws_network_acl_rule" "x" {
  network_acl_id = GROUP
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 22
  to_port        = 22
  cidr_block     = "0.0.0.0/0"
}
"""


def of(code: str, group: str) -> str:
    return code.replace("GROUP", group)


def each(code: str, value: str, more: str = "") -> str:
    """The rule for each entry of a map of groups."""
    return GROUPS + code.replace('"x" {', f'"x" {{\n  for_each = {value}').replace("GROUP", "each.value") + more


def provider(name: str = "", *arguments: str) -> str:
    alias = [f'  alias = "{name}"'] if name else []
    return "\n".join(['provider "aws" {', *alias, *(f"  {each}" for each in arguments), "}", ""])


def region(name: str, text: str) -> str:
    return provider(name, f'region = "{text}"')


def with_provider(code: str, name: str) -> str:
    return code.replace('" {\n', f'" {{\n  provider = {name}\n')


def role(account: str, name: str = "ci") -> str:
    return provider("", f'assume_role {{\n    role_arn = "arn:aws:iam::{account}:role/{name}"\n  }}')


BOTH = region("", "eu-west-1") + region("west", "us-west-2")
OPEN_GROUP = GROUPS.split("\n\n", maxsplit=1)[0].replace('"A"\n', '"A"\n' + INLINE) + "\n"
ALLOWED = 'allowed_account_ids = ["{}"]'

WORLD: dict[str, tuple[Files, Files]] = {
    "another group, vpc rule": ({"main.tf": GROUPS + of(VPC_RULE, A)}, {"main.tf": GROUPS + of(VPC_RULE, B)}),
    "another group, rule": ({"main.tf": GROUPS + of(RULE, A)}, {"main.tf": GROUPS + of(RULE, B)}),
    "another group, inline": ({"main.tf": INLINE_A}, {"main.tf": INLINE_B}),
    "another group, from inline to vpc rule": ({"main.tf": INLINE_A}, {"main.tf": GROUPS + of(VPC_RULE, B)}),
    "another group, from rule to vpc rule": (
        {"main.tf": GROUPS + of(RULE, A)}, {"main.tf": GROUPS + of(VPC_RULE, B)},
    ),
    "another group by module argument": (
        {"main.tf": GROUPS + module("./m", "web", f"sg = {A}"), "m/main.tf": of(VPC_RULE, "var.sg") + 'variable "sg" {}\n'},
        {"main.tf": GROUPS + module("./m", "web", f"sg = {B}")},
    ),
    "another group by module argument, rule": (
        {"main.tf": GROUPS + module("./m", "web", f"sg = {A}"), "m/main.tf": of(RULE, "var.sg") + 'variable "sg" {}\n'},
        {"main.tf": GROUPS + module("./m", "web", f"sg = {B}")},
    ),
    "another group by output of a module": (
        {"main.tf": module("./m", "g") + of(VPC_RULE, "module.g.one"),
         "m/main.tf": GROUPS + f'output "one" {{\n  value = {A}\n}}\n'},
        {"m/main.tf": GROUPS + f'output "one" {{\n  value = {B}\n}}\n'},
    ),
    "another group by for_each value": (
        {"main.tf": each(VPC_RULE, f"{{ k = {A} }}")}, {"main.tf": each(VPC_RULE, f"{{ k = {B} }}")},
    ),
    "another group by for_each value, rule": (
        {"main.tf": each(RULE, f"{{ k = {A} }}")}, {"main.tf": each(RULE, f"{{ k = {B} }}")},
    ),
    "values of for_each change their keys for one key alone": (
        {"main.tf": each(VPC_RULE, f"{{ k = {A}, l = {A} }}")}, {"main.tf": each(VPC_RULE, f"{{ k = {A}, l = {B} }}")},
    ),
    "another group by a local": (
        {"main.tf": GROUPS + of(VPC_RULE, "local.g"), "l.tf": f"locals {{\n  g = {A}\n}}\n"},
        {"l.tf": f"locals {{\n  g = {B}\n}}\n"},
    ),
    "another group by a conditional": (
        {"main.tf": GROUPS + of(VPC_RULE, f"var.s ? {A} : {B}") + 'variable "s" {\n  default = true\n}\n'},
        {"terraform.tfvars": "s = false\n"},
    ),
    "another group by its id": ({"main.tf": of(VPC_RULE, '"sg-1111"')}, {"main.tf": of(VPC_RULE, '"sg-2222"')}),
    "another group by an id in a variable file": (
        {"main.tf": of(RULE, "var.g") + 'variable "g" {}\n', "terraform.tfvars": 'g = "sg-1111"\n'},
        {"terraform.tfvars": 'g = "sg-2222"\n'},
    ),
    "another group of a data source": (
        {"main.tf": of(VPC_RULE, "data.aws_security_group.a.id")
         + 'data "aws_security_group" "a" {\n  name = "a"\n}\ndata "aws_security_group" "b" {\n  name = "b"\n}\n'},
        {"main.tf": of(VPC_RULE, "data.aws_security_group.b.id")
         + 'data "aws_security_group" "a" {\n  name = "a"\n}\ndata "aws_security_group" "b" {\n  name = "b"\n}\n'},
    ),
    "another output of a remote state": (
        {"main.tf": of(VPC_RULE, "data.terraform_remote_state.n.outputs.a")
         + 'data "terraform_remote_state" "n" {\n  backend = "s3"\n}\n'},
        {"main.tf": of(VPC_RULE, "data.terraform_remote_state.n.outputs.b")
         + 'data "terraform_remote_state" "n" {\n  backend = "s3"\n}\n'},
    ),
    "the default group of another network": (
        {"main.tf": of(VPC_RULE, "aws_vpc.a.default_security_group_id")
         + 'resource "aws_vpc" "a" {}\nresource "aws_vpc" "b" {}\n'},
        {"main.tf": of(VPC_RULE, "aws_vpc.b.default_security_group_id")
         + 'resource "aws_vpc" "a" {}\nresource "aws_vpc" "b" {}\n'},
    ),
    "an element of a list of groups": (
        {"main.tf": GROUPS + of(VPC_RULE, f"[{A}, {B}][var.n]") + 'variable "n" {\n  default = 0\n}\n'},
        {"terraform.tfvars": "n = 1\n"},
    ),
    "an instance of a counted group": (
        {"main.tf": OPEN_GROUP.replace(INLINE, "\n  count = 2\n").replace('= "a"', '= "a-${count.index}"')
         + of(VPC_RULE, "aws_security_group.a[0].id")},
        {"main.tf": OPEN_GROUP.replace(INLINE, "\n  count = 2\n").replace('= "a"', '= "a-${count.index}"')
         + of(VPC_RULE, "aws_security_group.a[1].id")},
    ),
    "another group and another name of the rule": (
        {"main.tf": GROUPS + of(VPC_RULE, A)}, {"main.tf": GROUPS + of(VPC_RULE, B).replace('"x"', '"y"')},
    ),
    "another network ACL": (
        {"main.tf": of(ENTRY, "aws_network_acl.a.id")}, {"main.tf": of(ENTRY, "aws_network_acl.b.id")},
    ),
    "another region by provider alias": (
        {"main.tf": BOTH + OPEN_GROUP}, {"main.tf": BOTH + with_provider(OPEN_GROUP, "aws.west")},
    ),
    "another region by provider alias, vpc rule": (
        {"main.tf": BOTH + GROUPS + of(VPC_RULE, A)},
        {"main.tf": BOTH + with_provider(GROUPS + of(VPC_RULE, A), "aws.west")},
    ),
    "another region by the providers of a module": (
        {"main.tf": BOTH + module("./m"), "m/main.tf": OPEN_GROUP},
        {"main.tf": BOTH + module("./m", "web", "providers = {\n    aws = aws.west\n  }")},
    ),
    "another region of the provider": (
        {"main.tf": OPEN_GROUP, "p.tf": region("", "eu-west-1")}, {"p.tf": region("", "us-west-2")},
    ),
    "another region by a variable file": (
        {"main.tf": OPEN_GROUP + 'variable "r" {}\n' + provider("", "region = var.r"), "terraform.tfvars": 'r = "eu-west-1"\n'},
        {"terraform.tfvars": 'r = "us-west-2"\n'},
    ),
    "another region of the resource": (
        {"main.tf": OPEN_GROUP.replace("{\n  name", '{\n  region = "eu-west-1"\n  name', 1)},
        {"main.tf": OPEN_GROUP.replace("{\n  name", '{\n  region = "us-west-2"\n  name', 1)},
    ),
    "another region by alias, both unknown": (
        {"main.tf": provider("", "region = var.one") + provider("west", "region = var.two")
         + 'variable "one" {}\nvariable "two" {}\n' + OPEN_GROUP},
        {"main.tf": provider("", "region = var.one") + provider("west", "region = var.two")
         + 'variable "one" {}\nvariable "two" {}\n' + with_provider(OPEN_GROUP, "aws.west")},
    ),
    "another account of the provider": (
        {"main.tf": OPEN_GROUP, "p.tf": provider("", ALLOWED.format(1 * 111111111111))},
        {"p.tf": provider("", ALLOWED.format(2 * 111111111111))},
    ),
    "another account by the role": (
        {"main.tf": OPEN_GROUP, "p.tf": role("111111111111")}, {"p.tf": role("222222222222")},
    ),
    "another account by the profile": (
        {"main.tf": OPEN_GROUP, "p.tf": provider("", 'profile = "dev"')}, {"p.tf": provider("", 'profile = "prod"')},
    ),
    "another account by alias": (
        {"main.tf": provider("", 'region = "eu-west-1"', 'profile = "dev"')
         + provider("prod", 'region = "eu-west-1"', 'profile = "prod"') + OPEN_GROUP},
        {"main.tf": provider("", 'region = "eu-west-1"', 'profile = "dev"')
         + provider("prod", 'region = "eu-west-1"', 'profile = "prod"') + with_provider(OPEN_GROUP, "aws.prod")},
    ),
    "another account by alias, whose region is the same": (
        {"main.tf": region("", "eu-west-1") + provider("prod", 'region = "eu-west-1"', 'profile = "prod"') + OPEN_GROUP},
        {"main.tf": region("", "eu-west-1") + provider("prod", 'region = "eu-west-1"', 'profile = "prod"')
         + with_provider(OPEN_GROUP, "aws.prod")},
    ),
    "to a root module of another account": (
        {"dev/p.tf": provider("", ALLOWED.format(1 * 111111111111)), "dev/main.tf": OPEN_GROUP,
         "prod/p.tf": provider("", ALLOWED.format(2 * 111111111111))},
        {"dev/main.tf": None, "prod/main.tf": OPEN_GROUP},
    ),
    "to a new root module of another region": (
        {"dev/p.tf": region("", "eu-west-1"), "dev/main.tf": OPEN_GROUP},
        {"dev/main.tf": None, "dev/p.tf": None, "prod/p.tf": region("", "us-west-2"), "prod/main.tf": OPEN_GROUP},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLD)
def test_another_group_account_or_region_is_new(run: Callable[..., Any], name: str) -> None:
    before, after = WORLD[name]
    policy = "network-acl-admin-port" if name == "another network ACL" else HIGH
    found = run(before, after, "--fail-on-undecided", policies=policy)
    assert (len(new(found)), len(found["comparison"]["fixed"]), found["code"]) == (1, 1, 1)


@pytest.mark.parametrize("name", WORLD)
def test_another_group_account_or_region_is_not_in_the_baseline(
    repository: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(repository)
    before, after = WORLD[name]
    only = ("--only", "network-acl-admin-port" if name == "another network ACL" else HIGH)
    _write(repository, before)
    sgwarden("baseline", "update", *only)
    same = sgwarden("scan", "--baseline", "sgwarden-baseline.json", *only)
    _write(repository, after)
    other = sgwarden("scan", "--baseline", "sgwarden-baseline.json", *only, "--format", "json", "--fail-on-undecided")
    assert (same.code, len(new(json.loads(other.out))), other.code) == (0, 1, 1)


STAYS: dict[str, tuple[Files, Files]] = {
    "a provider alias is renamed": (
        {"main.tf": region("west", "us-west-2") + with_provider(OPEN_GROUP, "aws.west")},
        {"main.tf": region("oregon", "us-west-2") + with_provider(OPEN_GROUP, "aws.oregon")},
    ),
    "a provider gets an alias": (
        {"main.tf": region("", "us-west-2") + OPEN_GROUP},
        {"main.tf": region("west", "us-west-2") + with_provider(OPEN_GROUP, "aws.west")},
    ),
    "a region comes that was not written": (
        {"main.tf": provider() + OPEN_GROUP}, {"main.tf": region("", "us-west-2") + OPEN_GROUP},
    ),
    "the accounts that are allowed are written": (
        {"main.tf": region("", "us-west-2") + OPEN_GROUP},
        {"main.tf": provider("", 'region = "us-west-2"', ALLOWED.format(111111111111)) + OPEN_GROUP},
    ),
    "another role of the same account": (
        {"main.tf": role("111111111111") + OPEN_GROUP}, {"main.tf": role("111111111111", "deploy") + OPEN_GROUP},
    ),
    "the region goes to a variable": (
        {"main.tf": region("", "us-west-2") + OPEN_GROUP},
        {"main.tf": provider("", "region = var.r") + 'variable "r" {\n  default = "us-west-2"\n}\n' + OPEN_GROUP},
    ),
    "to another root module of the same account and region": (
        {"a/p.tf": region("", "us-west-2"), "a/main.tf": OPEN_GROUP, "b/p.tf": region("", "us-west-2")},
        {"a/main.tf": None, "b/main.tf": OPEN_GROUP},
    ),
    "a rule and its group go into a module": (
        {"main.tf": GROUPS + of(VPC_RULE, A)},
        {"main.tf": module("./m"), "m/main.tf": GROUPS + of(VPC_RULE, A)},
    ),
    "a rule goes into a module, its group stays": (
        {"main.tf": GROUPS + of(VPC_RULE, A)},
        {"main.tf": GROUPS + module("./m", "r", f"sg = {A}"), "m/main.tf": of(VPC_RULE, "var.sg") + 'variable "sg" {}\n'},
    ),
    "a rule that is the only one of a network is renamed": (
        {"main.tf": of(VPC_RULE, '"sg-1111"')}, {"main.tf": of(VPC_RULE, '"sg-1111"').replace('"x"', '"y"')},
    ),
    "the group of a rule is renamed in the code": (
        {"main.tf": GROUPS + of(VPC_RULE, A)},
        {"main.tf": GROUPS.replace('group" "a"', 'group" "front"') + of(VPC_RULE, "aws_security_group.front.id")},
    ),
    "the group of a network ACL is renamed in the code": (
        {"main.tf": of(ENTRY, "aws_network_acl.a.id")},
        {"main.tf": of(ENTRY, "aws_network_acl.a.id").replace('rule" "x"', 'rule" "y"')},
    ),
    "a data source goes into a module with its rule": (
        {"main.tf": of(VPC_RULE, "data.aws_security_group.a.id") + 'data "aws_security_group" "a" {\n  name = "a"\n}\n'},
        {"main.tf": module("./m"),
         "m/main.tf": of(VPC_RULE, "data.aws_security_group.a.id") + 'data "aws_security_group" "a" {\n  name = "a"\n}\n'},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_where_it_is_in_aws_is_existing(run: Callable[..., Any], name: str) -> None:
    before, after = STAYS[name]
    policy = "network-acl-admin-port" if "network ACL" in name else HIGH
    found = run(before, after, "--fail-on-undecided", policies=policy)
    assert (new(found), found["comparison"]["fixed"], found["comparison"]["existing"]) == ([], [], 1)


def _as_written_by_an_earlier_version(repository: Path) -> None:
    """Take what earlier versions did not write out of the baseline."""
    file = repository / "sgwarden-baseline.json"
    document = json.loads(file.read_text())
    for entry in document["findings"]:
        entry.pop("place", None)
        entry.pop("group_id", None)
        if entry["group_name"].startswith(("aws_network_acl.", "aws_vpc.", "data.", "unknown-")):
            entry["security_group"] = entry["address"]
            entry["group_name"] = entry["address"]
    file.write_text(json.dumps(document, indent=2) + "\n")


@pytest.mark.parametrize("name", [name for name in STAYS if "another root module" not in name])
def test_a_baseline_of_an_earlier_version_is_carried_over(
    repository: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(repository)
    before, after = STAYS[name]
    only = ("--only", "network-acl-admin-port" if "network ACL" in name else HIGH)
    _write(repository, before)
    sgwarden("baseline", "update", *only)
    _as_written_by_an_earlier_version(repository)
    check = sgwarden("baseline", "update", "--check", *only)
    same = sgwarden("scan", "--baseline", "sgwarden-baseline.json", "--fail-on-undecided", *only)
    if name != "the group of a network ACL is renamed in the code":  # nothing told which ACL it was about
        _write(repository, after)
    moved = sgwarden("scan", "--baseline", "sgwarden-baseline.json", "--fail-on-undecided", *only)
    assert (check.code, same.code, moved.code) == (0, 0, 0)


def test_a_rule_of_a_baseline_of_an_earlier_version_that_moves_to_another_group_is_new(
    repository: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    _write(repository, {"main.tf": GROUPS + of(VPC_RULE, A)})
    sgwarden("baseline", "update", "--only", HIGH)
    _as_written_by_an_earlier_version(repository)
    _write(repository, {"main.tf": GROUPS + of(VPC_RULE, B)})
    assert sgwarden("scan", "--baseline", "sgwarden-baseline.json", "--only", HIGH).code == 1


def _resource(address: str) -> dict[str, Any]:
    type_, name = address.split(".")[-2:]
    return {"address": address, "mode": "managed", "type": type_, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws"}  # fmt: skip


def _group(name: str, id_: str, region: str = "eu-west-1", account: str = "123456789012") -> dict[str, Any]:
    arn = f"arn:aws:ec2:{region}:{account}:security-group/{id_}"
    return {"id": id_, "arn": arn, "name": name, "description": "x", "ingress": [], "egress": []}


IN_PLAN = {
    "aws_vpc_security_group_ingress_rule.x": {
        "ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "0.0.0.0/0", "description": "x",
    },
    "aws_security_group_rule.x": {
        "type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"],
        "description": "x",
    },
}  # fmt: skip


@pytest.mark.parametrize("address", IN_PLAN)
@pytest.mark.parametrize(
    ("before", "after", "is_new"),
    [
        (("sg-1", "aws_security_group.a"), ("sg-2", "aws_security_group.a"), True),
        (("sg-1", "aws_security_group.a"), ("sg-1", "aws_security_group.a"), False),
        (("sg-1", "aws_security_group.a"), ("sg-1", "module.m.aws_security_group.c"), False),
    ],
    ids=["another group", "the same group", "the same group under another address"],
)
def test_of_a_plan(
    work: Path, sgwarden: Sgwarden, address: str, before: tuple[str, str], after: tuple[str, str], is_new: bool
) -> None:
    one, two = _group("a", "sg-1"), _group("b", "sg-2")
    old = {**IN_PLAN[address], "id": "sgr-1", "security_group_id": before[0]}
    rule = {**IN_PLAN[address], "id": "sgr-1", "security_group_id": after[0]}
    state = [(before[1], one), ("aws_security_group.b", two), (address, old)]
    changes = [(after[1], one, one), ("aws_security_group.b", two, two), (address, old, rule)]
    plan = {
        "format_version": "1.2", "terraform_version": "1.11.4", "complete": True, "planned_values": {"root_module": {}},
        "resource_changes": [
            {**_resource(name), "change": {"actions": ["no-op" if was == is_ else "update"], "before": was, "after": is_}}
            for name, was, is_ in changes
        ],
        "prior_state": {
            "format_version": "1.0",
            "values": {"root_module": {"resources": [{**_resource(name), "values": values} for name, values in state]}},
        },
        "configuration": {"root_module": {}},
    }  # fmt: skip
    (work / "plan.json").write_text(json.dumps(plan))
    done = sgwarden("scan", "--new-only", "plan.json", "--only", HIGH, "--format", "json")
    comparison = json.loads(done.out)["comparison"]
    assert (done.code, comparison["new"], len(comparison["fixed"])) == ((1, 1, 1) if is_new else (0, 0, 0))
