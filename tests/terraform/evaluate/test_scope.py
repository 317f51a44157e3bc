"""The bound on loops, and objects whose attributes are computed on first use."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from tests.terraform.evaluating import evaluate, troubles


def test_nested_loops_are_bounded(tmp_path: Path) -> None:
    loop = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]"
    instances, run = evaluate(tmp_path, f'resource "x_y" "a" {{\n  v = length({loop})\n}}\n')
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert troubles(run) == [("x_y.a: v", "evaluation takes more than 3000000 steps", 2)]
