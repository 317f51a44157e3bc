"""References of the configuration, and what they stand for across modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.infrastructure import Source
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.plan.references import join_module, references, split_module
from sgwarden.sources.resources import build
from tests.sources.plan.plans import RULE, change, configured, document, group_of, instances, module_call
from tests.sources.values import shown

CASES = Path(__file__).parents[3] / "fixtures" / "sources"


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


def test_references_in_full() -> None:
    names = ["a.b[0].id", "a.b[0]", "a.b", "a.bc", "each.value.id", "each.value"]
    assert references({"references": names}) == ["a.b[0].id", "a.bc", "each.value.id"]
    assert references([{"x": {"references": ["var.a"]}, "y": {"constant_value": {"references": ["no"]}}}]) == ["var.a"]


@pytest.mark.parametrize("address", ["", "module.a", 'module.a["x.y[0]"].module.b[0]', 'module.a["q\\"]"].module.c'])
def test_module_addresses_split_and_join(address: str) -> None:
    assert join_module(split_module(address)).removesuffix(".") == address


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
