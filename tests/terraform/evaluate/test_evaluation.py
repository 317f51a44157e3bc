"""Root modules evaluated: what the recorded plans cannot show, because Terraform would refuse or ask."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.evaluation import Evaluation
from sgwarden.terraform.modules.module import ModuleLoader
from sgwarden.terraform.modules.variables import VariableOptions
from tests.terraform.evaluating import evaluate, troubles


def test_required_variable_without_value_is_unknown_by_name(tmp_path: Path) -> None:
    code = 'variable "cidr" {\n  type = string\n}\nresource "x_y" "a" {\n  cidr = var.cidr\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert instances["x_y.a"].attributes == {"cidr": Unknown('variable "cidr" has no value', type="string")}
    assert run.missing == {"cidr": Location("main.tf", 1, 3)}
    assert troubles(run) == []


def test_a_trouble_is_remembered_once_and_a_file_that_was_read_is_reported(tmp_path: Path) -> None:
    read: list[Path] = []
    run = Evaluation(tmp_path, ModuleLoader(tmp_path), VariableOptions(), str, on_read=read.append)
    for reason in ("first", "second", "first"):
        run.trouble("x_y.a", reason, Location("main.tf", 1, 1))
    run.note(tmp_path / "a.txt")
    assert troubles(run) == [("x_y.a", "first", 1), ("x_y.a", "second", 1)]
    assert (run.reads, read) == ({tmp_path / "a.txt"}, [tmp_path / "a.txt"])
