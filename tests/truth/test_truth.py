"""Every recorded root module: what we evaluate from code is what terraform planned and applied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.state import read_state
from tests.truth.compare import compare_plan, compare_rules, groups_of, planned_changes
from tests.truth.evaluated import declared_rules, evaluate, model, model_of
from tests.truth.real_terraform import Case, all_cases

pytestmark = pytest.mark.truth

CASES = all_cases()
APPLIED = [case for case in CASES if case.apply]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_applied = pytest.mark.parametrize("case", APPLIED, ids=lambda case: case.name)


def recorded(case: Case) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((case.directory / "plan.json").read_text("utf-8"))
    return document


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(CASES) >= 70
    assert len(APPLIED) >= 20
    assert len([case for case in CASES if case.live]) >= 10


@each_case
def test_evaluation_equals_the_plan(case: Case) -> None:
    instances, troubles = evaluate(case)

    assert compare_plan(instances, recorded(case), case) == []
    assert troubles == ()


@each_case
def test_model_of_code_equals_model_of_the_plan(case: Case) -> None:
    instances, _ = evaluate(case)
    reading = read_plan((case.directory / "plan.json").read_bytes(), "plan.json")
    code, plan = model(instances), model_of("plan", reading.instances)

    differences = compare_rules(
        code.rules, plan.rules, ours_open=bool(case.undecided), theirs_open=bool(case.known), plan=True
    )

    assert differences == []
    assert groups_of(code.security_groups) == groups_of(plan.security_groups)
    assert [entry.address for entry in code.prefix_lists] == [entry.address for entry in plan.prefix_lists]
    assert code.skipped == plan.skipped == ()


@each_applied
def test_model_of_code_equals_model_of_the_state(case: Case) -> None:
    instances, _ = evaluate(case)
    reading = read_state((case.directory / "state.json").read_bytes(), "state.json")
    code, state = model(instances), model_of("state", reading.instances)

    assert compare_rules(code.rules, declared_rules(code, state), ours_open=True) == []
    assert [group.address for group in code.security_groups] == [group.address for group in state.security_groups]


@each_applied
def test_regions_known_from_code_are_where_terraform_built(case: Case) -> None:
    state = json.loads((case.directory / "state.json").read_text("utf-8"))
    built = {
        (resource.get("module", ""), resource["type"], resource["name"]): instance["attributes"]["arn"].split(":")[3]
        for resource in state["resources"]
        if resource["mode"] == "managed" and resource["type"] in ("aws_security_group", "aws_default_security_group")
        for instance in resource["instances"]
    }
    instances, _ = evaluate(case)

    wrong = [
        f"{instance.address}: built in {region}, we say {instance.region}"
        for instance in instances
        if isinstance(instance.region, str)
        and (
            region := built.get(
                (instance.module_path[-1] if instance.module_path else "", instance.type, instance.name)
            )
        )
        and region != instance.region
    ]

    assert wrong == []


@pytest.mark.parametrize("change", ["address", "value", "unknown", "extra"])
def test_comparison_notices(change: str) -> None:
    """The comparison itself: one change in a recorded plan is one difference."""
    case = next(case for case in CASES if case.name == "inline_basic")
    plan = recorded(case)
    group = planned_changes(plan)["aws_security_group.web"]
    if change == "address":
        group["address"] = "aws_security_group.other"
    elif change == "value":
        group["change"]["after"]["ingress"][0]["cidr_blocks"] = ["0.0.0.0/1"]
    elif change == "unknown":
        group["change"]["after_unknown"]["name"] = True
    else:
        plan["resource_changes"].append({**group, "address": "aws_security_group.web2"})

    differences = compare_plan(evaluate(case)[0], plan, case)

    assert len(differences) == (2 if change == "address" else 1), differences
