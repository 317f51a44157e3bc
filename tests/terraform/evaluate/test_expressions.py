"""Expressions as a whole: what is sensitive stays so, and what Terraform says of every kind of syntax."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.values import Sensitive
from tests.terraform.evaluating import evaluate, troubles
from tests.terraform.truth import failures


def test_sensitive_values_stay_marked(tmp_path: Path) -> None:
    code = """
variable "secret" {
  sensitive = true
  default   = ["10.0.0.0/8"]
}
resource "x_y" "a" {
  first = var.secret[0]
  text  = "<${var.secret[0]}>"
  count_of = length(var.secret)
  list = [for s in var.secret : s]
  pair = { open = "x", hidden = var.secret }
}
"""
    instances, run = evaluate(tmp_path, code)
    assert troubles(run) == []
    assert instances["x_y.a"].attributes == {
        "first": Sensitive("10.0.0.0/8"),
        "text": Sensitive("<10.0.0.0/8>"),
        "count_of": Sensitive(1),
        "list": Sensitive(("10.0.0.0/8",)),
        "pair": {"open": "x", "hidden": Sensitive(("10.0.0.0/8",))},
    }


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("syntax") == []
