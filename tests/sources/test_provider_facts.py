"""The provider facts against what the real provider plans."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from scanner.model.values import Unknown
from scanner.sources.provider_facts import AwsFacts, merge_tags
from scanner.terraform.provider import ProviderConfiguration
from tests.sources import record_defaults

WEST = ProviderConfiguration("aws", {"region": "eu-west-1", "default_tags": ({"tags": {"Team": "net", "Env": "x"}},)})


def test_defaults_are_those_of_the_recorded_plan() -> None:
    facts = AwsFacts()
    assert facts.absent("aws_security_group", "description") == ("Managed by Terraform",)
    assert facts.absent("aws_vpc", "enable_dns_support") == (True,)
    assert facts.absent("aws_security_group", "id") is None
    assert facts.absent("aws_unheard_of", "name") is None


@pytest.mark.skipif(
    not (shutil.which("terraform") and os.environ.get("TF_PLUGIN_DIR")), reason="needs terraform and TF_PLUGIN_DIR"
)
def test_recorded_defaults_are_what_the_provider_plans_today() -> None:
    assert record_defaults.defaults(record_defaults.plan()) == json.loads(record_defaults.OUTPUT.read_text())


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
        ("aws_region", {}, {"name": "eu-west-1", "id": "eu-west-1"}),
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
