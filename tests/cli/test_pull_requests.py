"""Pull requests as people make them: what moves brings nothing new, what opens is exactly that, at its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.gate.conftest import commit, git, repository

__all__ = ["repository"]

Sgwarden = Callable[..., Run]
Files = Mapping[str, str | None]
"""Content by path; None: the file is deleted."""
ROOT = Path(__file__).resolve().parents[2]
POLICIES = "open-admin-port,open-high-risk-port,everything-open,internet-by-sum"

GROUP = """
resource "aws_security_group" "web" {
  name        = "web"
  description = "Web"

  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
SEPARATE = """
resource "aws_security_group" "web" {
  name        = "web"
  description = "Web"
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.web.id
  description       = "SSH"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}
"""
OTHER = GROUP.replace('"web"', '"db"').replace("22", "5432").replace('"0.0.0.0/0"', '"10.0.0.0/8"')


def module(source: str, name: str = "web", *arguments: str) -> str:
    """A call of a module."""
    return "\n".join([f'module "{name}" {{', f'  source = "{source}"', *(f"  {each}" for each in arguments), "}", ""])


def through(expression: str, *more: str) -> str:
    """The group with another expression for its sources, and more code."""
    return GROUP.replace('["0.0.0.0/0"]', expression) + "\n".join(("", *more, ""))


def counted(collection: str, value: str) -> str:
    """The group once for each element of a collection, which is a count or a for_each."""
    return GROUP.replace('  name        = "web"', f'  {collection}\n  name        = "{value}"')


MOVES: dict[str, tuple[Files, Files]] = {
    "a file is renamed": ({"main.tf": GROUP}, {"main.tf": None, "security.tf": GROUP}),
    "lines are added above": ({"main.tf": GROUP}, {"main.tf": "# A comment\n" * 40 + GROUP}),
    "the code is reformatted": (
        {"main.tf": GROUP},
        {"main.tf": GROUP.replace("  ", "\t").replace('["0.0.0.0/0"]', '[\n"0.0.0.0/0",\n]')},
    ),
    "code goes to another file": (
        {"main.tf": GROUP + OTHER},
        {"main.tf": OTHER, "web.tf": GROUP},
    ),
    "blocks change places": ({"main.tf": GROUP + OTHER}, {"main.tf": OTHER + GROUP}),
    "into a new module": (
        {"main.tf": GROUP},
        {"main.tf": module("./modules/web"), "modules/web/main.tf": GROUP},
    ),
    "into a new module, as another resource": (
        {"main.tf": GROUP},
        {"main.tf": module("./m"), "m/main.tf": GROUP.replace('group" "web"', 'group" "this"')},
    ),
    "out of a module": (
        {"main.tf": module("./m"), "m/main.tf": GROUP},
        {"main.tf": GROUP, "m/main.tf": None},
    ),
    "from one module to another": (
        {"main.tf": module("./a") + module("./b", "other"), "a/main.tf": GROUP, "b/main.tf": OTHER},
        {"a/main.tf": "locals {}\n", "b/main.tf": OTHER + GROUP},
    ),
    "into a module in a module": (
        {"main.tf": module("./a"), "a/main.tf": GROUP},
        {"a/main.tf": module("../b", "inner"), "b/main.tf": GROUP},
    ),
    "the module's directory is renamed": (
        {"main.tf": module("./a"), "a/main.tf": GROUP},
        {"main.tf": module("./b"), "a/main.tf": None, "b/main.tf": GROUP},
    ),
    "the module call is renamed": (
        {"main.tf": module("./a"), "a/main.tf": GROUP},
        {"main.tf": module("./a", "front")},
    ),
    "the module call is renamed, with a moved block": (
        {"main.tf": module("./a"), "a/main.tf": GROUP},
        {"main.tf": module("./a", "front") + "moved {\n  from = module.web\n  to   = module.front\n}\n"},
    ),
    "the resource is renamed": (
        {"main.tf": GROUP},
        {"main.tf": GROUP.replace('group" "web"', 'group" "front"')},
    ),
    "single to count": (
        {"main.tf": GROUP},
        {"main.tf": counted("count       = 1", "web")},
    ),
    "count to for_each": (
        {"main.tf": counted("count       = 2", "web-${count.index}")},
        {"main.tf": counted('for_each    = toset(["0", "1"])', "web-${each.key}")},
    ),
    "count of a module to for_each": (
        {"main.tf": module("./a", "web", "count  = 1"), "a/main.tf": GROUP},
        {"main.tf": module("./a", "web", 'for_each = toset(["x"])')},
    ),
    "keys of for_each are renamed": (
        {"main.tf": counted('for_each    = { a = "web" }', "${each.value}")},
        {"main.tf": counted('for_each    = { b = "web" }', "${each.value}")},
    ),
    "entries of a map change places": (
        {"main.tf": counted('for_each    = { a = "x", b = "y" }', "${each.value}")},
        {"main.tf": counted('for_each    = { b = "y", a = "x" }', "${each.value}")},
    ),
    "elements of a list change places": (
        {"main.tf": through('["0.0.0.0/0", "10.0.0.0/8"]')},
        {"main.tf": through('["10.0.0.0/8", "0.0.0.0/0"]')},
    ),
    "an inline rule becomes a resource": ({"main.tf": GROUP}, {"main.tf": SEPARATE}),
    "a rule resource becomes another kind": (
        {"main.tf": SEPARATE},
        {
            "main.tf": SEPARATE.replace("aws_vpc_security_group_ingress_rule", "aws_security_group_rule")
            .replace('ip_protocol       = "tcp"', 'type = "ingress"\n  protocol = "tcp"')
            .replace('cidr_ipv4         = "0.0.0.0/0"', 'cidr_blocks = ["0.0.0.0/0"]')
        },
    ),
    "a block becomes a dynamic block": (
        {"main.tf": GROUP},
        {
            "main.tf": GROUP.replace("  ingress {", '  dynamic "ingress" {\n    for_each = [22]\n    content {')
            .replace("= 22", "= ingress.value")
            .replace('["0.0.0.0/0"]\n  }', '["0.0.0.0/0"]\n  }\n  }')
        },
    ),
    "a block becomes JSON": (
        {"main.tf": GROUP},
        {
            "main.tf": None,
            "main.tf.json": json.dumps(
                {
                    "resource": {
                        "aws_security_group": {
                            "web": {
                                "name": "web",
                                "description": "Web",
                                "ingress": [
                                    {
                                        "description": "SSH",
                                        "protocol": "tcp",
                                        "from_port": 22,
                                        "to_port": 22,
                                        "cidr_blocks": ["0.0.0.0/0"],
                                    }
                                ],
                            }
                        }
                    }
                }
            ),
        },
    ),
    "a literal becomes a variable": (
        {"main.tf": GROUP},
        {"main.tf": through("var.a", 'variable "a" {\n  default = ["0.0.0.0/0"]\n}')},
    ),
    "a default goes to terraform.tfvars": (
        {"main.tf": through("var.a", 'variable "a" {\n  default = ["0.0.0.0/0"]\n}')},
        {"main.tf": through("var.a", 'variable "a" {}'), "terraform.tfvars": 'a = ["0.0.0.0/0"]\n'},
    ),
    "a variable becomes a local": (
        {"main.tf": through("var.a", 'variable "a" {}'), "terraform.tfvars": 'a = ["0.0.0.0/0"]\n'},
        {
            "main.tf": through("local.a", 'variable "b" {}', "locals {\n  a = [var.b]\n}"),
            "terraform.tfvars": 'b = "0.0.0.0/0"\n',
        },
    ),
    "the variable file is renamed": (
        {"main.tf": through("var.a", 'variable "a" {}'), "terraform.tfvars": 'a = ["0.0.0.0/0"]\n'},
        {"terraform.tfvars": None, "prod.auto.tfvars": 'a = ["0.0.0.0/0"]\n'},
    ),
    "the variable file becomes JSON": (
        {"main.tf": through("var.a", 'variable "a" {}'), "terraform.tfvars": 'a = ["0.0.0.0/0"]\n'},
        {"terraform.tfvars": None, "terraform.tfvars.json": '{"a": ["0.0.0.0/0"]}'},
    ),
    "a list goes through jsonencode": (
        {"main.tf": GROUP},
        {"main.tf": through('jsondecode(jsonencode(["0.0.0.0/0"]))')},
    ),
    "a list goes to a YAML file": (
        {"main.tf": GROUP},
        {"main.tf": through('yamldecode(file("${path.module}/a.yaml")).sources'), "a.yaml": "sources: [0.0.0.0/0]\n"},
    ),
    "a root module goes to another directory": (
        {"live/main.tf": GROUP, "live/backend.tf": 'terraform {\n  backend "s3" {}\n}\n'},
        {
            "live/main.tf": None,
            "live/backend.tf": None,
            "stacks/prod/main.tf": GROUP,
            "stacks/prod/backend.tf": 'terraform {\n  backend "s3" {}\n}\n',
        },
    ),
    "a root module is split in two": (
        {"live/main.tf": GROUP + OTHER},
        {"live/main.tf": OTHER, "network/main.tf": GROUP},
    ),
    "two groups that are alike": (
        {"main.tf": GROUP.replace("  name        =", "  name_prefix =").replace('group" "web"', 'group" "a"')
         + GROUP.replace("  name        =", "  name_prefix =").replace('group" "web"', 'group" "b"')},
        {"main.tf": module("./m"),
         "m/main.tf": GROUP.replace("  name        =", "  name_prefix =").replace('group" "web"', 'group" "b"')
         + GROUP.replace("  name        =", "  name_prefix =").replace('group" "web"', 'group" "a"')},
    ),
    "a port is written as text": ({"main.tf": GROUP}, {"main.tf": GROUP.replace("= 22", '= "22"')}),
    "a network is written in another way": (
        {"main.tf": GROUP},
        {"main.tf": through('[cidrsubnet("0.0.0.0/0", 0, 0)]')},
    ),
    "a comment that suppresses something else comes": (
        {"main.tf": GROUP},
        {"main.tf": GROUP.replace("22\n    cidr", '22 # sgwarden:ignore=redundant-rule reason="x"\n    cidr')},
    ),
}  # fmt: skip


@pytest.fixture
def run(repository: Path, work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Compare two states of a repository."""
    monkeypatch.chdir(repository)

    def compared(before: Files, after: Files, *arguments: str, policies: str | None = POLICIES) -> Any:
        _write(repository, before)
        commit(repository)
        git(repository, "checkout", "--quiet", "-b", "change")
        _write(repository, after)
        commit(repository)
        chosen = ("--only", policies) if policies else ()
        done = sgwarden("scan", "--diff-base", "main", "--format", "json", *chosen, *arguments)
        found = json.loads(done.out)
        found["code"] = done.code
        return found

    return compared


def _write(repository: Path, files: Files) -> None:
    for path, text in files.items():
        target = repository / path
        if text is None:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def new(found: Any) -> list[tuple[str, str, str]]:
    """Policy, address and place of the new findings."""
    return [
        (each["policy"], each["address"], f"{each['location']['file']}:{each['location']['line']}")
        for each in found["findings"]
        if each["status"] == "new"
    ]


OPEN_TWICE = {"count to for_each", "entries of a map change places", "two groups that are alike"}


@pytest.mark.parametrize(
    ("options", "policies"),
    [((), ["open-admin-port"]), (("--list-passed",), ["open-admin-port", "open-high-risk-port", "open-unlisted-port"])],
    ids=["each opening", "each verdict"],
)
@pytest.mark.parametrize("name", MOVES)
def test_what_moves_brings_nothing_new(
    run: Callable[..., Any], name: str, options: tuple[str, ...], policies: list[str]
) -> None:
    found = run(*MOVES[name], *options, policies=None)
    assert (new(found), found["comparison"]["fixed"], found["comparison"]["exposure"], found["code"]) == ([], [], [], 0)
    existing = sorted(each["policy"] for each in found["findings"] if each["status"] == "existing")
    assert existing == sorted(policies * (2 if name in OPEN_TWICE else 1))
    assert found["comparison"]["existing"] == len(existing)


HIGH = "open-high-risk-port"
DB = OTHER.replace('["10.0.0.0/8"]', "var.clients")
RULE = """
resource "aws_security_group" "db" {
  name        = "db"
  description = "Database"
}

resource "aws_vpc_security_group_ingress_rule" "client" {
  for_each          = FOR_EACH
  security_group_id = aws_security_group.db.id
  description       = "Client"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = VALUE
}
"""
LINE_OF_RULE = 14


def rules(for_each: str, value: str, *more: str) -> str:
    """A rule for each element of a collection."""
    return RULE.replace("FOR_EACH", for_each).replace("VALUE", value) + "\n".join(("", *more, ""))


MAPS = """clients = {
  office = {
    cidr = "10.1.0.0/16"
    port = 5432
  }
  vpn = {
    cidr = "0.0.0.0/0"
    port = 5432
  }
}
"""
NESTED = """networks = {
  prod = {
    clients = [
      "10.1.0.0/16",
      "0.0.0.0/0",
    ]
    admins = ["0.0.0.0/0"]
  }
}
"""
OBJECTS = """clients = [
  {
    name = "office"
    cidr = "0.0.0.0/0"
    port = 443
  },
  {
    name = "vpn"
    port = 5432
    cidr = "0.0.0.0/0"
  },
]
"""
ADDRESS = "aws_security_group.db"
CLIENT = "aws_vpc_security_group_ingress_rule.client"

OPENINGS: dict[str, tuple[Files, str, str, str]] = {
    # Files with the port open, address, place, and where the value is set.
    "element of a list": (
        {"main.tf": DB + 'variable "clients" {}\n',
         "terraform.tfvars": 'clients = [\n  "10.1.0.0/16",\n  "0.0.0.0/0",\n]\n'},
        ADDRESS, "main.tf:11", "`var.clients`, set at terraform.tfvars:3",
    ),
    "element of a list in JSON": (
        {"main.tf": DB + 'variable "clients" {}\n',
         "terraform.tfvars.json": '{\n  "other": 1,\n  "clients": [\n    "10.1.0.0/16",\n    "0.0.0.0/0"\n  ]\n}\n'},
        ADDRESS, "main.tf:11", "set at terraform.tfvars.json:5",
    ),
    "entry of a map of objects": (
        {"main.tf": rules("var.clients", "each.value.cidr", 'variable "clients" {}'), "terraform.tfvars": MAPS},
        f'{CLIENT}["vpn"]', f"main.tf:{LINE_OF_RULE}", "set at terraform.tfvars:7",
    ),
    "entry of a map of objects in JSON": (
        {"main.tf": rules("var.clients", "each.value.cidr", 'variable "clients" {}'),
         "a.auto.tfvars.json": json.dumps({"clients": {"office": {"cidr": "10.1.0.0/16"},
                                                       "vpn": {"cidr": "0.0.0.0/0"}}}, indent=1)},
        f'{CLIENT}["vpn"]', f"main.tf:{LINE_OF_RULE}", "set at a.auto.tfvars.json:7",
    ),
    "list in a nested map": (
        {"main.tf": DB.replace("var.clients", "var.networks.prod.clients") + 'variable "networks" {}\n',
         "terraform.tfvars": NESTED},
        ADDRESS, "main.tf:11", "set at terraform.tfvars:5",
    ),
    "list chosen by another variable": (
        {"main.tf": DB.replace("var.clients", 'var.networks[var.stage]["clients"]')
         + 'variable "networks" {}\nvariable "stage" {\n  default = "prod"\n}\n',
         "terraform.tfvars": NESTED},
        ADDRESS, "main.tf:11", "set at terraform.tfvars:5",
    ),
    "object of a list that a for expression makes a map": (
        {"main.tf": rules("{ for c in var.clients : c.name => c if c.port == 5432 }", "each.value.cidr",
                          'variable "clients" {}'),
         "terraform.tfvars": OBJECTS},
        f'{CLIENT}["vpn"]', f"main.tf:{LINE_OF_RULE}", "set at terraform.tfvars:10",
    ),
    "object of a list by count": (
        {"main.tf": rules("{}", "var.clients[count.index].cidr", 'variable "clients" {}').replace(
            "for_each          = {}", "count = length(var.clients)").replace("= 5432", "= var.clients[count.index].port"),
         "terraform.tfvars": OBJECTS},
        f"{CLIENT}[1]", f"main.tf:{LINE_OF_RULE}", "set at terraform.tfvars:10",
    ),
    "element of a set": (
        {"main.tf": rules("toset(var.clients)", "each.value", 'variable "clients" {}'),
         "terraform.tfvars": 'clients = [\n  "10.8.0.0/16",\n  "0.0.0.0/0",\n  "10.1.0.0/16",\n]\n'},
        f'{CLIENT}["0.0.0.0/0"]', f"main.tf:{LINE_OF_RULE}", "set at terraform.tfvars:3",
    ),
    "address without its mask": (
        {"main.tf": DB.replace("var.clients", '[for each in var.clients : "${each}/${startswith(each, "0.") ? 0 : 16}"]') + 'variable "clients" {}\n',
         "terraform.tfvars": 'clients = [\n  "10.1.0.0",\n  "0.0.0.0",\n]\n'},
        ADDRESS, "main.tf:11", "set at terraform.tfvars:3",
    ),
    "through two levels of modules": (
        {"main.tf": module("./a", "outer", "clients = var.clients") + 'variable "clients" {}\n',
         "a/main.tf": module("../b", "inner", "clients = var.clients") + 'variable "clients" {}\n',
         "b/main.tf": DB + 'variable "clients" {}\n',
         "terraform.tfvars": 'clients = [\n  "10.1.0.0/16",\n  "0.0.0.0/0",\n]\n'},
        "module.outer.module.inner.aws_security_group.db", "b/main.tf:11",
        "`var.clients`, set at a/main.tf:3, from `var.clients`, set at main.tf:3, from `var.clients`, set at "
        "terraform.tfvars:3",
    ),
    "through two levels of modules and locals": (
        {"main.tf": module("./a", "outer", "clients = local.all")
         + 'variable "clients" {}\nlocals {\n  all = concat(var.clients, ["10.7.0.0/16"])\n}\n',
         "a/main.tf": module("../b", "inner", "clients = local.own")
         + 'variable "clients" {}\nlocals {\n  own = var.clients\n}\n',
         "b/main.tf": DB + 'variable "clients" {}\n',
         "terraform.tfvars": 'clients = [\n  "10.1.0.0/16",\n  "0.0.0.0/0",\n]\n'},
        "module.outer.module.inner.aws_security_group.db", "b/main.tf:11",
        "from `local.own` at a/main.tf:7, from `var.clients`, set at terraform.tfvars:3",
    ),
    "argument of a module call": (
        {"main.tf": module("./a", "a", "clients = [", '    "10.1.0.0/16",', '    "0.0.0.0/0",', "  ]"),
         "a/main.tf": DB + 'variable "clients" {}\n'},
        "module.a.aws_security_group.db", "a/main.tf:11", "`var.clients`, set at main.tf:5",
    ),
    "entry of a map that a module is called for": (
        {"main.tf": module("./a", "a", "for_each = var.stages", "clients = each.value.clients")
         + 'variable "stages" {}\n',
         "a/main.tf": DB + 'variable "clients" {}\n',
         "terraform.tfvars": 'stages = {\n  dev = {\n    clients = ["10.1.0.0/16"]\n  }\n  prod = {\n'
         '    clients = [\n      "0.0.0.0/0",\n    ]\n  }\n}\n'},
        'module.a["prod"].aws_security_group.db', "a/main.tf:11", "set at terraform.tfvars:7",
    ),
    "default of a module's variable": (
        {"main.tf": module("./a", "a"),
         "a/main.tf": DB, "a/variables.tf": 'variable "clients" {\n  default = [\n    "0.0.0.0/0",\n  ]\n}\n'},
        "module.a.aws_security_group.db", "a/main.tf:11", "`var.clients`, default at a/variables.tf:3",
    ),
    "entry of a local": (
        {"main.tf": DB.replace("var.clients", 'local.networks["clients"]'),
         "locals.tf": 'locals {\n  networks = {\n    admins  = ["0.0.0.0/0"]\n    clients = ["10.1.0.0/16", "0.0.0.0/0"]\n'
         "  }\n}\n"},
        ADDRESS, "main.tf:11", "from `local.networks` at locals.tf:4",
    ),
    "entry of a local that names a variable": (
        {"main.tf": DB.replace("var.clients", "local.networks.clients")
         + 'variable "office" {}\nvariable "partners" {}\n'
         + "locals {\n  networks = {\n    admins  = var.office\n    clients = var.partners\n  }\n}\n",
         "terraform.tfvars": 'office = [\n  "0.0.0.0/0",\n]\npartners = [\n  "0.0.0.0/0",\n]\n'},
        ADDRESS, "main.tf:11", "from `local.networks` at main.tf:19, from `var.partners`, set at terraform.tfvars:5",
    ),
    "output of a module": (
        {"main.tf": DB.replace("var.clients", "module.networks.clients") + module("./networks", "networks"),
         "networks/outputs.tf": 'output "clients" {\n  value = [\n    "10.1.0.0/16",\n    "0.0.0.0/0",\n  ]\n}\n'},
        ADDRESS, "main.tf:11", "`module.networks.clients`, output at networks/outputs.tf:4",
    ),
    "element of a list that a dynamic block runs over": (
        {"main.tf": DB.replace("  ingress {", '  dynamic "ingress" {\n    for_each = var.clients\n    content {').replace(
            "= var.clients\n  }", "= [ingress.value.cidr]\n  }\n  }").replace("= 5432", "= ingress.value.port")
         + 'variable "clients" {}\n',
         "terraform.tfvars": OBJECTS},
        ADDRESS, "main.tf:13", "set at terraform.tfvars:10",
    ),
    "value for a value that is given": (
        {"main.tf": DB.replace("var.clients", '[var.open ? "0.0.0.0/0" : "10.0.0.0/8"]') + 'variable "open" {}\n',
         "terraform.tfvars": "open = true\n"},
        ADDRESS, "main.tf:11", "from `var.open`, set at terraform.tfvars:1",
    ),
    "object with a default": (
        {"main.tf": rules("var.clients", "each.value.cidr",
                          'variable "clients" {\n  type = map(object({ port = number, cidr = optional(string, "0.0.0.0/0") }))\n}'),
         "terraform.tfvars": 'clients = {\n  a = { port = 1, cidr = "10.1.0.0/16" }\n  b = {\n    port = 5432\n  }\n}\n'},
        f'{CLIENT}["b"]', f"main.tf:{LINE_OF_RULE}", "set at terraform.tfvars:3",
    ),
    "literal": ({"main.tf": OTHER.replace("10.0.0.0/8", "0.0.0.0/0")}, ADDRESS, "main.tf:11", ""),
}  # fmt: skip
PORTS = {22: "open-admin-port", 5432: HIGH, 8089: "open-unlisted-port"}
"""The policy that tells a port, and stands for the broader ones."""


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("name", OPENINGS)
def test_a_port_that_opens_is_that_one_finding_at_its_line(run: Callable[..., Any], name: str, port: int) -> None:
    shown, address, place, told = OPENINGS[name]
    files = {path: text.replace("5432", str(port)) for path, text in shown.items() if text is not None}
    base = {path: text.replace("0.0.0.0", "10.9.0.0").replace("/0", "/16").replace("open = true", "open = false")
            for path, text in files.items()}  # fmt: skip
    found = run(base, files, policies=None)
    assert new(found) == [(PORTS[port], address, place)]
    [message] = [each["message"] for each in found["findings"] if each["status"] == "new"]
    assert told in message
    assert found["code"] == 1


PORT_LIST = """
resource "aws_security_group" "db" {
  name        = "db"
  description = "Database"

  dynamic "ingress" {
    for_each = var.ports
    content {
      description = "Port"
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = SOURCES
    }
  }
}

variable "ports" {}
"""
VPN = """
resource "aws_vpc_security_group_ingress_rule" "vpn" {
  security_group_id = aws_security_group.db.id
  description       = "VPN"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "10.0.0.0/8"
}
"""
LISTED = DB + 'variable "clients" {}\n'
EACH = rules("toset(var.clients)", "each.value", 'variable "clients" {}')
OPEN_CLIENT = f'{CLIENT}["0.0.0.0/0"]'


def clients(*networks: str) -> str:
    """A variable file with the networks, a line each."""
    return "".join(("clients = [\n", *(f'  "{each}",\n' for each in networks), "]\n"))


BESIDE: dict[str, tuple[str, str, str, str, str, str]] = {
    # Code, variable file before and after, address, place, and what is told of it.
    "narrower before it": (
        LISTED, clients("10.0.0.0/8"), clients("10.0.0.0/8", "0.0.0.0/0"), ADDRESS, "main.tf:11", "terraform.tfvars:3",
    ),
    "narrower after it": (
        LISTED, clients("10.0.0.0/8"), clients("0.0.0.0/0", "10.0.0.0/8"), ADDRESS, "main.tf:11", "terraform.tfvars:2",
    ),
    "narrower rule resource before it": (
        EACH, clients("10.0.0.0/8"), clients("10.0.0.0/8", "0.0.0.0/0"),
        OPEN_CLIENT, f"main.tf:{LINE_OF_RULE}", "terraform.tfvars:3",
    ),
    "narrower rule resource after it": (
        EACH, clients("10.0.0.0/8"), clients("0.0.0.0/0", "10.0.0.0/8"),
        OPEN_CLIENT, f"main.tf:{LINE_OF_RULE}", "terraform.tfvars:2",
    ),
    "narrower that comes with it": (
        EACH, clients("192.168.0.0/16"), clients("192.168.0.0/16", "10.0.0.0/8", "0.0.0.0/0"),
        OPEN_CLIENT, f"main.tf:{LINE_OF_RULE}", "terraform.tfvars:4",
    ),
    "narrower rule elsewhere": (
        EACH + VPN, clients("192.168.0.0/16"), clients("192.168.0.0/16", "0.0.0.0/0"),
        OPEN_CLIENT, f"main.tf:{LINE_OF_RULE}", "terraform.tfvars:3",
    ),
    "narrower ones that cover each other": (
        LISTED, clients("10.0.0.0/8", "10.1.0.0/16"), clients("10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0"),
        ADDRESS, "main.tf:11", "terraform.tfvars:4",
    ),
    "narrower IPv6": (
        LISTED.replace("cidr_blocks", "ipv6_cidr_blocks"), clients("fd00::/8"), clients("fd00::/8", "::/0"),
        ADDRESS, "main.tf:11", "terraform.tfvars:3",
    ),
    "public port in a list of ports": (
        PORT_LIST.replace("SOURCES", '["0.0.0.0/0"]'), "ports = [\n  443,\n]\n", "ports = [\n  443,\n  5432,\n]\n",
        ADDRESS, "main.tf:13",
        "Ingress tcp 5432 from 0.0.0.0/0 (port `ingress.value`, from `var.ports`, set at terraform.tfvars:3)",
    ),
    "narrower source of a list of ports": (
        PORT_LIST.replace("SOURCES", '["10.0.0.0/8", "0.0.0.0/0"]'), "ports = [\n  443,\n]\n",
        "ports = [\n  443,\n  5432,\n]\n", ADDRESS, "main.tf:13",
        "Ingress tcp 5432 from 0.0.0.0/0 (port `ingress.value`, from `var.ports`, set at terraform.tfvars:3)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("name", BESIDE)
def test_a_port_that_opens_beside_other_rules_is_that_one_finding(
    run: Callable[..., Any], name: str, port: int
) -> None:
    code, before, after, address, place, told = (text.replace("5432", str(port)) for text in BESIDE[name])
    found = run({"main.tf": code, "terraform.tfvars": before}, {"terraform.tfvars": after}, policies=None)
    assert new(found) == [(PORTS[port], address, place)]
    [message] = [each["message"] for each in found["findings"] if each["status"] == "new"]
    assert told in message
    assert found["code"] == 1


INSTANCE = """
resource "aws_instance" "a" {
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.db.id]
}
"""
DEFAULT = """
resource "aws_default_security_group" "db" {
  dynamic "ingress" {
    for_each = var.clients
    content {
      description = "Clients"
      protocol    = "tcp"
      from_port   = 5432
      to_port     = 5432
      cidr_blocks = [ingress.value]
    }
  }
}

variable "clients" {}
"""
MORE: dict[str, tuple[Files, Files, list[tuple[str, str, str]]]] = {
    # Before, after, what is new: faults that each need a remedy of their own.
    "both address families: two rules": (
        {"main.tf": PORT_LIST.replace("SOURCES", '["0.0.0.0/0"]\n      ipv6_cidr_blocks = ["::/0"]'),
         "terraform.tfvars": "ports = [443]\n"},
        {"terraform.tfvars": "ports = [443, 5432]\n"},
        [(HIGH, ADDRESS, "main.tf:13"), (HIGH, ADDRESS, "main.tf:14")],
    ),
    "two ports: two rules": (
        {"main.tf": PORT_LIST.replace("SOURCES", '["0.0.0.0/0"]'), "terraform.tfvars": "ports = [443]\n"},
        {"terraform.tfvars": "ports = [443, 5432, 8089]\n"},
        [(HIGH, ADDRESS, "main.tf:13"), ("open-unlisted-port", ADDRESS, "main.tf:13")],
    ),
    "the group of a public instance: the rule, and the way to the instance": (
        {"main.tf": LISTED + INSTANCE, "terraform.tfvars": clients("10.0.0.0/8")},
        {"terraform.tfvars": clients("10.0.0.0/8", "0.0.0.0/0")},
        [("open-group-on-public-resource", "aws_instance.a", "main.tf:11"), (HIGH, ADDRESS, "main.tf:11")],
    ),
    "an empty default group: the rule, and that it has any": (
        {"main.tf": DEFAULT, "terraform.tfvars": "clients = []\n"},
        {"terraform.tfvars": clients("0.0.0.0/0")},
        [(HIGH, "aws_default_security_group.db", "main.tf:10"),
         ("default-group-not-empty", "aws_default_security_group.db", "main.tf:10")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
def test_what_opens_in_more_than_one_way_is_told_for_each(run: Callable[..., Any], name: str) -> None:
    before, after, expected = MORE[name]
    found = run(before, after, policies=None)
    assert (new(found), found["code"]) == (expected, 1)


CLIENTS = 'variable "clients" {\n  default = ["10.1.0.0/16"]\n}\n'
WEB = "aws_security_group.web"
IGNORED = GROUP.replace('["0.0.0.0/0"]', '["0.0.0.0/0"] # sgwarden:ignore=* until=UNTIL reason="for now"')

CHANGES: dict[str, tuple[Files, Files, list[tuple[str, str, str]], list[str]]] = {
    # Before, after, what is new, addresses of what is fixed.
    "a rule is copied to another group": (
        {"main.tf": GROUP + OTHER},
        {"main.tf": GROUP + OTHER.replace("5432", "22").replace("10.0.0.0/8", "0.0.0.0/0")},
        [(HIGH, ADDRESS, "main.tf:24")], [],
    ),
    "a rule goes from one group to another": (
        {"main.tf": GROUP + OTHER},
        {"main.tf": GROUP.replace("0.0.0.0/0", "10.0.0.0/8")
         + OTHER.replace("5432", "22").replace("10.0.0.0/8", "0.0.0.0/0")},
        [(HIGH, ADDRESS, "main.tf:24")], [WEB],
    ),
    "a group is copied into a module": (
        {"main.tf": GROUP},
        {"main.tf": GROUP + module("./m"), "m/main.tf": GROUP},
        [(HIGH, f"module.web.{WEB}", "m/main.tf:11")], [],
    ),
    "a module is called once more": (
        {"main.tf": module("./m"), "m/main.tf": GROUP},
        {"main.tf": module("./m") + module("./m", "again")},
        [(HIGH, f"module.again.{WEB}", "m/main.tf:11")], [],
    ),
    "count grows": (
        {"main.tf": counted("count       = 1", "web-${count.index}")},
        {"main.tf": counted("count       = 2", "web-${count.index}")},
        [(HIGH, f"{WEB}[1]", "main.tf:12")], [],
    ),
    "a network widens": (
        {"main.tf": OTHER},
        {"main.tf": OTHER.replace("10.0.0.0/8", "0.0.0.0/0")},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "a range of ports widens": (
        {"main.tf": GROUP.replace("22", "443")},
        {"main.tf": GROUP.replace("from_port   = 22", "from_port   = 443").replace("to_port     = 22", "to_port     = 5432")},
        [(HIGH, WEB, "main.tf:11")], [],
    ),
    "what was certain becomes unknown": (
        {"main.tf": GROUP},
        {"main.tf": through("var.a", 'variable "a" {}')},
        [(HIGH, WEB, "main.tf:11")], [WEB],
    ),
    "what was good becomes unknown": (
        {"main.tf": OTHER},
        {"main.tf": DB + 'variable "clients" {}\n'},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "what was unknown becomes certain": (
        {"main.tf": DB + 'variable "clients" {}\n'},
        {"terraform.tfvars": 'clients = ["0.0.0.0/0"]\n'},
        [(HIGH, ADDRESS, "main.tf:11")], [ADDRESS],
    ),
    "what was unknown becomes good": (
        {"main.tf": DB + 'variable "clients" {}\n'},
        {"terraform.tfvars": 'clients = ["10.0.0.0/8"]\n'},
        [], [ADDRESS],
    ),
    "a suppression is taken away": (
        {"main.tf": IGNORED.replace(" until=UNTIL", "")}, {"main.tf": GROUP}, [(HIGH, WEB, "main.tf:11")], [],
    ),
    "a suppression comes": (
        {"main.tf": GROUP}, {"main.tf": IGNORED.replace(" until=UNTIL", "")}, [], [],
    ),
    "a suppression that has ended changes nothing": (
        {"main.tf": IGNORED.replace("UNTIL", "2020-01-31")}, {"other.tf": "locals {}\n"}, [], [],
    ),
    "a suppression is given an end that has passed": (
        {"main.tf": IGNORED.replace("UNTIL", "2999-01-31")}, {"main.tf": IGNORED.replace("UNTIL", "2020-01-31")},
        [(HIGH, WEB, "main.tf:11")], [],
    ),
    "a default that restricts is deleted": (
        {"main.tf": DB + CLIENTS}, {"main.tf": DB + 'variable "clients" {}\n'}, [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "a line of a variable file is deleted": (
        {"main.tf": DB + CLIENTS.replace("10.1.0.0/16", "0.0.0.0/0"), "terraform.tfvars": 'clients = ["10.0.0.0/8"]\n'},
        {"terraform.tfvars": ""},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "a variable file is deleted": (
        {"main.tf": DB + CLIENTS.replace("10.1.0.0/16", "0.0.0.0/0"), "terraform.tfvars": 'clients = ["10.0.0.0/8"]\n'},
        {"terraform.tfvars": None},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "another variable file comes that wins": (
        {"main.tf": DB + CLIENTS, "terraform.tfvars": 'clients = ["10.0.0.0/8"]\n'},
        {"z.auto.tfvars": 'clients = ["0.0.0.0/0"]\n'},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "the default of a module changes": (
        {"live/main.tf": module("../m"), "m/main.tf": DB + CLIENTS},
        {"m/main.tf": DB + CLIENTS.replace("10.1.0.0/16", "0.0.0.0/0")},
        [(HIGH, f"module.web.{ADDRESS}", "m/main.tf:11")], [],
    ),
    "a root module comes": (
        {"a/main.tf": GROUP}, {"b/main.tf": GROUP}, [(HIGH, WEB, "b/main.tf:11")], [],
    ),
    "a root module goes": ({"a/main.tf": GROUP, "b/main.tf": OTHER}, {"a/main.tf": None}, [], [WEB]),
    "a file that a function reads changes": (
        {"main.tf": DB.replace("var.clients", 'jsondecode(file("clients.json"))'), "clients.json": '["10.0.0.0/8"]'},
        {"clients.json": '["0.0.0.0/0"]'},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "a file comes that a pattern finds": (
        {"main.tf": DB.replace("var.clients", 'flatten([for f in fileset(path.module, "c/*.json") : jsondecode(file(f))])'),
         "c/a.json": '["10.0.0.0/8"]'},
        {"c/b.json": '["0.0.0.0/0"]'},
        [(HIGH, ADDRESS, "main.tf:11")], [],
    ),
    "a module's directory comes": (
        {"main.tf": module("./m")},
        {"m/main.tf": GROUP},
        [(HIGH, f"module.web.{WEB}", "m/main.tf:11")], [],
    ),
    "a module's caller goes, so that it is a root module": (
        {"main.tf": module("./m", "web", 'clients = ["10.0.0.0/8"]'),
         "m/main.tf": DB + 'variable "clients" {\n  default = ["0.0.0.0/0"]\n}\n'},
        {"main.tf": "locals {}\n"},
        [(HIGH, ADDRESS, "m/main.tf:11")], [],
    ),
    "the group that a rule belongs to changes its name as well": (
        {"main.tf": GROUP}, {"main.tf": GROUP.replace('"web"', '"front"')},
        [(HIGH, "aws_security_group.front", "main.tf:11")], [WEB],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_is_told(run: Callable[..., Any], name: str) -> None:
    before, after, expected, fixed = CHANGES[name]
    found = run(before, after, "--fail-on-undecided", policies=HIGH)
    assert new(found) == expected
    assert [each["address"] for each in found["comparison"]["fixed"]] == fixed
    assert found["code"] == (1 if expected else found["code"])


CHAIN = (ROOT / "fixtures" / "policies" / "unnoticed-root-use" / "pass" / "main.tf").read_text()
ALARM = CHAIN[CHAIN.index('resource "aws_cloudwatch_metric_alarm"') : CHAIN.index('resource "aws_sns_topic"')]
TOPIC = CHAIN[CHAIN.index('resource "aws_sns_topic"') :]


@pytest.mark.parametrize("options", [(), ("--one-chain",)])
def test_a_monitoring_chain_whose_alarm_is_deleted_is_a_new_finding(run: Callable[..., Any], options: Any) -> None:
    found = run({"main.tf": CHAIN}, {"main.tf": CHAIN.replace(ALARM, "")}, *options, policies="unnoticed-root-use")
    assert new(found) == [("unnoticed-root-use", "aws_cloudwatch_log_metric_filter.changes", "main.tf:37")]


def test_one_chain_over_two_root_modules_whose_alarm_is_deleted(run: Callable[..., Any]) -> None:
    region = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    trail = region + CHAIN.replace(ALARM, "").replace(TOPIC, "")
    alarm = region + ALARM.replace(
        "aws_cloudwatch_log_metric_filter.changes.metric_transformation[0].name", '"Changes"'
    ) + TOPIC  # fmt: skip
    before = {"trail/main.tf": trail, "alarms/main.tf": alarm}
    found = run(before, {"alarms/main.tf": region + TOPIC}, "--one-chain", policies="unnoticed-root-use")
    assert [each[0] for each in new(found)] == ["unnoticed-root-use"]


def test_a_broken_chain_that_is_mended_in_part_is_not_new(run: Callable[..., Any]) -> None:
    broken = CHAIN.replace(ALARM, "").replace(TOPIC, "")
    found = run({"main.tf": broken}, {"main.tf": broken + ALARM}, policies="unnoticed-root-use")
    assert (new(found), found["comparison"]["existing"], found["comparison"]["fixed"]) == ([], 1, [])


def test_a_public_resource_that_fewer_rules_open_is_not_new(run: Callable[..., Any]) -> None:
    instance = """
resource "aws_instance" "a" {
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.web.id, aws_security_group.db.id]
}
"""
    open_ = OTHER.replace("10.0.0.0/8", "0.0.0.0/0")
    both, one = {"main.tf": GROUP + open_ + instance}, {"main.tf": GROUP + OTHER + instance}
    found = run(both, one, policies="open-group-on-public-resource")
    assert (new(found), found["comparison"]["existing"], found["comparison"]["fixed"]) == ([], 1, [])
