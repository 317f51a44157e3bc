"""Resources: attributes as a plan would know them, and errors that lose one attribute alone."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from tests.terraform.evaluating import evaluate, troubles


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


def test_text_attributes_are_known_to_be_texts(tmp_path: Path) -> None:
    code = """
resource "aws_eip" "a" {}
resource "x_y" "a" {
  pairs = formatlist("%s:%s", aws_eip.a.public_ip, ["a", "b", "c"])
  leaf  = [for x in flatten([aws_eip.a.public_ip, ["b"]]) : 1]
}
"""
    instances, run = evaluate(tmp_path, code)
    address = Unknown("aws_eip.a.public_ip is known only after apply", "aws_eip.a", "public_ip", "string")
    assert dict(instances["x_y.a"].attributes) == {
        "pairs": tuple(
            Unknown(address.reason, type="string", not_null=True, parts=(address, f":{name}")) for name in "abc"
        ),
        "leaf": (1, 1),
    }
    assert troubles(run) == []


def test_inline_rules_read_back_are_a_set(tmp_path: Path) -> None:
    code = """
resource "x_y" "u" {}
resource "aws_security_group" "a" {
  ingress {
    from_port   = "80"
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port       = 22
    to_port         = 22
    protocol        = "tcp"
    security_groups = ["sg-1"]
  }
}
resource "aws_security_group" "attribute" {
  ingress = [{
    from_port        = 22
    to_port          = "22"
    protocol         = "tcp"
    cidr_blocks      = ["10.0.0.0/8"]
    description      = null
    ipv6_cidr_blocks = null
    prefix_list_ids  = null
    security_groups  = null
    self             = null
  }]
}
resource "aws_security_group" "dynamic" {
  dynamic "ingress" {
    for_each = x_y.u.list
    content {
      from_port = 22
    }
  }
}
resource "x_y" "a" {
  same    = [for k, v in aws_security_group.a.ingress : k == v]
  ports   = [for k, v in aws_security_group.a.ingress : v.from_port]
  splat   = aws_security_group.a.ingress[*].protocol
  one     = one(aws_security_group.attribute.ingress)
  dynamic = length(aws_security_group.dynamic.ingress)
  index   = aws_security_group.a.ingress[0]
  unknown = aws_security_group.a.egress[0]
}
"""
    instances, run = evaluate(tmp_path, code)
    refused = (
        "Invalid index: elements of a set are identified only by their value and don't have any separate index or key"
        " to select with, so it's only possible to perform operations across all elements of the set."
    )
    assert dict(instances["x_y.a"].attributes) == {
        "same": (True, True),
        "ports": (80, 22),
        "splat": ("tcp", "tcp"),
        "one": {
            "cidr_blocks": ("10.0.0.0/8",),
            "description": "",
            "from_port": 22,
            "ipv6_cidr_blocks": (),
            "prefix_list_ids": (),
            "protocol": "tcp",
            "security_groups": (),
            "self": False,
            "to_port": 22,
        },
        "dynamic": Unknown("x_y.u.list is known only after apply", type="number", not_null=True),
        "index": Unknown(f"index cannot be evaluated: {refused}"),
        "unknown": Unknown(f"unknown cannot be evaluated: {refused}"),
    }
    assert troubles(run) == [("x_y.a: index", refused, 44), ("x_y.a: unknown", refused, 45)]
