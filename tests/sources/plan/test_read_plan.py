"""Plans: what an unknown value stands for, what is declared, formats, actions, places in code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Source
from sgwarden.model.instances import Origin, ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.plan.locate import locate
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.plan.references import join_module, references, split_module
from sgwarden.sources.resources import build
from tests.sources.values import instance, rules, shown

CASES = Path(__file__).parents[3] / "fixtures" / "sources"


def change(address: str, after: Any, unknown: Any = None, **more: Any) -> dict[str, Any]:
    """One entry of resource_changes, its type, name, index and module taken from the address."""
    module, _, tail = f".{address}".rpartition(".aws_")
    module, plain = module[1:], f"aws_{tail}"
    kind, name = plain.split("[", 1)[0].split(".")
    entry: dict[str, Any] = {"address": address, "mode": "managed", "type": kind, "name": name}
    entry["provider_name"] = "registry.terraform.io/hashicorp/aws"
    if module:
        entry["module_address"] = module
    if plain.endswith("]"):
        entry["index"] = json.loads(plain.split("[", 1)[1][:-1])
    actions = more.pop("actions", ["create"])
    return {
        **entry,
        "change": {"actions": actions, "after": after, "after_unknown": unknown or {}, **more},
    }


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    """One resource of the configuration; an argument given as a list of strings is its references."""
    kind, name = address.split(".")
    shaped = {
        key: {"references": value} if isinstance(value, list) else {"constant_value": value}
        for key, value in expressions.items()
    }
    return {"address": address, "mode": "managed", "type": kind, "name": name, "expressions": shaped}


def document(changes: list[Any], resources: list[Any] = (), **more: Any) -> bytes:  # type: ignore[assignment]
    root = {"resources": list(resources), "module_calls": more.pop("module_calls", {})}
    plan = {"format_version": "1.2", "resource_changes": changes, "configuration": {"root_module": root}, **more}
    return json.dumps(plan).encode()


def instances(data: bytes, **options: Any) -> dict[str, ResourceInstance]:
    return {item.address: item for item in read_plan(data, "plan.json", **options).instances}


WEB = change("aws_security_group.web", {"name": "web"}, {"id": True, "ingress": True, "egress": True, "arn": True})
DB = change("aws_security_group.db", {"name": "db"}, {"id": True})
RULE: dict[str, Any] = {"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "self": True}


def group_of(*reference: str, extra: Any = (), resources: Any = (), **more: Any) -> Any:
    """What security_group_id of a rule in the root module stands for, when it has these references."""
    rule = change("aws_security_group_rule.r", RULE, {"security_group_id": True})
    config = configured("aws_security_group_rule.r", security_group_id=list(reference))
    found = instances(document([WEB, DB, rule, *extra], [config, *resources], **more))
    return shown(found["aws_security_group_rule.r"].attributes["security_group_id"])


def test_a_reference_to_a_resource() -> None:
    assert group_of("aws_security_group.web.id", "aws_security_group.web") == "?aws_security_group.web.id"


def test_alternatives_are_not_decided() -> None:
    assert group_of("aws_security_group.web.id", "aws_security_group.db.id") == "?"
    assert group_of("var.which", "aws_security_group.web.id", "aws_security_group.db.id") == "?"


def test_what_is_known_is_not_what_is_unknown() -> None:
    existing = change("aws_security_group.old", {"id": "sg-1", "name": "old"}, actions=["no-op"])
    names = ("var.which", "aws_security_group.old.id", "aws_security_group.web.id")
    assert group_of(*names, extra=[existing]) == "?aws_security_group.web.id"


def test_locals_of_the_root_module() -> None:
    assert group_of("local.group_id", resources=[configured("aws_security_group.web")]) == "?aws_security_group.web.id"
    both = [configured("aws_security_group.web"), configured("aws_security_group.db")]
    assert group_of("local.group_id", resources=both) == "?"
    network = [configured("aws_security_group.web"), configured("aws_vpc.main")]
    assert group_of("local.group_id", resources=network) == "?"


def test_data_sources_and_missing_resources_are_not_decided() -> None:
    assert group_of("data.aws_security_group.x.id", "data.aws_security_group.x") == "?"
    assert group_of("module.gone.id", "module.gone") == "?"


def module_call(outputs: dict[str, Any], resources: list[Any], **arguments: list[str]) -> dict[str, Any]:
    return {
        "expressions": {name: {"references": value} for name, value in arguments.items()},
        "module": {"outputs": {k: {"expression": v} for k, v in outputs.items()}, "resources": resources},
    }


def test_outputs_through_two_modules() -> None:
    inner = module_call({"id": {"references": ["aws_security_group.deep.id", "aws_security_group.deep"]}}, [])
    outer = module_call({"id": {"references": ["module.inner.id", "module.inner"]}}, [])
    outer["module"]["module_calls"] = {"inner": inner}
    deep = change('module.outer["a"].module.inner.aws_security_group.deep', {"name": "x"}, {"id": True})
    found = group_of('module.outer["a"].id', 'module.outer["a"]', extra=[deep], module_calls={"outer": outer})
    assert found == '?module.outer["a"].module.inner.aws_security_group.deep.id'


def test_inputs_and_keys() -> None:
    call = module_call(
        {}, [configured("aws_security_group_rule.r", security_group_id=["var.group"])], group=["each.value"]
    )
    keyed = module_call({}, [configured("aws_security_group_rule.r", security_group_id=["var.group"])])
    keyed["expressions"]["group"] = {"references": ["aws_security_group.tier", "each.key"]}
    tier = [change(f'aws_security_group.tier["{key}"]', {"name": key}, {"id": True}) for key in "ab"]
    rule = [change(f'module.m["{key}"].aws_security_group_rule.r', RULE, {"security_group_id": True}) for key in "ab"]
    found = instances(document([*tier, *rule], module_calls={"m": keyed}))
    assert [shown(found[item["address"]].attributes["security_group_id"]) for item in rule] == [
        '?aws_security_group.tier["a"].id',
        '?aws_security_group.tier["b"].id',
    ]
    blind = instances(document([*tier, *rule], module_calls={"m": call}))
    assert [shown(blind[item["address"]].attributes["security_group_id"]) for item in rule] == ["?", "?"]


def test_lists_of_groups() -> None:
    def groups(*names: str) -> Any:
        lb = change("aws_lb.a", {"name": "a"}, {"security_groups": True})
        found = instances(document([WEB, DB, lb], [configured("aws_lb.a", security_groups=list(names))]))
        value = found["aws_lb.a"].attributes["security_groups"]
        return [shown(item) for item in value] if isinstance(value, tuple) else shown(value)

    assert groups("aws_security_group.web.id", "aws_security_group.web") == ["?aws_security_group.web.id"]
    assert groups("aws_security_group.web.id", "aws_security_group.db.id") == [
        "?aws_security_group.web.id",
        "?aws_security_group.db.id",
    ]
    assert groups("var.which", "aws_security_group.web.id", "aws_security_group.db.id") == "?"


def test_a_list_of_networks_never_stands_for_one_of_them() -> None:
    """The plan hides constants beside an unknown element: the list may hold the whole internet."""
    vpc = change("aws_vpc.main", {}, {"cidr_block": True})
    rule = change("aws_security_group_rule.r", RULE, {"cidr_blocks": True})
    config = configured("aws_security_group_rule.r", cidr_blocks=["aws_vpc.main.cidr_block", "aws_vpc.main"])
    found = instances(document([vpc, rule], [config]))["aws_security_group_rule.r"].attributes["cidr_blocks"]
    assert found == Unknown("aws_vpc.main.cidr_block is known after apply")


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


def test_references_in_full() -> None:
    names = ["a.b[0].id", "a.b[0]", "a.b", "a.bc", "each.value.id", "each.value"]
    assert references({"references": names}) == ["a.b[0].id", "a.bc", "each.value.id"]
    assert references([{"x": {"references": ["var.a"]}, "y": {"constant_value": {"references": ["no"]}}}]) == ["var.a"]


@pytest.mark.parametrize("address", ["", "module.a", 'module.a["x.y[0]"].module.b[0]', 'module.a["q\\"]"].module.c'])
def test_module_addresses_split_and_join(address: str) -> None:
    assert join_module(split_module(address)).removesuffix(".") == address


def test_locate_by_address_then_by_block() -> None:
    place, block = Location("main.tf", 3, 9), Location("main.tf", 12, 15)
    origins: dict[Any, Origin] = {("cidr_blocks",): Origin(place, "var.cidrs")}
    planned = [
        instance('aws_security_group_rule.a["x"]', {"cidr_blocks": ("10.0.0.0/8",)}),
        instance('module.m["]"].aws_security_group.b[1]', {}),
        instance("aws_security_group.c", {}),
    ]
    code = [
        instance('aws_security_group_rule.a["x"]', {}, location=place, origins=origins, ignore_changes=("ingress",)),
        instance("module.m[0].aws_security_group.b", {}, location=block),
    ]
    located = locate(planned, code)
    assert [item.location for item in located] == [place, block, planned[2].location]
    assert (located[0].origins, located[0].ignore_changes) == (origins, ("ingress",))
    assert located[0].attributes == planned[0].attributes


def test_blocks_of_unknown_number_show_as_one_of_unknown_content() -> None:
    """Recorded from Terraform 1.11.4: a dynamic block over an unknown set; an argument left out stays empty."""
    after = {
        "name": "uncounted",
        "ingress": [
            {"description": "", "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False}
        ],
    }
    block = {"cidr_blocks": True, "from_port": True, "protocol": True, "to_port": True, "security_groups": []}
    made = change("aws_security_group.a", after, {"id": True, "egress": True, "ingress": [block]})
    reading = read_plan(document([made], [configured("aws_security_group.a", name="uncounted")]), "plan.json")
    assert rules(build(reading.instances, Source("plan", "p"))) == [
        "aws_security_group.a ingress ? ?-? cidr_ipv4 ? may exist"
    ]


def test_what_is_computed_from_an_attribute_does_not_stand_for_it() -> None:
    vpc = change("aws_vpc.main", {}, {"id": True, "ipv6_cidr_block": True})
    rule = change(
        "aws_vpc_security_group_ingress_rule.r", {"ip_protocol": "tcp"}, {"cidr_ipv6": True, "from_port": True}
    )
    names = ["aws_vpc.main.ipv6_cidr_block", "aws_vpc.main"]
    config = configured("aws_vpc_security_group_ingress_rule.r", cidr_ipv6=names, from_port=names)
    found = instances(document([vpc, rule], [config]))["aws_vpc_security_group_ingress_rule.r"].attributes
    later = Unknown("aws_vpc.main.ipv6_cidr_block is known after apply")
    assert (found["cidr_ipv6"], found["from_port"]) == (later, later)


def test_recorded_module_groups() -> None:
    """The commonest shape of all: a module whose rules find their group through a local."""
    reading = read_plan((CASES / "separate_rules" / "plan.json").read_bytes(), "plan.json")
    found = build(reading.instances, Source("plan", "plan.json"))
    assert {rule.address: shown(rule.security_group) for rule in found.rules if "module" in rule.address} == {
        "module.given.aws_security_group_rule.out": 'module.made["blue"].aws_security_group.named[0]',
        "module.given_own.aws_security_group_rule.out": "aws_security_group.web",
        'module.made["blue"].aws_security_group_rule.ssh': 'module.made["blue"].aws_security_group.named[0]',
        'module.made["green"].aws_security_group_rule.ssh': 'module.made["green"].aws_security_group.named[0]',
    }
