"""The origins of a resource's attributes, by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from tests.terraform.evaluating import evaluate

CODE = """resource "x_y" "a" {
  list = ["a", "b"]
  block {
    port = local.port
  }
  long = [
    "first",
    "second",
  ]
}
locals {
  port = 22
}
"""


def test_paths_and_places(tmp_path: Path) -> None:
    origins = evaluate(tmp_path, CODE)[0]["x_y.a"].origins
    assert set(origins) == {("list",), ("block", 0), ("block", 0, "port"), ("long",)}
    assert len(origins) == 4
    assert ("list", 0) not in origins
    assert origins[("list",)] == Origin(Location("main.tf", 2, 2, 3, 20), '["a", "b"]')
    assert origins[("list", 1)] == origins[("list",)]
    assert origins[("block", 0)] == Origin(Location("main.tf", 3, 5, 3, 4))
    step = Step("local.port", "local", Location("main.tf", 12, 12))
    assert origins[("block", 0, "port")] == Origin(Location("main.tf", 4, 4, 5, 22), "local.port", (step,))
    assert origins[("long",)].expression == '[ "first", "second", ]'


def test_an_origin_is_made_once(tmp_path: Path) -> None:
    origins = evaluate(tmp_path, CODE)[0]["x_y.a"].origins
    assert origins[("list",)] is origins[("list",)]


@pytest.mark.parametrize("path", [(), ("other",), ("other", 0), ("block", 0, 1)])
def test_what_is_not_written_has_no_origin(tmp_path: Path, path: tuple[str | int, ...]) -> None:
    origins = evaluate(tmp_path, CODE)[0]["x_y.a"].origins
    with pytest.raises(KeyError):
        origins[path]


def test_a_long_expression_is_shortened(tmp_path: Path) -> None:
    text = "x" * 300
    [instance] = evaluate(tmp_path, f'resource "x_y" "a" {{\n  at = "{text}"\n}}\n')[0].values()
    assert instance.origins[("at",)].expression == f'"{text[:196]}...'
