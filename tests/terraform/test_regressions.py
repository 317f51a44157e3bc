"""What once went wrong on public code, each in its smallest form; terraform 1.11 gave the expected results."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.values import Unknown
from sgwarden.sources.hcl import Reader
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from tests.terraform.evaluating import evaluate, troubles, write


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


def test_broken_file_of_another_module_is_no_trouble_of_this_root(tmp_path: Path) -> None:
    files = {
        "good/main.tf": 'module "child" {\n  source = "../child"\n}\n',
        "child/main.tf": 'resource "x_y" "a" {\n  n = 1 +\n}\n',
        "broken/main.tf": "resource {\n",
    }
    reader = Reader(write(tmp_path, files), base=tmp_path)
    roots = [path.name for path in reader.discover(tmp_path).roots]
    found = {name: [t.what for t in reader.evaluate(tmp_path / name, lambda *_: True)[0].troubles] for name in roots}
    assert found == {"broken": ["broken/main.tf"], "good": ["child/main.tf"]}


def test_slice_of_an_unknown_list_has_the_length_that_was_asked_for(tmp_path: Path) -> None:
    code = """
data "x_zones" "all" {}
locals {
  zones = slice(data.x_zones.all.names, 1, 3)
}
resource "x_y" "a" {
  cidrs = [for i, zone in local.zones : cidrsubnet("10.0.0.0/16", 8, i)]
  count = length(local.zones)
  zone  = local.zones[count.index]
}
"""
    instances, run = evaluate(tmp_path, code)
    zone = Unknown("data.x_zones.all.names is read from AWS")
    cidrs = ("10.0.0.0/24", "10.0.1.0/24")
    assert {address: dict(instance.attributes) for address, instance in instances.items()} == {
        "x_y.a[0]": {"cidrs": cidrs, "zone": zone},
        "x_y.a[1]": {"cidrs": cidrs, "zone": zone},
    }
    assert troubles(run) == []


def test_an_ephemeral_variable_is_not_known_in_a_plan(tmp_path: Path) -> None:
    code = """
variable "token" {
  type      = string
  default   = "a"
  ephemeral = true
}
resource "x_y" "a" {
  null   = ephemeralasnull(var.token)
  parts  = ephemeralasnull({ token = var.token, size = 1 })
  chosen = var.token == "a" ? "yes" : "no"
}
"""
    instances, run = evaluate(tmp_path, code)
    reason = 'variable "token" is ephemeral'
    assert dict(instances["x_y.a"].attributes) == {
        "null": Unknown(reason, type="string"),
        "parts": {"token": Unknown(reason, type="string"), "size": 1},
        "chosen": Unknown(reason, type="string", not_null=True),
    }
    assert troubles(run) == []


def test_an_infinite_number_is_unknown_and_the_rest_of_its_document_known() -> None:
    assert evaluate_text('yamldecode("{ports: [22, .inf, -.Inf], name: .iNf, .inf: true}")') == {
        "ports": (
            22,
            Unknown("the number +Inf of a YAML document is infinite", type="number", not_null=True),
            Unknown("the number -Inf of a YAML document is infinite", type="number", not_null=True),
        ),
        "name": ".iNf",
        "+Inf": True,
    }


UNDECLARED = {
    "var.nope": 'Reference to undeclared input variable: an input variable with the name "nope" has not been declared.',
    "local.nope": 'Reference to undeclared local value: a local value with the name "nope" has not been declared.',
    "module.nope.x": 'Reference to undeclared module: no module call named "nope" is declared.',
    "x_y.nope.id": 'Reference to undeclared resource: "x_y.nope" has not been declared in this module.',
    "data.x_y.nope.id": 'Reference to undeclared resource: "data.x_y.nope" has not been declared in this module.',
    "nope": 'Invalid reference: "nope" must be followed by a resource name.',
    "path.nope": 'Invalid reference: "path" cannot be used here, or not in this way.',
}


@pytest.mark.parametrize(
    "wrapped", ["can(%s)", "try(%s, 1)", "true ? 1 : %s", "true || %s", "[for x in [1] : can(%s)]"]
)
@pytest.mark.parametrize("reference", UNDECLARED)
def test_a_reference_to_nothing_is_refused_wherever_it_stands(tmp_path: Path, wrapped: str, reference: str) -> None:
    instances, run = evaluate(tmp_path, f'resource "x_y" "a" {{\n  n = {wrapped % reference}\n}}\n')
    reason = UNDECLARED[reference]
    assert instances["x_y.a"].attributes["n"] == Unknown(f"n cannot be evaluated: {reason}")
    assert troubles(run) == [("x_y.a: n", reason, 2)]


def test_a_missing_attribute_of_something_declared_is_an_error_that_can_be_caught(tmp_path: Path) -> None:
    files = {
        "main.tf": """
module "m" {
  source = "./m"
}
variable "v" {
  type    = object({ a = string })
  default = { a = "x" }
}
locals {
  o = { a = 1 }
}
resource "x_y" "a" {
  caught = [can(module.m.nope), can(var.v.b), can(local.o.b), can([for x in [1] : x.y]), can(nope(1))]
  tried  = try(module.m.nope, "default")
  unused = true ? 1 : module.m.nope
}
""",
        "m/main.tf": 'output "o" {\n  value = 1\n}\n',
    }
    instances, run = evaluate(tmp_path, files)
    assert dict(instances["x_y.a"].attributes) == {"caught": (False,) * 5, "tried": "default", "unused": 1}
    assert troubles(run) == []


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("${a}-${b}", "1,8-9"),
        ("${can(b)}", "1,7-8"),
        ("%{for x in []}${b.c}%{endfor}", "1,17-18"),
        ("a\n${try(b, 1)}", "2,7-8"),
        ("${true ? a : b[0]}", "1,14-15"),
    ],
)
def test_a_template_refers_to_its_variables_alone(tmp_path: Path, template: str, place: str) -> None:
    (tmp_path / "a.tpl").write_text(template)
    with pytest.raises(EvaluationError) as caught:
        evaluate_text('templatefile("a.tpl", { a = "A" })', {}, tmp_path)
    wanted = f'Invalid value for "vars" parameter: vars map does not contain key "b", referenced at a.tpl:{place}.'
    assert str(caught.value) == wanted
    assert evaluate_text('try(templatefile("a.tpl", {}), "caught")', {}, tmp_path) == "caught"


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


SIDES = "Inconsistent conditional result types: the true and false result expressions must have consistent types. "


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            '[for x in "a" : x]',
            "Iteration over non-iterable value: a value of type string cannot be used as the collection in a 'for'"
            " expression.",
        ),
        (
            "[for x in null : x]",
            "Iteration over null value: a null value cannot be used as the collection in a 'for' expression.",
        ),
        ("[for x in [1] : x if null]", "Condition is null: the value of the 'if' clause must not be null."),
        (
            '[for x in [1] : x if "no"]',
            "Invalid 'for' condition: the 'if' clause value is invalid: a bool is required.",
        ),
        ("[for x in [1] : x if []]", "Invalid 'for' condition: the 'if' clause value is invalid: bool required."),
        (
            "{for x in [1] : null => x}",
            "Invalid object key: key expression in 'for' expression must not produce a null value.",
        ),
        (
            "{for x in [1] : [] => x}",
            "Invalid object key: the key expression produced an invalid result: string required.",
        ),
        (
            "{for x in [1, 1] : x => x}",
            "Duplicate object key: two different items produced the key \"1\" in this 'for' expression. If duplicates"
            " are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
        ),
        (
            "null ? 1 : 2",
            "Null condition: the condition value is null. Conditions must either be true or false.",
        ),
        ("5 ? 1 : 2", "Incorrect condition type: the condition expression must be of type bool."),
        ('true ? "a" : ["b"]', SIDES + "The 'true' value is string, but the 'false' value is tuple."),
        ('false ? "a" : ["b"]', SIDES + "The 'true' value is string, but the 'false' value is tuple."),
        (
            "true ? {a = 1} : {b = []}",
            SIDES + "The 'true' value includes object attribute \"a\", which is absent in the 'false' value.",
        ),
        (
            "true ? {a = 1} : {a = 1, b = []}",
            SIDES + "The 'false' value includes object attribute \"b\", which is absent in the 'true' value.",
        ),
        (
            "true ? {a = {b = 1}} : {a = {b = []}}",
            SIDES
            + 'Type mismatch for object attribute "a": Type mismatch for object attribute "b": The \'true\' value is'
            " number, but the 'false' value is tuple.",
        ),
        (
            'true ? ["a"] : ["a", {}]',
            SIDES + "The 'true' tuple has length 1, but the 'false' tuple has length 2.",
        ),
        (
            "true ? [{}] : [[]]",
            SIDES + "Type mismatch for tuple element 0: The 'true' value is object, but the 'false' value is tuple.",
        ),
        (
            "true ? tolist([{a = 1}]) : tolist([{b = []}])",
            SIDES
            + "Mismatched list element types: The 'true' value includes object attribute \"a\", which is absent in"
            " the 'false' value.",
        ),
        (
            "true ? tolist([1]) : toset([[]])",
            SIDES + "The 'true' value is list of number, but the 'false' value is set of tuple.",
        ),
        ("1 + null", "Operation failed: error during operation: argument must not be null."),
        ('1 + "a"', "Invalid operand: unsuitable value for right operand: a number is required."),
        ('!"a"', "Invalid operand: unsuitable value for unary operand: a bool is required."),
    ],
)
def test_errors_are_worded_as_terraform_words_them(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate_text(expression)
    assert str(caught.value) == message
