"""try and can, which take their arguments unevaluated."""

from __future__ import annotations

from pathlib import Path

from tests.terraform.evaluating import evaluate, troubles


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
