"""States in both forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Source
from sgwarden.model.values import Sensitive
from sgwarden.sources.resources import build
from sgwarden.sources.state import read_state

CASES = Path(__file__).parents[2] / "fixtures" / "sources"


def state(*resources: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"version": 4, "terraform_version": "1.11.4", "resources": resources, **more}).encode()


def resource(*instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {
        "mode": "managed", "type": "aws_security_group", "name": "web",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]', "instances": instances,
    }  # fmt: skip
    return {**base, **more}


def one(**attributes: Any) -> dict[str, Any]:
    return {"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}


def test_addresses_keys_modules_and_providers() -> None:
    data = state(
        resource(one(id="sg-1"), module='module.a["x.y"].module.b[0]', provider='module.a.provider["r/h/aws"].west'),
        resource({**one(id="sg-2"), "index_key": 0}, {**one(id="sg-3"), "index_key": 'a"b'}, name="keyed"),
        resource(one(id="sg-4"), mode="data", name="looked_up"),
        resource(one(id="vpc-1"), type="aws_vpc"),
        resource(name="empty"),
    )
    reading = read_state(data, "terraform.tfstate")
    assert [(item.address, item.key, item.module_path, item.provider, item.mode) for item in reading.instances] == [
        (
            'module.a["x.y"].module.b[0].aws_security_group.web', None,
            ('module.a["x.y"]', 'module.a["x.y"].module.b[0]'), "aws.west", "managed",
        ),
        ("aws_security_group.keyed[0]", 0, (), "aws", "managed"),
        ('aws_security_group.keyed["a\\"b"]', 'a"b', (), "aws", "managed"),
        ("data.aws_security_group.looked_up", None, (), "aws", "data"),
    ]  # fmt: skip
    assert reading.resources_seen == 5


def test_tainted_and_deposed() -> None:
    data = state(
        resource(
            {**one(id="sg-1"), "status": "tainted"}, {**one(id="sg-0"), "deposed": "0f1e2d3c", "status": "tainted"}
        )
    )
    reading = read_state(data, "terraform.tfstate")
    assert [(item.address, item.status) for item in reading.instances] == [
        ("aws_security_group.web", "tainted"),
        ("aws_security_group.web (deposed 0f1e2d3c)", "deposed"),
    ]
    found = build(reading.instances, Source("state", "terraform.tfstate"))
    assert [(item.address, item.id, item.status) for item in found.security_groups] == [
        ("aws_security_group.web", "sg-1", "tainted"),
        ("aws_security_group.web (deposed 0f1e2d3c)", "sg-0", "deposed"),
    ]


def test_sensitive_attributes() -> None:
    steps = [
        [{"type": "get_attr", "value": "tags"}],
        [
            {"type": "get_attr", "value": "ingress"},
            {"type": "index", "value": {"value": 0, "type": "number"}},
            {"type": "get_attr", "value": "cidr_blocks"},
        ],
        [{"type": "get_attr", "value": "gone"}],
    ]
    held = {
        **one(tags={"a": "b"}, ingress=[{"cidr_blocks": ["10.0.0.0/8"]}], name="web"),
        "sensitive_attributes": steps,
    }
    (found,) = read_state(state(resource(held)), "s").instances
    assert dict(found.attributes) == {
        "tags": Sensitive({"a": "b"}),
        "ingress": ({"cidr_blocks": Sensitive(("10.0.0.0/8",))},),
        "name": "web",
    }


def test_the_shown_form_gives_the_same_instances() -> None:
    file = resource({**one(id="sg-1", name="web"), "index_key": "k"}, module="module.a")
    shown = {
        "address": 'module.a.aws_security_group.web["k"]', "mode": "managed", "type": "aws_security_group", "name": "web",
        "index": "k", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"id": "sg-1", "name": "web"},
        "sensitive_values": {},
    }  # fmt: skip
    module = {"address": "module.a", "resources": [shown]}
    document = {"format_version": "1.0", "values": {"root_module": {"child_modules": [module]}}}
    assert read_state(json.dumps(document).encode(), "s") == read_state(state(file), "s")


def test_an_empty_state() -> None:
    assert read_state(b'{"format_version":"1.0"}', "s").instances == []
    assert read_state(state(), "s").resources_seen == 0
    assert read_state(b'{"version":4,"resources":null,"lineage":"a"}', "s").resources_seen == 0


@pytest.mark.parametrize(
    ("odd", "name", "reason"),
    [
        ({"mode": "managed"}, "s", 'resources[0]: "type" is missing'),
        (
            {**resource(one(name="odd")), "mode": "Managed"},
            "aws_security_group.web",
            'its mode "Managed" is not known',
        ),
        (resource({"attributes": [1]}), "aws_security_group.web", "its values should be an object and are a list"),
        (resource({"attributes": None}), "aws_security_group.web", "its values should be an object and are null"),
    ],
)
def test_an_odd_resource_is_named_and_the_rest_is_read(odd: dict[str, Any], name: str, reason: str) -> None:
    reading = read_state(state(odd, resource(one(name="good"))), "s")
    assert [(item.what, item.reason, item.complete) for item in reading.skipped] == [(name, reason, False)]
    assert [dict(item.attributes) for item in reading.instances] == [{"name": "good"}]


@pytest.mark.parametrize("marks", [1, "x", [[]], [1], [["ingress"]], [{}]])
def test_marks_of_an_unknown_form_hide_every_value(marks: object) -> None:
    reading = read_state(state(resource({**one(name="web"), "sensitive_attributes": marks})), "s")
    assert dict(reading.instances[0].attributes) == {"name": Sensitive("web")}
    assert [item.what for item in reading.skipped] == ["aws_security_group.web"]


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(InputError, match="this is not a Terraform state but: plan"):
        read_state((CASES / "inline_rules" / "plan.json").read_bytes(), "plan.json")
