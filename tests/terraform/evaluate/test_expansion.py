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


def test_a_count_of_a_million_is_bounded(tmp_path: Path) -> None:
    instances, _ = evaluate(tmp_path, 'resource "x_y" "a" {\n  count = 1000000\n}\n')
    reason = "count is 1000000, more than the 20000 that are evaluated"
    assert {address: i.may_exist for address, i in instances.items()} == {"x_y.a[?]": Unknown(reason, not_null=True)}


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
