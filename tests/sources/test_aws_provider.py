"""The provider facts against what the real provider plans."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Unknown
from sgwarden.sources.aws_provider import TEXTS, AwsFacts, merge_tags
from sgwarden.terraform.evaluate.provider import ProviderConfiguration
from sgwarden.terraform.types.types import ListType, ObjectType, SetType, Type
from tests.sources import record_defaults

WEST = ProviderConfiguration("aws", {"region": "eu-west-1", "default_tags": ({"tags": {"Team": "net", "Env": "x"}},)})


@pytest.mark.truth
def test_defaults_are_those_of_the_recorded_plan() -> None:
    facts = AwsFacts()
    assert facts.absent("aws_security_group", "description") == ("Managed by Terraform",)
    assert facts.absent("aws_vpc", "enable_dns_support") == (True,)
    assert facts.absent("aws_security_group", "id") is None
    assert facts.absent("aws_unheard_of", "name") is None


@pytest.mark.terraform
@pytest.mark.skipif(
    not (shutil.which("terraform") and os.environ.get("TF_PLUGIN_DIR")), reason="needs terraform and TF_PLUGIN_DIR"
)
def test_recorded_defaults_are_what_the_provider_plans_today() -> None:
    assert record_defaults.defaults(record_defaults.plan()) == json.loads(record_defaults.OUTPUT.read_text())


def test_a_tag_that_is_no_string_is_unknown() -> None:
    tags = merge_tags({"Team": "net"}, {"Odd": ("x",)})
    assert tags == {"Team": "net", "Odd": Unknown('the tag "Odd" is no string')}


def test_tags_all_is_default_tags_and_own_tags() -> None:
    planned = AwsFacts().planned("aws_security_group", {"tags": {"Env": "prod", "Size": 2}}, "tags_all", WEST)
    assert planned == ({"Team": "net", "Env": "prod", "Size": "2"},)


def test_tags_all_of_a_type_without_tags_is_not_planned() -> None:
    assert AwsFacts().planned("aws_security_group_rule", {}, "tags_all", WEST) is None


def test_unknown_tags_make_tags_all_unknown() -> None:
    assert merge_tags({"a": "b"}, Unknown("later")) == Unknown("later")


@pytest.mark.parametrize(
    ("type_", "arguments", "expected"),
    [
        ("aws_region", {}, {"name": "eu-west-1", "id": "eu-west-1", "region": "eu-west-1"}),
        ("aws_region", {"region": "us-east-2"}, {"name": "us-east-2", "id": "us-east-2", "region": "us-east-2"}),
        ("aws_region", {"name": Unknown("x")}, None),
        ("aws_region", {"endpoint": "e"}, None),
        (
            "aws_partition",
            {},
            {
                "partition": "aws",
                "id": "aws",
                "dns_suffix": "amazonaws.com",
                "reverse_dns_prefix": "com.amazonaws",
            },
        ),
        ("aws_caller_identity", {}, None),
        ("aws_vpc", {"default": True}, None),
        ("aws_default_tags", {}, {"tags": {"Team": "net", "Env": "x"}}),
    ],
)
def test_data_sources(type_: str, arguments: dict[str, object], expected: object) -> None:
    assert AwsFacts().data(type_, arguments, WEST) == expected


def test_caller_identity_follows_from_the_one_allowed_account() -> None:
    provider = ProviderConfiguration("aws", {"allowed_account_ids": ("123456789012",)})
    expected = {"account_id": "123456789012", "id": "123456789012"}
    assert AwsFacts().data("aws_caller_identity", {}, provider) == expected


def _json_type(type_: Type) -> Any:
    """A type as provider schemas write it."""
    if isinstance(type_, (ListType, SetType)):
        return ["list" if isinstance(type_, ListType) else "set", _json_type(type_.element)]
    if isinstance(type_, ObjectType):
        return ["object", {item.name: _json_type(item.type) for item in type_.attributes}]
    assert isinstance(type_, str)
    return type_


PLUGINS = os.environ.get("TF_PLUGIN_DIR", "")


@pytest.mark.terraform
@pytest.mark.skipif(
    shutil.which("terraform") is None
    or not PLUGINS
    or not Path(PLUGINS, "registry.terraform.io/hashicorp/aws").is_dir(),
    reason="terraform or the AWS provider is missing: the types cannot be compared with the provider's schema",
)
def test_attribute_types_are_those_of_the_schema(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}

    def terraform(*words: str) -> str:
        command = ["terraform", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    terraform("init", f"-plugin-dir={PLUGINS}", "-no-color")
    (provider,) = json.loads(terraform("providers", "schema", "-json"))["provider_schemas"].values()
    compared: set[str] = set()
    wrong = []
    for kinds in ("resource_schemas", "data_source_schemas"):
        for kind, schema in provider[kinds].items():
            attributes = {name: found.get("type") for name, found in schema["block"].get("attributes", {}).items()}
            attributes |= dict.fromkeys(schema["block"].get("block_types", {}))
            for name, expected in attributes.items():
                told = AwsFacts().attribute_type(kind, name)
                if told is None or (kinds == "data_source_schemas" and name in ("ingress", "egress")):
                    continue
                compared.add(name)
                if _json_type(told) != expected:
                    wrong.append((kinds, kind, name))
    assert wrong == []
    assert compared == {*TEXTS, "ingress", "egress"}
