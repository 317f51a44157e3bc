"""Instances of count and for_each, known and unknown."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from tests.terraform.evaluating import evaluate


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
