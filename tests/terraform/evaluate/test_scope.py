"""The bound on loops, and objects whose attributes are computed on first use."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.scope import LazyObject
from tests.terraform.evaluating import evaluate, troubles


def test_nested_loops_are_bounded(tmp_path: Path) -> None:
    loop = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]"
    instances, run = evaluate(tmp_path, f'resource "x_y" "a" {{\n  v = length({loop})\n}}\n')
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert troubles(run) == [("x_y.a: v", "evaluation takes more than 3000000 steps", 2)]


def test_attributes_of_a_lazy_object_are_computed_once_and_on_first_use() -> None:
    computed: list[str] = []

    def compute(name: str) -> str:
        computed.append(name)
        return name.upper()

    lazy = LazyObject(("b", "a"), compute)
    assert (len(lazy), list(lazy), "a" in lazy, "c" in lazy, computed) == (2, ["a", "b"], True, False, [])
    assert (lazy["a"], lazy["a"], lazy.get("c", 0), computed) == ("A", "A", 0, ["a"])
    assert (lazy == {"a": "A", "b": "B"}, computed) == (True, ["a", "b"])


def test_an_open_lazy_object_has_any_attribute() -> None:
    lazy = LazyObject(("a",), lambda name: name.upper(), open=True)
    assert ("z" in lazy, lazy["z"], list(lazy)) == (True, "Z", ["a"])
