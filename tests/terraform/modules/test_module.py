"""Modules as their files state them: overrides, repeated and broken blocks, sources of calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.terraform.modules.module import ModuleLoader, call_source
from sgwarden.terraform.syntax import ast
from tests.terraform.evaluating import evaluate, troubles, write


def test_a_block_that_does_not_parse_loses_no_other(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  v = 1\n}\nresource "x_y" "b" {\n  v = = 2\n}\nresource "x_y" "c" {\n  v = 3\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert {a: i.attributes for a, i in instances.items() if i.attributes} == {"x_y.a": {"v": 1}, "x_y.c": {"v": 3}}
    assert [(what, line) for what, _, line in troubles(run)] == [("main.tf", 5)]


def test_override_files_change_arguments_and_replace_nested_blocks(tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "x_y" "a" {\n  kept = 1\n  changed = 1\n  rule {\n    n = 1\n  }\n  other {\n    n = 1\n  }\n}\n',
        "override.tf": 'resource "x_y" "a" {\n  changed = 2\n  rule {\n    n = 2\n  }\n  rule {\n    n = 3\n  }\n}\n',
    }
    instances, run = evaluate(tmp_path, files)
    assert troubles(run) == []
    assert instances["x_y.a"].attributes == {
        "kept": 1,
        "changed": 2,
        "rule": ({"n": 2}, {"n": 3}),
        "other": ({"n": 1},),
    }
    declaration = run.loader.load(tmp_path).resources[("managed", "x_y", "a")]
    assert declaration.file_of(declaration.body.attributes["changed"]).name == "override.tf"
    assert declaration.file_of(declaration.body.attributes["kept"]).name == "main.tf"


def test_what_a_module_may_not_hold_is_unread(tmp_path: Path) -> None:
    code = 'variable "a" {}\nvariable "a" {}\nnonsense {}\nmoved {}\nlocals {\n  x = 1\n}\n'
    module = ModuleLoader(tmp_path).load(write(tmp_path, {"main.tf": code}))
    assert [(problem.line, problem.message) for problem in module.problems()] == [
        (2, "a is declared twice, first at main.tf:1"),
        (3, 'unsupported block type "nonsense"'),
    ]
    assert {name: attribute.expression for name, (_, attribute) in module.locals.items()} == {
        "x": ast.Literal((6, 7, 6, 8), 1)
    }


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ('source = "./a"', "./a"),
        ('# source = "./b"\n  source = "./a"', "./a"),
        ('source = "./${var.a}"', None),
        ("source = var.a", None),
        ("name = 1", None),
    ],
)
def test_sources_of_calls(tmp_path: Path, body: str, source: str | None) -> None:
    module = ModuleLoader(tmp_path).load(write(tmp_path, {"main.tf": f'module "m" {{\n  {body}\n}}\n'}))
    assert call_source(module.calls["m"]) == source


def test_actions_of_newer_versions_declare_nothing(tmp_path: Path) -> None:
    action = 'action "aws_lambda_invoke" "a" {\n  config {\n    function_name = "f"\n  }\n}\n'
    trigger = "  lifecycle {\n    action_trigger {\n      events  = [after_create]\n      actions = [action.aws_lambda_invoke.a]\n    }\n  }\n"
    (tmp_path / "main.tf").write_text(f'{action}resource "x_y" "a" {{\n{trigger}}}\n')
    module = ModuleLoader(tmp_path).load(tmp_path)
    assert list(module.resources) == [("managed", "x_y", "a")]
    assert list(module.problems()) == []
