"""try and can, which take their arguments unevaluated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
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


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("max([1, 3, 2]...)", 3),
        ("max(4, toset([1, 3])...)", 4),
        ("max(secret...)", Sensitive(2)),
        ("max(unknown...)", Unknown("?")),
        ("core::max(1, 2)", 2),
        ("try([][0], {}.a, 3)", 3),
        ("try(unknown, 1)", Unknown("?")),
        ("try([unknown, 1], 2)", Unknown("?")),
        ("can({}.a)", False),
        ("can(unknown)", Unknown("?", type="bool")),
    ],
)
def test_calls(expression: str, result: Any) -> None:
    assert evaluate_text(expression, {"secret": Sensitive((1, 2)), "unknown": Unknown("?")}) == result


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("max(null...)", "Invalid expanding argument value: the expanding argument must not be null."),
        ("max({}...)", "Invalid expanding argument value: it must be of a tuple, list or set type."),
        ("try()", "at least one argument is required"),
        (
            "try([][0])",
            "no expression succeeded: Invalid index: the given index does not identify an element in this collection"
            " value.",
        ),
        ("can()", "can takes exactly one argument"),
    ],
)
def test_wrong_calls(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate_text(expression)
    assert str(caught.value) == message
