"""Variables, locals, outputs and resources as references find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.values import Unknown
from tests.terraform.evaluating import evaluate, troubles


@pytest.mark.parametrize(
    "expression",
    [
        "x_y.a.id",
        "local.through",
        "one(x_y.many[*].id)",
        "try(x_y.a.id, null)",
        'try(x_y.many[0].id, "")',
        'concat(x_y.many[*].id, [""])[0]',
        'element(concat(x_y.many.*.id, [""]), 0)',
        'join("", x_y.many.*.id)',
        'coalesce(x_y.a.id, "")',
        "true ? x_y.a.id : null",
        "{ for k, v in { a = x_y.a } : k => v.id }.a",
        "[for v in [x_y.a] : v.id][0]",
        'lookup({ a = x_y.a.id }, "a", null)',
        "module.inner.id",
        "module.inner.whole.id",
        "values({ a = x_y.a })[0].id",
        '"${x_y.a.id}"',
        "compact([x_y.a.id])[0]",
        "tolist(toset([x_y.a.id]))[0]",
        "flatten([[x_y.a.id]])[0]",
    ],
)
def test_a_reference_survives_on_its_way(tmp_path: Path, expression: str) -> None:
    code = f"""
resource "x_y" "a" {{}}
resource "x_y" "many" {{
  count = 1
}}
locals {{
  through = x_y.a.id
}}
module "inner" {{
  source = "./inner"
  id     = x_y.a.id
  whole  = x_y.a
}}
resource "x_y" "b" {{
  of = {expression}
}}
"""
    inner = """
variable "id" { type = string }
variable "whole" { type = object({ id = string }) }
output "id" { value = var.id }
output "whole" { value = var.whole }
"""
    instances, run = evaluate(tmp_path, {"main.tf": code, "inner/main.tf": inner})
    assert troubles(run) == []
    of = instances["x_y.b"].attributes["of"]
    assert isinstance(of, Unknown)
    assert of.attribute == "id"
    assert of.address in ("x_y.a", "x_y.many[0]")


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("locals {\n  a = local.b\n  b = local.a\n}\n", "local.a"),
        ('locals {\n  a = x_y.r.v\n}\nresource "x_y" "r" {\n  v = local.a\n}\n', "local.a"),
    ],
    ids=["locals", "through a resource"],
)
def test_circular_references_end(tmp_path: Path, code: str, what: str) -> None:
    instances, run = evaluate(tmp_path, code + f'resource "x_y" "a" {{\n  v = {what}\n}}\n')
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert any("refers to itself" in reason for _, reason, _ in troubles(run))


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
    resource = reference.removesuffix(".id") if "undeclared resource" in reason else None
    assert instances["x_y.a"].attributes["n"] == Unknown(f"n cannot be evaluated: {reason}", undeclared=resource)
    assert troubles(run) == [("x_y.a: n", reason, 2)]
