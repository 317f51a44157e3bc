"""Plans some of the recorded root modules again, with the real terraform and AWS provider."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.truth.compare import compare_plan
from tests.truth.evaluated import evaluate
from tests.truth.real_terraform import Case, Workspace, all_cases, reset_moto, trim_plan

LIVE = [case for case in all_cases() if case.live]


@pytest.mark.parametrize("case", LIVE, ids=lambda case: case.name)
def test_evaluation_equals_a_fresh_plan(case: Case, moto: str, tmp_path: Path) -> None:
    reset_moto(moto)
    plan = trim_plan(Workspace(case, tmp_path, moto).plan())
    recorded = json.loads((case.directory / "plan.json").read_text("utf-8"))

    assert compare_plan(evaluate(case)[0], plan, case) == []
    if plan["terraform_version"] == recorded["terraform_version"]:
        assert plan["planned_values"] == recorded["planned_values"]
