"""Nested and dynamic blocks, and ignore_changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.blocks import reference_text
from sgwarden.terraform.syntax.parse import parse_expression
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


def test_dynamic_block_without_a_label(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  size = 1\n  dynamic {\n    for_each = [1]\n    content {}\n  }\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert instances["x_y.a"].attributes["size"] == 1
    assert [each.reason for each in run.troubles] == ["a dynamic block needs the type of its blocks as a label"]


def test_ignore_changes_are_kept(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  lifecycle {\n    ignore_changes = [ingress, tags["Name"]]\n  }\n}\nresource "x_y" "b" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n'
    instances, _ = evaluate(tmp_path, code)
    assert {a: i.ignore_changes for a, i in instances.items()} == {
        "x_y.a": ("ingress", 'tags["Name"]'),
        "x_y.b": ("all",),
    }


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("aws", "aws"),
        ("aws.west", "aws.west"),
        ('"aws.west"', "aws.west"),
        ('tags["Name"]', 'tags["Name"]'),
        ("ingress[0].from_port", "ingress[0].from_port"),
        ("f(x)", ""),
    ],
)
def test_references_as_written(expression: str, text: str) -> None:
    assert reference_text(parse_expression(expression)) == text


def test_a_dynamic_block_of_nothing_writes_nothing(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  dynamic "rule" {\n    for_each = %s\n    content {\n      v = rule.value\n    }\n  }\n}\n'
    instances, _ = evaluate(tmp_path, code % "[]")
    assert instances["x_y.a"].attributes == {}
    instances, _ = evaluate(tmp_path, code % "{ a = 1, b = 2 }")
    assert instances["x_y.a"].attributes == {"rule": ({"v": 1}, {"v": 2})}
