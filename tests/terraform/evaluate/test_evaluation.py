"""Root modules evaluated: what the recorded plans cannot show, because Terraform would refuse or ask."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.evaluation import Evaluation
from sgwarden.terraform.modules.module import ModuleLoader
from sgwarden.terraform.modules.variables import VariableOptions
from tests.terraform.evaluating import evaluate, troubles


def test_required_variable_without_value_is_unknown_by_name(tmp_path: Path) -> None:
    code = 'variable "cidr" {\n  type = string\n}\nresource "x_y" "a" {\n  cidr = var.cidr\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert instances["x_y.a"].attributes == {"cidr": Unknown('variable "cidr" has no value', type="string")}
    assert run.missing == {"cidr": Location("main.tf", 1, 3)}
    assert troubles(run) == []


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


def test_a_trouble_is_remembered_once_and_a_file_that_was_read_is_reported(tmp_path: Path) -> None:
    read: list[Path] = []
    run = Evaluation(tmp_path, ModuleLoader(tmp_path), VariableOptions(), str, on_read=read.append)
    for reason in ("first", "second", "first"):
        run.trouble("x_y.a", reason, Location("main.tf", 1, 1))
    run.note(tmp_path / "a.txt")
    assert troubles(run) == [("x_y.a", "first", 1), ("x_y.a", "second", 1)]
    assert (run.reads, read) == ({tmp_path / "a.txt"}, [tmp_path / "a.txt"])
