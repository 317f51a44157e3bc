"""Nested and dynamic blocks, and ignore_changes."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from tests.terraform.evaluating import evaluate


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


def test_ignore_changes_are_kept(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  lifecycle {\n    ignore_changes = [ingress, tags["Name"]]\n  }\n}\nresource "x_y" "b" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n'
    instances, _ = evaluate(tmp_path, code)
    assert {a: i.ignore_changes for a, i in instances.items()} == {
        "x_y.a": ("ingress", 'tags["Name"]'),
        "x_y.b": ("all",),
    }
