"""Values of root variables, from every place Terraform takes them."""

from __future__ import annotations

from pathlib import Path

from sgwarden.terraform.modules.variables import VariableOptions
from tests.terraform.evaluating import evaluate, troubles


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
