"""The type of a null, which its code says."""

from __future__ import annotations

from pathlib import Path

from tests.terraform.evaluating import evaluate, troubles


def test_null_of_a_declared_set_makes_the_other_result_of_a_conditional_a_set(tmp_path: Path) -> None:
    code = """
variable "ids" {
  type    = set(string)
  default = null
}
variable "names" {
  type    = list(string)
  default = null
}
locals {
  ids     = var.ids
  nothing = null
}
resource "x_y" "variable" {
  for_each = var.ids != null ? var.ids : ["a"]
}
resource "x_y" "local" {
  for_each = local.ids == null ? ["b"] : local.ids
}
resource "x_y" "toset" {
  for_each = var.names == null ? [] : toset(var.names)
}
resource "x_y" "nested" {
  for_each = true ? ["c"] : (var.names == null ? toset(local.nothing) : null)
}
resource "x_y" "no_set" {
  for_each = var.names == null ? ["d"] : var.names
}
"""
    instances, run = evaluate(tmp_path, code)
    assert sorted(instances) == ['x_y.local["b"]', 'x_y.nested["c"]', "x_y.no_set[?]", 'x_y.variable["a"]']
    refused = 'Invalid for_each argument: the "for_each" argument must be a map, or set of strings.'
    assert troubles(run) == [("x_y.no_set", refused, 27)]
