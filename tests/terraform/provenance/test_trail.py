"""The way of a value back through variables, locals, module arguments and outputs."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from sgwarden.terraform.modules.variables import VariableOptions
from tests.terraform.evaluating import evaluate


def line(file: str, number: int) -> Location:
    return Location(file, number, number)


def origin(directory: Path, code: dict[str, str] | str, options: VariableOptions | None = None) -> Origin:
    """The origin of the attribute ``at`` of the one resource."""
    [instance] = evaluate(directory, code, options)[0].values()
    return instance.origins[("at",)]


USE = 'resource "x_y" "a" {\n  at = var.a\n}\n'


def test_through_module_arguments_locals_and_variable_files(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "admins" {}\nlocals {\n  wide = concat(var.admins, [])\n}\n'
        'module "m" {\n  source = "./m"\n  cidrs  = local.wide\n}\n',
        "terraform.tfvars": '\n\nadmins = ["0.0.0.0/0"]\n',
        "m/main.tf": 'variable "cidrs" {}\nresource "x_y" "a" {\n  block {\n    list = var.cidrs\n  }\n}\n',
    }
    instances, _ = evaluate(tmp_path, files)
    assert instances["module.m.x_y.a"].origins[("block", 0, "list")] == Origin(
        Location("m/main.tf", 4, 4, 5, 21, ("module.m",)),
        "var.cidrs",
        (
            Step("var.cidrs", "set", line("main.tf", 7)),
            Step("local.wide", "local", line("main.tf", 3)),
            Step("var.admins", "set", line("terraform.tfvars", 3)),
        ),
    )


def test_through_iterators_and_each(tmp_path: Path) -> None:
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
    assert origins[("own",)].trail == (Step("local.groups", "local", line("main.tf", 3)),)
    assert origins[("rule", 0, "cidr")].trail == (Step("var.admins", "default", line("main.tf", 2)),)


def test_to_the_element_of_a_list_in_a_variable_file(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "a" {}\nresource "x_y" "a" {\n  at = var.a\n}\n',
        "terraform.tfvars": 'a = [\n  "10.0.0.0/8",\n  "0.0.0.0/0",\n]\n',
    }
    [instance] = evaluate(tmp_path, files)[0].values()
    assert instance.origins[("at",)].trail == (Step("var.a", "set", line("terraform.tfvars", 1)),)
    assert instance.origins[("at", 1)].trail == (Step("var.a", "set", line("terraform.tfvars", 3)),)


def test_to_what_is_no_file(tmp_path: Path) -> None:
    code = f'variable "a" {{}}\n{USE}'
    given = origin(tmp_path, code, VariableOptions(variables=(("a", "1"),)))
    assert given.trail == (Step("var.a", "set", "--var"),)
    given = origin(tmp_path, code, VariableOptions(environment={"TF_VAR_a": "1"}))
    assert given.trail == (Step("var.a", "set", "TF_VAR_a"),)


def test_to_a_declaration_without_a_value(tmp_path: Path) -> None:
    assert origin(tmp_path, f'variable "a" {{}}\n{USE}').trail == (Step("var.a", "no value", line("main.tf", 1)),)


def test_through_an_output(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n}\nresource "x_y" "a" {\n  at = module.m.port\n}\n',
        "m/main.tf": '\noutput "port" {\n  value = 22\n}\n',
    }
    assert origin(tmp_path, files).trail == (Step("module.m.port", "output", line("m/main.tf", 3)),)


def test_a_long_way_keeps_its_nearest_steps_and_the_last(tmp_path: Path) -> None:
    code = "locals {\n" + "".join(f"  l{n} = local.l{n + 1}\n" for n in range(6)) + '  l6 = "x"\n}\n'
    steps = origin(tmp_path, code + 'resource "x_y" "a" {\n  at = local.l0\n}\n').trail
    assert [step.name for step in steps] == ["local.l0", "local.l1", "local.l6"]


def test_each_name_is_followed_once(tmp_path: Path) -> None:
    code = 'locals {\n  a = [local.b, local.b]\n  b = 1\n}\nresource "x_y" "a" {\n  at = [local.a, local.b]\n}\n'
    assert [step.name for step in origin(tmp_path, code).trail] == ["local.a", "local.b"]
