"""Instances of count and for_each, known and unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.expansion import suffix
from tests.terraform.evaluating import evaluate, troubles


def test_unknown_count_gives_one_instance_that_may_exist(tmp_path: Path) -> None:
    code = 'variable "n" {}\nresource "x_y" "a" {\n  count = var.n\n  i = count.index\n}\nresource "x_y" "b" {\n  of = x_y.a[0].id\n}\n'
    instances, _ = evaluate(tmp_path, code)
    reason = 'variable "n" has no value'
    assert list(instances) == ["x_y.a[?]", "x_y.b"]
    assert instances["x_y.a[?]"].may_exist == Unknown(reason, not_null=True)
    assert instances["x_y.a[?]"].attributes == {"i": Unknown(reason)}
    of = instances["x_y.b"].attributes["of"]
    assert (of.address, of.attribute) == ("x_y.a[?]", "id")


@pytest.mark.parametrize(
    ("argument", "what"),
    [
        ("count = 1000000", "count is 1000000: the 999900 after the first 100 are judged as one"),
        (
            "for_each = toset([for n in range(1000) : tostring(n)])",
            "for_each has 1000 elements: the 900 after the first 100 are judged as one",
        ),
    ],
)
def test_of_very_many_instances_the_first_are_evaluated_and_one_for_the_others(
    tmp_path: Path, argument: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sgwarden.terraform.evaluate.expansion.MAX_INSTANCES", 500)
    code = f'resource "x_y" "a" {{\n  {argument}\n  p = 22\n}}\nresource "x_y" "b" {{\n  n = length(x_y.a)\n}}\n'
    instances, run = evaluate(tmp_path, code)
    assert len(instances) == 102
    assert "x_y.a[?]" in instances
    assert all(i.attributes == {"p": 22} and i.may_exist is None for i in instances.values() if i.name == "a")
    assert isinstance(instances["x_y.b"].attributes["n"], Unknown)
    assert troubles(run) == [("x_y.a", what, 2)]


def test_what_is_not_enabled_is_not_there(tmp_path: Path) -> None:
    files = {
        "main.tofu": """
variable "on" {}
resource "x_y" "a" {
  lifecycle {
    enabled = false
  }
}
resource "x_y" "b" {
  lifecycle {
    enabled = true
  }
  of = x_y.a
}
resource "x_y" "c" {
  lifecycle {
    enabled = var.on
  }
}
module "off" {
  source = "./m"
  lifecycle {
    enabled = 1 == 2
  }
}
module "on" {
  source = "./m"
  lifecycle {
    enabled = "true"
  }
  of = module.off
}
""",
        "m/main.tofu": 'variable "of" {\n  default = 1\n}\nresource "x_y" "d" {\n  of = var.of\n}\n',
    }
    instances, run = evaluate(tmp_path, files)
    assert {address: i.may_exist is not None for address, i in instances.items()} == {
        "x_y.b": False,
        "x_y.c[?]": True,
        "module.on.x_y.d": False,
    }
    assert instances["x_y.b"].attributes["of"] is None
    assert instances["module.on.x_y.d"].attributes == {"of": None}
    assert troubles(run) == []


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("count = -1", 'Invalid count argument: the given "count" value must be a whole number, not negative.'),
        ("count = null", 'Invalid count argument: the given "count" argument value is null.'),
        ("count = sensitive(1)", "Invalid count argument: sensitive values cannot be used."),
        ("for_each = null", 'Invalid for_each argument: the given "for_each" argument value is null.'),
        ("for_each = [1]", 'Invalid for_each argument: the "for_each" argument must be a map, or set of strings.'),
        (
            "for_each = toset([1])",
            'Invalid for_each set argument: "for_each" supports maps and sets of strings, but you have provided'
            " a set containing another type.",
        ),
    ],
)
def test_what_terraform_refuses_may_exist(tmp_path: Path, argument: str, reason: str) -> None:
    instances, run = evaluate(tmp_path, f'resource "x_y" "a" {{\n  {argument}\n}}\n')
    assert {address: i.may_exist for address, i in instances.items()} == {
        "x_y.a[?]": Unknown(f"x_y.a: {reason}", not_null=True)
    }
    assert troubles(run) == [("x_y.a", reason, 2)]


@pytest.mark.parametrize(
    ("key", "shown"),
    [(None, ""), (0, "[0]"), ("a", '["a"]'), ('q"\n${x}', '["q\\"\\n$${x}"]'), (Unknown("?"), "[?]")],
)
def test_instance_keys_in_addresses(key: Any, shown: str) -> None:
    assert suffix(key) == shown
