"""Modules as their files state them: overrides, repeated and broken blocks, sources of calls."""

from __future__ import annotations

from pathlib import Path

from tests.terraform.evaluating import evaluate, troubles


def test_a_block_that_does_not_parse_loses_no_other(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  v = 1\n}\nresource "x_y" "b" {\n  v = = 2\n}\nresource "x_y" "c" {\n  v = 3\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert {a: i.attributes for a, i in instances.items() if i.attributes} == {"x_y.a": {"v": 1}, "x_y.c": {"v": 3}}
    assert [(what, line) for what, _, line in troubles(run)] == [("main.tf", 5)]
