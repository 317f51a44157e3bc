"""Plans: what an unknown value stands for, what is declared, formats, actions, places in code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgwarden.errors import InputError
from sgwarden.model.values import Sensitive
from sgwarden.sources.plan.read_plan import _hint, read_plan
from tests.sources.plan.plans import DB, WEB, change, configured, document, instances

CASES = Path(__file__).parents[3] / "fixtures" / "sources"


def test_computed_values_are_no_declarations() -> None:
    found = instances(document([WEB], [configured("aws_security_group.web", name="web")]))["aws_security_group.web"]
    assert (found.declared, dict(found.attributes)) == (frozenset({"name"}), {"name": "web"})


def test_dynamic_blocks_are_declarations_though_the_configuration_leaves_them_out() -> None:
    block = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"], "self": None}
    made = change("aws_security_group.web", {"name": "web", "ingress": [block]}, {"id": True})
    found = instances(document([made], [configured("aws_security_group.web", name="web")]))["aws_security_group.web"]
    assert found.declared == frozenset({"name", "ingress"})
    assert found.attributes["ingress"] == (
        {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ("0.0.0.0/0",)},
    )


def test_sensitive_marks() -> None:
    block = {"protocol": "tcp", "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]}
    marks = {"ingress": [{"cidr_blocks": [False, True]}], "tags": True}
    made = change("aws_security_group.web", {"ingress": [block], "tags": {"a": "b"}}, after_sensitive=marks)
    found = instances(document([made]))["aws_security_group.web"].attributes
    assert found["ingress"][0]["cidr_blocks"] == ("10.0.0.0/8", Sensitive("0.0.0.0/0"))
    assert found["tags"] == Sensitive({"a": "b"})


def test_actions_deletions_and_deposed_objects() -> None:
    changes = [
        change("aws_security_group.kept", {"name": "kept"}, actions=["no-op"]),
        change("aws_security_group.made", {"name": "made"}, actions=["delete", "create"]),
        change("aws_security_group.gone", None, actions=["delete"], before={"name": "gone"}),
        {**change("aws_security_group.made", None, actions=["delete"]), "deposed": "0f1e2d3c"},
        change("aws_vpc.main", {}, actions=["update"]),
    ]
    reading = read_plan(document(changes), "plan.json")
    assert [(item.address, item.actions) for item in reading.instances] == [
        ("aws_security_group.kept", ("no-op",)),
        ("aws_security_group.made", ("delete", "create")),
    ]
    assert [(item.address, item.status, dict(item.attributes)) for item in reading.deleted] == [
        ("aws_security_group.gone", "", {"name": "gone"}),
        ("aws_security_group.made (deposed 0f1e2d3c)", "deposed", {}),
    ]
    assert reading.resources_seen == 3
    assert list(instances(document(changes), changed_only=True)) == ["aws_security_group.made"]


def test_resources_that_target_left_out() -> None:
    shown_resource = {
        "address": 'module.a["x.y"].aws_security_group.old[0]', "mode": "managed", "type": "aws_security_group",
        "name": "old", "index": 0, "values": {"id": "sg-1", "name": "old", "tags": None},
    }  # fmt: skip
    values = {"root_module": {"child_modules": [{"address": 'module.a["x.y"]', "resources": [shown_resource]}]}}
    reading = read_plan(document([WEB], planned_values=values, complete=False), "plan.json")
    old = reading.instances[1]
    assert (old.address, old.module_path, old.actions) == (shown_resource["address"], ('module.a["x.y"]',), ("no-op",))
    assert dict(old.attributes) == {"id": "sg-1", "name": "old"}
    assert [(item.what, item.complete) for item in reading.skipped] == [("plan.json", False)]


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({"complete": False, "errored": True}, [("plan.json", "error")]),
        ({"complete": False}, [("plan.json", "-target")]),
        ({"complete": True}, []),
        ({}, [("aws_security_group.left", "-target"), ("module.m.aws_security_group.in", "-target")]),
    ],
)
def test_a_plan_that_is_not_all_of_the_code(marks: dict[str, bool], said: list[tuple[str, str]]) -> None:
    certain = [configured("aws_security_group.web"), configured("aws_security_group.left")]
    counted = {**configured("aws_security_group.none"), "count_expression": {"constant_value": 0}}
    data = {**configured("aws_security_group.looked"), "mode": "data"}
    inside = {"module": {"resources": [configured("aws_security_group.in")]}}
    calls = {"m": inside, "n": {**inside, "for_each_expression": {"references": ["var.n"]}}}
    plan = document([WEB], [*certain, counted, data], module_calls=calls, **marks)
    skipped = read_plan(plan, "plan.json").skipped
    assert [item.what for item in skipped] == [what for what, _ in said]
    assert all(word in item.reason for item, (_, word) in zip(skipped, said, strict=True))


def test_what_a_plan_takes_away() -> None:
    before = {"security_group_id": "sg-1", "type": "ingress"}
    rule = "aws_security_group_rule"
    changes = [
        change(f"{rule}.gone", None, actions=["delete"], before=before),
        change(f"{rule}.replaced", before, actions=["delete", "create"], before=before),
        change(f"{rule}.narrowed", before, actions=["update"], before=before),
        change(f"{rule}.forgotten", None, actions=["forget"], before=before),
        change(f"{rule}.kept", before, actions=["no-op"], before=before),
        change(f"{rule}.made", before, before=None),
        change("aws_security_group.web", None, actions=["delete"], before={"name": "web"}),
    ]
    removed = read_plan(document(changes), "plan.json").removed
    assert [(item.name, dict(item.attributes)) for item in removed] == [
        ("gone", before),
        ("replaced", before),
        ("narrowed", before),
    ]


def test_the_region_of_the_provider() -> None:
    providers = {
        "aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}},
        "aws.west": {"name": "aws", "alias": "west", "expressions": {"region": {"constant_value": "us-west-2"}}},
    }
    resources = [
        {**configured("aws_security_group.web"), "provider_config_key": "aws"},
        {**configured("aws_security_group.db"), "provider_config_key": "aws.west"},
    ]
    data = json.loads(document([WEB, DB], resources, variables={"region": {"value": "eu-north-1"}}))
    data["configuration"]["provider_config"] = providers
    found = instances(json.dumps(data).encode())
    assert [(item.provider, item.region) for item in found.values()] == [
        ("aws", "eu-north-1"),
        ("aws.west", "us-west-2"),
    ]


@pytest.mark.parametrize("version", ["0.2", "2.0", ""])
def test_other_format_versions(version: str) -> None:
    data = json.dumps({"format_version": version, "resource_changes": []}).encode()
    with pytest.raises(InputError, match="format version"):
        read_plan(data, "plan.json")


WRONG = "its values should be an object and are"


@pytest.mark.parametrize(
    ("entry", "name", "reason"),
    [
        ("x", "plan.json", "resource_changes[1]: it should be an object and is a string"),
        ({"address": "aws_security_group.odd"}, "aws_security_group.odd", 'resource_changes[1]: "type" is missing'),
        (change("aws_security_group.odd", []), "aws_security_group.odd", f"{WRONG} a list"),
        (change("aws_security_group.odd", 7), "aws_security_group.odd", f"{WRONG} a number"),
        (
            change("aws_security_group.odd", None),
            "aws_security_group.odd",
            "the plan does not say what is planned (create)",
        ),
        (
            change("aws_security_group.odd", {}, actions=["create", 1]),
            "aws_security_group.odd",
            "resource_changes[1].change.actions[1]: it does not have the expected form: Expected `str`, got `int`",
        ),
        (
            {**change("aws_security_group.odd", {}), "mode": "Managed"},
            "aws_security_group.odd",
            'its mode "Managed" is not known',
        ),
    ],
)
def test_an_odd_entry_is_named_and_the_rest_is_read(entry: object, name: str, reason: str) -> None:
    reading = read_plan(document([WEB, entry], complete=True), "plan.json")
    assert [(item.what, item.reason, item.complete) for item in reading.skipped] == [(name, reason, False)]
    assert reading.instances[0].address == "aws_security_group.web"


def test_an_entry_without_planned_values_is_taken_from_the_planned_state() -> None:
    shown_resource = {"address": "aws_security_group.odd", "type": "aws_security_group", "name": "odd"}
    values = {"root_module": {"resources": [{**shown_resource, "values": {"name": "odd"}}]}}
    plan = document([change("aws_security_group.odd", None)], planned_values=values, complete=True)
    reading = read_plan(plan, "plan.json")
    assert [dict(item.attributes) for item in reading.instances] == [{"name": "odd"}]
    assert [item.what for item in reading.skipped] == ["aws_security_group.odd"]


def test_values_that_are_nested_too_deeply() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"a": deep}
    odd = change("aws_security_group.odd", {"tags": deep}, after_sensitive={"tags": deep})
    reading = read_plan(document([odd, WEB], complete=True), "plan.json")
    assert [item.reason for item in reading.skipped] == ["its values are nested in more than 64 levels"]
    assert [item.address for item in reading.instances] == ["aws_security_group.web"]


def test_other_shapes() -> None:
    reading = read_plan(b'{"format_version":"1.2","complete":true,"resource_changes":{}}', "plan.json")
    assert [item.reason for item in reading.skipped] == ["resource_changes: it should be a list and is an object"]
    with pytest.raises(InputError, match=r"plan\.json"):
        read_plan(b'{"format_version":"1.2","resource_changes":[', "plan.json")


@pytest.mark.parametrize(
    ("version", "advice"), [("2.0", "a release of sgwarden"), ("0.2", "Terraform 1.1"), ("", "Terraform 1.1")]
)
def test_another_format_version_says_what_to_do(version: str, advice: str) -> None:
    assert advice in _hint(version)
