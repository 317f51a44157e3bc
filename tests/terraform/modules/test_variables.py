"""Values of root variables, from every place Terraform takes them."""

from __future__ import annotations

from pathlib import Path

from sgwarden.terraform.modules.variables import VariableOptions, automatic_files, workspace
from tests.terraform.evaluating import evaluate, troubles, write


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


def test_variable_files_win_in_terraforms_order(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "v" {}\nresource "x_y" "a" {\n  v = var.v\n}\n',
        "terraform.tfvars": "v = 1\n",
        "terraform.tfvars.json": '{"v": 2}',
        "b.auto.tfvars": "v = 4\n",
        "a.auto.tfvars.json": '{"v": 3}',
        "other.tfvars": "v = 5\n",
    }
    instances, _ = evaluate(tmp_path, files)
    assert instances["x_y.a"].attributes == {"v": 4}
    assert [path.name for path in automatic_files(tmp_path)] == [
        "terraform.tfvars",
        "terraform.tfvars.json",
        "a.auto.tfvars.json",
        "b.auto.tfvars",
    ]
    instances, _ = evaluate(tmp_path, files, VariableOptions(var_files=(tmp_path / "other.tfvars",)))
    assert instances["x_y.a"].attributes == {"v": 5}


def test_the_workspace_is_that_of_the_option_the_environment_or_the_selection(tmp_path: Path) -> None:
    assert workspace(tmp_path, VariableOptions()) == "default"
    write(tmp_path, {".terraform/environment": "selected\n"})
    environment = {"TF_WORKSPACE": "environment"}
    assert workspace(tmp_path, VariableOptions()) == "selected"
    assert workspace(tmp_path, VariableOptions(environment=environment)) == "environment"
    assert workspace(tmp_path, VariableOptions(environment=environment, workspace="option")) == "option"


def test_the_last_of_variables_and_variable_files_wins(tmp_path: Path) -> None:
    """Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence"""
    files = []
    for name in ("one", "two"):
        files.append(tmp_path / f"{name}.tfvars")
        files[-1].write_text(f'v = "{name}"\n')
    (tmp_path / "terraform.tfvars").write_text('v = "automatic"\n')
    code = 'variable "v" {}\nresource "x_y" "a" {\n  v = var.v\n}\n'

    def value(*before: int, names: int = 1) -> object:
        options = VariableOptions((("v", "a"), ("v", "b"))[:names], tuple(files), var_files_before=before)
        return evaluate(tmp_path, code, options)[0]["x_y.a"].attributes["v"]

    assert [value(), value(0), value(1), value(2)] == ["a", "two", "two", "a"]
    assert [value(names=2), value(0, 2, names=2), value(0, 0, names=2)] == ["b", "b", "two"]
