"""Comments at one object, element or entry: they excuse what is made of it, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, sgwarden, work

__all__ = ["sgwarden", "work"]
IGNORE = 'sgwarden:ignore=* reason="r"'
OPEN = '"0.0.0.0/0"'


def rule(port: int, before: str = "", inside: str = "", after: str = "") -> str:
    """One object of ``ingress`` on lines of its own, with comments before it, at its list and after it."""
    return f"""    {before}
    {{
      description = "d"
      from_port = {port}
      to_port = {port}
      protocol = "tcp"
      cidr_blocks = ["0.0.0.0/0"] {inside}
      ipv6_cidr_blocks = []
      prefix_list_ids = []
      security_groups = []
      self = false
    }}{after}
"""


def flat(port: int) -> str:
    """The same on one line."""
    return " ".join(line.strip() + ("," if "=" in line else "") for line in rule(port).split("\n")).strip()


def group(ingress: str, kind: str = "aws_security_group", more: str = "") -> str:
    return f'resource "{kind}" "a" {{\n  {more}\n  ingress = {ingress}\n}}\n'


def acl(port: int, before: str = "") -> str:
    return f"""    {before}
    {{
      rule_no = {port}
      action = "allow"
      protocol = "tcp"
      from_port = {port}
      to_port = {port}
      cidr_block = "0.0.0.0/0"
      ipv6_cidr_block = ""
      icmp_type = 0
      icmp_code = 0
    }}"""


SEPARATE = """resource "aws_security_group" "a" {
  description = "group"
}
resource "aws_vpc_security_group_ingress_rule" "a" {
  for_each = FOR_EACH
  security_group_id = aws_security_group.a.id
  description = "d"
  ip_protocol = "tcp"
  from_port = each.value.port
  to_port = each.value.port
  cidr_ipv4 = each.value.cidr
}
"""
ENTRIES = f"""{{
    ssh = {{ port = 22, cidr = {OPEN} }} # {IGNORE}
    rdp = {{ port = 3389, cidr = {OPEN} }}
  }}"""
ABOVE = f"""{{
    # {IGNORE}
    ssh = {{
      port = 22
      cidr = {OPEN}
    }}
    rdp = {{
      port = 3389
      cidr = {OPEN}
    }}
  }}"""
DYNAMIC = f"""resource "aws_security_group" "a" {{
  description = "group"
  dynamic "ingress" {{
    for_each = {ENTRIES}
    content {{
      description = "d"
      protocol = "tcp"
      from_port = ingress.value.port
      to_port = ingress.value.port
      cidr_blocks = [ingress.value.cidr]
    }}
  }}
}}
"""
MODULE = 'variable "rules" {}\n' + SEPARATE.replace("FOR_EACH", "var.rules")
LIST_MODULE = """variable "port" {}
variable "cidrs" { type = list(string) }
resource "aws_security_group" "a" {
  description = "group"
  ingress {
    description = "d"
    protocol = "tcp"
    from_port = var.port
    to_port = var.port
    cidr_blocks = var.cidrs
  }
}
"""
CASES: dict[str, dict[str, str]] = {
    "at the list of one object": {"main.tf": group(f'[\n{rule(22, inside="# " + IGNORE)}, {rule(3389)}]')},
    "above one object": {"main.tf": group(f'[\n{rule(22, "# " + IGNORE)}, {rule(3389)}]')},
    "above the second object": {"main.tf": group(f'[\n{rule(3389).rstrip()},\n{rule(22, "# " + IGNORE)}]')},
    "at the brace": {"main.tf": group(f'[\n{rule(22).replace("{", "{ # " + IGNORE, 1)}, {rule(3389)}]')},
    "at the brace behind the bracket": {
        "main.tf": group(f'[{rule(22).strip().replace("{", "{ # " + IGNORE, 1)}, {rule(3389)}]')
    },
    "at the brace behind another": {
        "main.tf": group(f'[\n{rule(3389).rstrip()}, {rule(22).strip().replace("{", "{ # " + IGNORE, 1)}]')
    },
    "objects on one line": {"main.tf": group(f"[{flat(22)} /* {IGNORE} */, {flat(3389)}]")},
    "objects on one line, before": {"main.tf": group(f"[{flat(3389)}, /* {IGNORE} */ {flat(22)}]")},
    "one object a line": {"main.tf": group(f"[\n{flat(22)}, # {IGNORE}\n{flat(3389)},\n]")},
    "default group": {
        "main.tf": group(f'[\n{rule(22, "# " + IGNORE)}, {rule(3389)}]', "aws_default_security_group")
    },
    "concat": {"main.tf": group(f'concat([\n{rule(22, inside="# " + IGNORE)}], [{rule(3389)}])')},
    "taken branch": {
        "main.tf": group(f'true ? [\n{rule(22, inside="# " + IGNORE)}, {rule(3389)}] : [{rule(22)}]')
    },
    "other branch": {"main.tf": group(f'concat(false ? [\n{rule(3389, "# " + IGNORE)}] : [{rule(3389)}], [])')},
    "local list": {
        "main.tf": group("local.rules") + f'locals {{\n  rules = [\n{rule(22, "# " + IGNORE)}, {rule(3389)}]\n}}\n'
    },
    "two locals": {
        "main.tf": group("concat(local.a, local.b)")
        + f'locals {{\n  a = [\n{rule(22, "# " + IGNORE)}]\n  b = [{rule(3389)}]\n}}\n'
    },
    "for over a list": {
        "main.tf": "locals {\n  ports = [\n"
        + f"    22, # {IGNORE}\n    3389,\n  ]\n}}\n"
        + group("[for p in local.ports : " + rule(22).replace("port = 22", "port = p") + "]")
    },
    "network ACL": {"main.tf": group(f'[\n{acl(22, "# " + IGNORE)}, {acl(3389)}]', "aws_network_acl", "vpc_id = 1")},
    "default network ACL": {
        "main.tf": group(
            f'[\n{acl(22, "# " + IGNORE)}, {acl(3389)}]', "aws_default_network_acl", 'default_network_acl_id = "acl-1"'
        )
    },
    "entry of for_each": {"main.tf": SEPARATE.replace("FOR_EACH", ENTRIES)},
    "above an entry of for_each": {"main.tf": SEPARATE.replace("FOR_EACH", ABOVE)},
    "entry of a local": {
        "main.tf": SEPARATE.replace("FOR_EACH", "local.rules") + f"locals {{\n  rules = {ENTRIES}\n}}\n"
    },
    "made with for": {
        "main.tf": SEPARATE.replace("FOR_EACH", "{ for k, r in local.rules : k => r if true }")
        + f"locals {{\n  rules = {ENTRIES}\n}}\n"
    },
    "merge": {
        "main.tf": SEPARATE.replace("FOR_EACH", "merge(local.rules, {})") + f"locals {{\n  rules = {ENTRIES}\n}}\n"
    },
    "dynamic block": {"main.tf": DYNAMIC},
    "variable's default": {
        "main.tf": SEPARATE.replace("FOR_EACH", "var.rules") + f'variable "rules" {{\n  default = {ENTRIES}\n}}\n'
    },
    "variable file": {
        "main.tf": SEPARATE.replace("FOR_EACH", "var.rules")
        + 'variable "rules" {\n  type = map(object({ port = number, cidr = string }))\n}\n',
        "terraform.tfvars": f"rules = {ENTRIES}\n",
    },
    "variable file, above": {
        "main.tf": SEPARATE.replace("FOR_EACH", "var.rules") + 'variable "rules" {}\n',
        "prod.auto.tfvars": f"other = 1\nrules = {ABOVE}\n",
    },
    "argument of a module": {
        "main.tf": f'module "m" {{\n  source = "./m"\n  rules = {ENTRIES}\n}}\n', "m/main.tf": MODULE,
    },
    "nested modules and a variable file": {
        "main.tf": 'variable "rules" {}\nmodule "m" {\n  source = "./m"\n  rules = var.rules\n}\n',
        "m/main.tf": 'variable "rules" {}\nmodule "n" {\n  source = "../n"\n  rules = var.rules\n}\n',
        "n/main.tf": MODULE,
        "terraform.tfvars": f"rules = {ENTRIES}\n",
    },
    "for_each of a module": {
        "main.tf": f"""module "m" {{
  source = "./m"
  for_each = {ENTRIES}
  port = each.value.port
  cidrs = [each.value.cidr]
}}
""",
        "m/main.tf": LIST_MODULE,
    },
    "two calls of a module": {
        "main.tf": "".join(
            f'module "m{port}" {{\n  source = "./m"\n  port = {port}\n  cidrs = [{OPEN}] {comment}\n}}\n'
            for port, comment in ((22, f"# {IGNORE}"), (3389, ""))
        ),
        "m/main.tf": LIST_MODULE,
    },
}  # fmt: skip


def verdicts(output: str) -> set[tuple[int, bool]]:
    """Ports that are open, and whether that is suppressed."""
    return {
        (port, finding["status"] == "suppressed")
        for finding in json.loads(output)["findings"]
        if finding["policy"] in ("open-admin-port", "network-acl-admin-port")
        for port in finding["evidence"]["ports"]
    }


@pytest.mark.parametrize("case", CASES)
def test_only_what_the_comment_stands_at(case: str, sgwarden: Callable[..., Run], work: Path) -> None:
    for name, text in CASES[case].items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    output = sgwarden("scan", ".", "--format", "json").out
    kept = case == "other branch"
    assert verdicts(output) == ({(3389, False)} if kept else {(22, True), (3389, False)})
    assert [each["status"] for each in json.loads(output)["suppressions"]] == ["unused" if kept else "active"]


@pytest.mark.parametrize("tool", ["tfsec", "trivy"])
def test_comments_for_other_tools(tool: str, sgwarden: Callable[..., Run], work: Path) -> None:
    comment = f"#{tool}:ignore:AVD-AWS-0107"
    (work / "main.tf").write_text(group(f"[\n{rule(22, inside=comment)}, {rule(3389)}]"))
    output = sgwarden("scan", ".", "--format", "json", "--honor", tool).out
    assert verdicts(output) == {(22, True), (3389, False)}


def test_a_comment_of_checkov_covers_the_resource(sgwarden: Callable[..., Run], work: Path) -> None:
    """Checkov takes it anywhere inside the block, for all of the block; each names its own port."""
    comment = "#checkov:skip=CKV_AWS_24:r"
    (work / "main.tf").write_text(group(f"[\n{rule(22)}, {rule(3389, inside=comment)}]"))
    output = sgwarden("scan", ".", "--format", "json", "--honor", "checkov").out
    assert verdicts(output) == {(22, True), (3389, False)}


def test_json_syntax(sgwarden: Callable[..., Run], work: Path) -> None:
    objects = [
        {"description": "d", "from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
        for port in (22, 3389)
    ]
    objects[0]["//"] = IGNORE.replace('"', "'")
    document = {"resource": {"aws_security_group": {"a": {"description": "group", "ingress": objects}}}}
    (work / "main.tf.json").write_text(json.dumps(document, indent=1))
    assert verdicts(sgwarden("scan", ".", "--format", "json").out) == {(22, True), (3389, False)}


def test_two_elements_that_cannot_be_told_apart_need_no_guess(sgwarden: Callable[..., Run], work: Path) -> None:
    """The same object is written twice: one comment excuses nothing, and says that it matches nothing."""
    (work / "main.tf").write_text(group(f"[\n{rule(22, '# ' + IGNORE)}, {rule(22)}]"))
    output = sgwarden("scan", ".", "--format", "json").out
    assert verdicts(output) == {(22, False)}
    assert [each["status"] for each in json.loads(output)["suppressions"]] == ["unused"]
