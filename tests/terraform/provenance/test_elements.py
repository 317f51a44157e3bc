"""The elements and entries that rules are made of, as lines of their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.provenance import elements
from sgwarden.sources.hcl import Reader

LISTS = """locals {
  a = [
    "10.0.0.0/8",
    "10.1.0.0/16",
  ]
  b = ["10.2.0.0/16"]
}
resource "aws_security_group" "a" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = EXPRESSION
  }
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('["10.1.0.0/16"]', {13}),
        ("local.a", {4, 2}),
        ("concat(local.b, local.a)", {4, 2}),
        ("flatten([local.b, [local.a]])", {4, 2, 13}),
        ("[for c in local.a : c if c != local.b[0]]", {4, 2, 13}),
        ("toset(local.a)", {4, 2}),
        ("true ? local.a : local.b", {4, 2}),
        ("sort(distinct(local.a))", {4, 2}),
        ("sensitive(local.a)", {4, 2}),
        ("[local.a[1]]", {13, 4, 2}),
        ("setsubtract(local.a, local.b)", set()),
        ("concat(local.a, local.a)", {4, 2}),
        ('[format("%s", local.a[1])]', {13}),
    ],
)
def test_elements_of_a_peer(tmp_path: Path, expression: str, expected: set[int]) -> None:
    (tmp_path / "main.tf").write_text(LISTS.replace("EXPRESSION", expression))
    rules = Reader(tmp_path, base=tmp_path).read(tmp_path).infrastructure.rules
    (found,) = [elements(rule) for rule in rules if rule.peer.value == "10.1.0.0/16"] or [()]
    assert {place.line for place in found} == expected
