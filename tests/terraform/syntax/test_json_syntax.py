"""Terraform's JSON syntax gives the nodes of its native twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.terraform.syntax.ast import Attribute, Block, Body, Literal, Problem
from sgwarden.terraform.syntax.parse import read_attributes, read_file
from sgwarden.terraform.syntax.relocate import with_span

S = (0, 0, 0, 0)


def bare_body(body: Body) -> Body:
    attributes = {
        name: Attribute(S, name, with_span(item.expression, S)) for name, item in sorted(body.attributes.items())
    }
    return Body(attributes, tuple(bare_block(block) for block in body.blocks))


def bare_block(block: Block) -> Block:
    return Block(S, block.type, block.labels, bare_body(block.body))


def blocks(name: str, source: str) -> list[Block]:
    found = read_file(Path(name), source)
    assert found.problems == []
    made = []
    for stub in found.blocks:
        assert stub.problem is None and stub.block is not None
        made.append(bare_block(stub.block))
    return made


TWINS = {
    "resource": (
        """
        { "//": "a comment", "resource": { "aws_security_group": { "main": {
            "//": ["another"],
            "name": "sg-${var.name}", "count": 2, "enabled": true, "none": null, "price": -1.5,
            "ingress": [{ "from_port": 22, "cidr_blocks": ["${local.cidr}", "10.0.0.0/8"] }],
            "tags": { "Name": "x", "${var.key}": "y" },
            "depends_on": ["aws_vpc.main", "module.a"],
            "provider": "aws.west",
            "lifecycle": { "ignore_changes": ["tags"], "precondition": [{ "condition": "${var.ok}", "error_message": "no" }] },
            "provisioner": [{ "local-exec": { "command": "true" } }, { "local-exec": { "command": "false" } }]
        } } } }
        """,
        """
        resource "aws_security_group" "main" {
          name    = "sg-${var.name}"
          count   = 2
          enabled = true
          none    = null
          price   = -1.5
          ingress = [{ "from_port" = 22, "cidr_blocks" = ["${local.cidr}", "10.0.0.0/8"] }]
          tags    = { "Name" = "x", "${var.key}" = "y" }
          depends_on = [aws_vpc.main, module.a]
          provider   = aws.west
          lifecycle {
            ignore_changes = [tags]
            precondition {
              condition     = "${var.ok}"
              error_message = "no"
            }
          }
          provisioner "local-exec" {
            command = "true"
          }
          provisioner "local-exec" {
            command = "false"
          }
        }
        """,
    ),
    "dynamic": (
        """
        { "resource": { "a": { "b": { "dynamic": { "ingress": {
            "for_each": "${var.rules}", "iterator": "it", "content": { "port": "${it.value}" } } } } } } }
        """,
        """
        resource "a" "b" {
          dynamic "ingress" {
            for_each = "${var.rules}"
            iterator = "it"
            content {
              port = "${it.value}"
            }
          }
        }
        """,
    ),
    "variable": (
        """
        { "variable": { "v": { "type": "map(object({ a = optional(string, \\"x\\") }))", "default": { "k": "$${x}" },
            "validation": { "condition": "${length(var.v) > 0}", "error_message": "empty" } } } }
        """,
        """
        variable "v" {
          type    = map(object({ a = optional(string, "x") }))
          default = { "k" = "$$${x}" }
          validation {
            condition     = "${length(var.v) > 0}"
            error_message = "empty"
          }
        }
        """,
    ),
    "lists of blocks": (
        '{ "locals": [{ "a": 1 }, { "b": "${local.a}" }], "output": [{ "x": { "value": 1 } }, { "y": { "value": 2 } }] }',
        'locals {\na = 1\n}\nlocals {\nb = "${local.a}"\n}\noutput "x" {\nvalue = 1\n}\noutput "y" {\nvalue = 2\n}',
    ),
    "repeated keys": (
        '{ "resource": { "a": { "b": { "c": 1 } } }, "resource": { "a": { "d": [{ "c": 2 }] } } }',
        'resource "a" "b" {\nc = 1\n}\nresource "a" "d" {\nc = 2\n}',
    ),
    "module and provider": (
        """
        { "module": { "m": { "source": "./m", "providers": { "aws": "aws.west", "aws.x": "aws" }, "for_each": {} } },
          "provider": { "aws": [{ "region": "a" }, { "alias": "west", "assume_role": { "role_arn": "r" } }] } }
        """,
        """
        module "m" {
          source = "./m"
          providers = { aws = aws.west, aws.x = aws }
          for_each = {}
        }
        provider "aws" {
          region = "a"
        }
        provider "aws" {
          alias = "west"
          assume_role = { "role_arn" = "r" }
        }
        """,
    ),
    "terraform": (
        """
        { "terraform": { "required_version": ">= 1.0", "backend": { "s3": { "bucket": "b" } },
            "required_providers": { "aws": { "source": "hashicorp/aws" } } },
          "moved": { "from": "a.b", "to": "a.c[0]" },
          "check": { "c": { "assert": { "condition": "${true}", "error_message": "m" } } } }
        """,
        """
        terraform {
          required_version = ">= 1.0"
          backend "s3" {
            bucket = "b"
          }
          required_providers {
            aws = { "source" = "hashicorp/aws" }
          }
        }
        moved {
          from = a.b
          to   = a.c[0]
        }
        check "c" {
          assert {
            condition     = "${true}"
            error_message = "m"
          }
        }
        """,
    ),
}


@pytest.mark.parametrize(("json_source", "native"), TWINS.values(), ids=TWINS.keys())
def test_json_equals_its_native_twin(json_source: str, native: str) -> None:
    assert blocks("x.tf.json", json_source) == blocks("x.tf", native)


def test_places() -> None:
    found = read_file(
        Path("x.tofu.json"), '{\n  "resource": {\n    "a": {\n      "b": {\n        "c": "d"\n      }\n    }\n  }\n}'
    )
    (stub,) = found.blocks
    assert stub.body is not None
    assert (stub.span, stub.text) == ((4, 7, 6, 8), '"b": {\n        "c": "d"\n      }')
    assert stub.body.attributes["c"] == Attribute((5, 9, 5, 17), "c", Literal((5, 14, 5, 17), "d"))


def test_what_is_wrong_is_told_with_its_place_and_loses_nothing_else() -> None:
    found = read_file(
        Path("x.tf.json"),
        '{\n"output": {"a": {"value": "${1 +}"}, "b": {"value": 1}},\n"stray": 1,\n"module": {"m": 5}\n}',
    )
    assert [stub.labels for stub in found.blocks] == [("b",)]
    assert found.problems == [
        Problem(2, 27, "in this string: unexpected '}'"),
        Problem(3, 1, "unknown top-level property 'stray'"),
        Problem(4, 17, "an object was expected for 'module'"),
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("", Problem(1, 1, "unexpected end of file")),
        ("[1]", Problem(1, 2, "an object was expected")),
        ('{"a" 1}', Problem(1, 6, "':' was expected")),
        ('{"locals": {"a": 1,}}', Problem(1, 20, "a property name in double quotes was expected")),
        ('{"locals": {"a": [1 2]}}', Problem(1, 21, "',' or ']' was expected")),
        ('{"locals": {"a": "x\n"}}', Problem(1, 20, "Invalid control character at")),
        ("{} x", Problem(1, 4, "nothing may follow the JSON value")),
        ('{"locals": {"a": 1, "a": 2}}', Problem(1, 21, "property 'a' is set twice")),
    ],
)
def test_broken_json(source: str, problem: Problem) -> None:
    found = read_file(Path("x.tf.json"), source)
    assert (found.blocks, found.problems) == ([], [problem])


def test_variable_files() -> None:
    values, problems = read_attributes(Path("x.tfvars.json"), '{"a": 1, "b": ["x", null]}')
    assert problems == []
    twin, _ = read_attributes(Path("x.tfvars"), 'a = 1\nb = ["x", null]\n')
    assert bare_body(Body(values)) == bare_body(Body(twin))
    assert read_attributes(Path("x.tfvars.json"), "{") == (
        {},
        [Problem(1, 2, "a property name in double quotes was expected")],
    )
