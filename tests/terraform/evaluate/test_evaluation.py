"""Root modules evaluated: what the recorded plans cannot show, because Terraform would refuse or ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.modules.variables import VariableOptions
from tests.terraform.evaluating import evaluate, troubles


def test_required_variable_without_value_is_unknown_by_name(tmp_path: Path) -> None:
    code = 'variable "cidr" {\n  type = string\n}\nresource "x_y" "a" {\n  cidr = var.cidr\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert instances["x_y.a"].attributes == {"cidr": Unknown('variable "cidr" has no value', type="string")}
    assert run.missing == {"cidr": Location("main.tf", 1, 3)}
    assert troubles(run) == []


def test_unknown_count_gives_one_instance_that_may_exist(tmp_path: Path) -> None:
    code = 'variable "n" {}\nresource "x_y" "a" {\n  count = var.n\n  i = count.index\n}\nresource "x_y" "b" {\n  of = x_y.a[0].id\n}\n'
    instances, _ = evaluate(tmp_path, code)
    reason = 'variable "n" has no value'
    assert list(instances) == ["x_y.a[?]", "x_y.b"]
    assert instances["x_y.a[?]"].may_exist == Unknown(reason, not_null=True)
    assert instances["x_y.a[?]"].attributes == {"i": Unknown(reason)}
    of = instances["x_y.b"].attributes["of"]
    assert (of.address, of.attribute) == ("x_y.a[?]", "id")


@pytest.mark.parametrize(
    "expression",
    [
        "x_y.a.id",
        "local.through",
        "one(x_y.many[*].id)",
        "try(x_y.a.id, null)",
        'try(x_y.many[0].id, "")',
        'concat(x_y.many[*].id, [""])[0]',
        'element(concat(x_y.many.*.id, [""]), 0)',
        'join("", x_y.many.*.id)',
        'coalesce(x_y.a.id, "")',
        "true ? x_y.a.id : null",
        "{ for k, v in { a = x_y.a } : k => v.id }.a",
        "[for v in [x_y.a] : v.id][0]",
        'lookup({ a = x_y.a.id }, "a", null)',
        "module.inner.id",
        "module.inner.whole.id",
        "values({ a = x_y.a })[0].id",
        '"${x_y.a.id}"',
        "compact([x_y.a.id])[0]",
        "tolist(toset([x_y.a.id]))[0]",
        "flatten([[x_y.a.id]])[0]",
    ],
)
def test_a_reference_survives_on_its_way(tmp_path: Path, expression: str) -> None:
    code = f"""
resource "x_y" "a" {{}}
resource "x_y" "many" {{
  count = 1
}}
locals {{
  through = x_y.a.id
}}
module "inner" {{
  source = "./inner"
  id     = x_y.a.id
  whole  = x_y.a
}}
resource "x_y" "b" {{
  of = {expression}
}}
"""
    inner = """
variable "id" { type = string }
variable "whole" { type = object({ id = string }) }
output "id" { value = var.id }
output "whole" { value = var.whole }
"""
    instances, run = evaluate(tmp_path, {"main.tf": code, "inner/main.tf": inner})
    assert troubles(run) == []
    of = instances["x_y.b"].attributes["of"]
    assert isinstance(of, Unknown)
    assert of.attribute == "id"
    assert of.address in ("x_y.a", "x_y.many[0]")


def test_sensitive_values_stay_marked(tmp_path: Path) -> None:
    code = """
variable "secret" {
  sensitive = true
  default   = ["10.0.0.0/8"]
}
resource "x_y" "a" {
  first = var.secret[0]
  text  = "<${var.secret[0]}>"
  count_of = length(var.secret)
  list = [for s in var.secret : s]
  pair = { open = "x", hidden = var.secret }
}
"""
    instances, run = evaluate(tmp_path, code)
    assert troubles(run) == []
    assert instances["x_y.a"].attributes == {
        "first": Sensitive("10.0.0.0/8"),
        "text": Sensitive("<10.0.0.0/8>"),
        "count_of": Sensitive(1),
        "list": Sensitive(("10.0.0.0/8",)),
        "pair": {"open": "x", "hidden": Sensitive(("10.0.0.0/8",))},
    }


def test_an_error_loses_one_attribute_and_tells_where(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  good = 1\n  bad  = [][3]\n  ugly = local.nothing\n}\n'
    instances, run = evaluate(tmp_path, code)
    index = "Invalid index: the given index does not identify an element in this collection value."
    undeclared = 'Reference to undeclared local value: a local value with the name "nothing" has not been declared.'
    assert instances["x_y.a"].attributes == {
        "good": 1,
        "bad": Unknown(f"bad cannot be evaluated: {index}"),
        "ugly": Unknown(f"ugly cannot be evaluated: {undeclared}"),
    }
    assert troubles(run) == [("x_y.a: bad", index, 3), ("x_y.a: ugly", undeclared, 4)]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("locals {\n  a = local.b\n  b = local.a\n}\n", "local.a"),
        ('locals {\n  a = x_y.r.v\n}\nresource "x_y" "r" {\n  v = local.a\n}\n', "local.a"),
    ],
    ids=["locals", "through a resource"],
)
def test_circular_references_end(tmp_path: Path, code: str, what: str) -> None:
    instances, run = evaluate(tmp_path, code + f'resource "x_y" "a" {{\n  v = {what}\n}}\n')
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert any("refers to itself" in reason for _, reason, _ in troubles(run))


def test_a_module_that_calls_itself_ends(tmp_path: Path) -> None:
    _, run = evaluate(tmp_path, 'module "again" {\n  source = "./"\n}\n')
    assert [reason for _, reason, _ in troubles(run)] == ["is nested deeper than 32 modules (does it call itself?)"]


def test_a_count_of_a_million_is_bounded(tmp_path: Path) -> None:
    instances, _ = evaluate(tmp_path, 'resource "x_y" "a" {\n  count = 1000000\n}\n')
    reason = "count is 1000000, more than the 20000 that are evaluated"
    assert {address: i.may_exist for address, i in instances.items()} == {"x_y.a[?]": Unknown(reason, not_null=True)}


def test_nested_loops_are_bounded(tmp_path: Path) -> None:
    loop = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]"
    instances, run = evaluate(tmp_path, f'resource "x_y" "a" {{\n  v = length({loop})\n}}\n')
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert troubles(run) == [("x_y.a: v", "evaluation takes more than 3000000 steps", 2)]


def test_growing_templates_are_bounded(tmp_path: Path) -> None:
    lines = ['  s0 = "0123456789"'] + [f'  s{i} = "${{local.s{i - 1}}}${{local.s{i - 1}}}"' for i in range(1, 60)]
    code = "locals {\n" + "\n".join(lines) + '\n}\nresource "x_y" "a" {\n  v = local.s59\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert [reason for _, reason, _ in troubles(run)] == ["a string grows beyond 16777216 characters"]


def test_a_module_that_is_not_on_disk_is_told_and_its_outputs_are_unknown(tmp_path: Path) -> None:
    code = 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\nresource "x_y" "a" {\n  v = module.vpc.vpc_id\n}\n'
    instances, run = evaluate(tmp_path, code)
    reason = 'is not on disk (source "terraform-aws-modules/vpc/aws"): run "terraform init" to have it read'
    assert instances["x_y.a"].attributes == {"v": Unknown(f"module.vpc {reason}")}
    assert troubles(run) == [("module.vpc", reason, 1)]


def test_modules_that_init_fetched_are_read(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "vpc" {\n  source = "example/vpc/aws"\n  name = "n"\n}\n',
        ".terraform/modules/modules.json": '{"Modules":[{"Key":"","Source":"","Dir":"."},'
        '{"Key":"vpc","Source":"registry/example/vpc/aws","Version":"1.0.0","Dir":".terraform/modules/vpc"},'
        '{"Key":"vpc.sub","Source":"./sub","Dir":".terraform/modules/vpc/sub"}]}',
        ".terraform/modules/vpc/main.tf": 'variable "name" {}\nmodule "sub" {\n  source = "./sub"\n  name = var.name\n}\n',
        ".terraform/modules/vpc/sub/main.tf": 'variable "name" {}\nresource "x_y" "a" {\n  name = var.name\n}\n',
    }
    instances, run = evaluate(tmp_path, files)
    assert {a: i.attributes for a, i in instances.items()} == {"module.vpc.module.sub.x_y.a": {"name": "n"}}
    assert troubles(run) == []


def test_a_module_outside_the_root_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text('resource "x_y" "a" {}\n')
    repository = tmp_path / "repository"
    repository.mkdir()
    instances, run = evaluate(repository, 'module "m" {\n  source = "../outside"\n}\n')
    assert instances == {}
    assert troubles(run) == [("module.m", 'lies outside repository (source "../outside")', 1)]


def test_links_out_of_the_root_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.tf").write_text('resource "x_y" "secret" {}\n')
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "link.tf").symlink_to(tmp_path / "secret.tf")
    (repository / "text.txt").symlink_to(tmp_path / "secret.tf")
    instances, run = evaluate(repository, 'resource "x_y" "a" {\n  v = file("text.txt")\n}\n')
    assert list(instances) == ["x_y.a"]
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert ("link.tf", f"lies outside {repository} (through a symbolic link)", 1) in troubles(run)


def test_origins_tell_how_a_value_came(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "admins" {}\nlocals {\n  wide = concat(var.admins, [])\n}\n'
        'module "m" {\n  source = "./m"\n  cidrs  = local.wide\n}\n',
        "terraform.tfvars": '\n\nadmins = ["0.0.0.0/0"]\n',
        "m/main.tf": 'variable "cidrs" {}\nresource "x_y" "a" {\n  block {\n    list = var.cidrs\n  }\n}\n',
    }
    instances, _ = evaluate(tmp_path, files)
    origin = instances["module.m.x_y.a"].origins[("block", 0, "list")]
    assert origin.location == Location("m/main.tf", 4, 4, 5, 21, ("module.m",))
    assert origin.expression == "var.cidrs"
    assert origin.trail == (
        "var.cidrs, set at main.tf:7",
        "local.wide at main.tf:3",
        "var.admins, set at terraform.tfvars:3",
    )


def test_origins_lead_through_iterators_and_each(tmp_path: Path) -> None:
    code = """
variable "admins" { default = ["0.0.0.0/0"] }
locals { groups = { a = "10.0.0.0/8" } }
resource "x_y" "a" {
  for_each = local.groups
  own      = each.value
  dynamic "rule" {
    for_each = var.admins
    iterator = admin
    content {
      cidr = admin.value
    }
  }
}
"""
    instances, _ = evaluate(tmp_path, code)
    origins = instances['x_y.a["a"]'].origins
    assert origins[("own",)].trail == ("local.groups at main.tf:3",)
    assert origins[("rule", 0, "cidr")].trail == ("var.admins, default at main.tf:2",)


def test_dynamic_block_over_an_unknown_may_exist(tmp_path: Path) -> None:
    code = """
variable "rules" {}
resource "x_y" "a" {
  dynamic "rule" {
    for_each = var.rules
    content {
      port = 22
      from = rule.value
    }
  }
}
"""
    instances, _ = evaluate(tmp_path, code)
    reason = Unknown('variable "rules" has no value')
    assert instances["x_y.a"].attributes == {"rule": ({"port": 22, "from": reason, "__may_exist__": reason},)}


def test_provider_regions_reach_into_modules(tmp_path: Path) -> None:
    files = {
        "main.tf": """
variable "west" { default = "us-west-2" }
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "west"
  region = var.west
}
resource "aws_vpc" "here" {}
resource "aws_vpc" "there" { provider = aws.west }
module "inherits" { source = "./m" }
module "passed" {
  source    = "./m"
  providers = { aws = aws.west }
}
""",
        "m/main.tf": 'resource "aws_vpc" "inner" {}\n',
    }
    instances, _ = evaluate(tmp_path, files)
    assert {address: (i.provider, i.region) for address, i in instances.items()} == {
        "aws_vpc.here": ("aws", "eu-west-1"),
        "aws_vpc.there": ("aws.west", "us-west-2"),
        "module.inherits.aws_vpc.inner": ("aws", "eu-west-1"),
        "module.passed.aws_vpc.inner": ("aws.west", "us-west-2"),
    }


def test_ignore_changes_are_kept(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  lifecycle {\n    ignore_changes = [ingress, tags["Name"]]\n  }\n}\nresource "x_y" "b" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n'
    instances, _ = evaluate(tmp_path, code)
    assert {a: i.ignore_changes for a, i in instances.items()} == {
        "x_y.a": ("ingress", 'tags["Name"]'),
        "x_y.b": ("all",),
    }


def test_a_block_that_does_not_parse_loses_no_other(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  v = 1\n}\nresource "x_y" "b" {\n  v = = 2\n}\nresource "x_y" "c" {\n  v = 3\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert {a: i.attributes for a, i in instances.items() if i.attributes} == {"x_y.a": {"v": 1}, "x_y.c": {"v": 3}}
    assert [(what, line) for what, _, line in troubles(run)] == [("main.tf", 5)]


def test_values_from_the_command_line_and_environment(tmp_path: Path) -> None:
    code = """
variable "text" {}
variable "list" { type = list(number) }
variable "last" { default = "default" }
resource "x_y" "a" {
  text = var.text
  list = var.list
  last = var.last
}
"""
    options = VariableOptions(
        variables=(("list", "[1, 2]"), ("last", "first"), ("last", "second")),
        environment={"TF_VAR_text": "[not, parsed]", "TF_VAR_last": "environment"},
    )
    instances, run = evaluate(tmp_path, code, options)
    assert troubles(run) == []
    assert instances["x_y.a"].attributes == {"text": "[not, parsed]", "list": (1, 2), "last": "second"}
