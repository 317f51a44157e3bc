"""Plans: what an unknown value stands for, what is declared, formats, actions, places in code."""

from __future__ import annotations

import json
from pathlib import Path

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
    assert reading.warnings == ["plan.json: this plan is partial (made with -target, or with changes put off)"]


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


@pytest.mark.parametrize(
    "data",
    [
        b'{"format_version":"1.2","resource_changes":{}}',
        b'{"format_version":"1.2","resource_changes":[{"address":1}]}',
        b'{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"aws_security_group","name":"b",'
        b'"change":{"actions":["create"],"after":[]}}]}',
        b'{"format_version":"1.2","resource_changes":[',
    ],
)
def test_other_shapes_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"plan\.json"):
        read_plan(data, "plan.json")


@pytest.mark.parametrize(
    ("version", "advice"), [("2.0", "a release of sgwarden"), ("0.2", "Terraform 1.1"), ("", "Terraform 1.1")]
)
def test_another_format_version_says_what_to_do(version: str, advice: str) -> None:
    assert advice in _hint(version)
