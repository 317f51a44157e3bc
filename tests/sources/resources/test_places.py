"""The place of a resource."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.places import Place
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.resources.places import places


def place(kind: Any = "hcl", attributes: Any = None, **fields: Any) -> Place:
    """The place of one group."""
    instance = ResourceInstance(
        "aws_security_group.a", "managed", "aws_security_group", "a", None, attributes or {}, Location("a.tf", 1, 1),
        provider="aws.west", **fields,
    )  # fmt: skip
    return places([instance], kind)["aws_security_group.a"]


ROLE = "arn:aws-cn:iam::222222222222:role/ci"


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ({}, Place(provider="aws.west")),
        ({"allowed_account_ids": ("111111111111",)}, Place(account="111111111111", provider="aws.west")),
        ({"allowed_account_ids": ("111111111111", "222222222222")}, Place(provider="aws.west")),
        ({"allowed_account_ids": Unknown("?")}, Place(provider="aws.west")),
        ({"access_key": Sensitive("x")}, Place(provider="aws.west")),
    ],
)
def test_of_a_provider_configuration(access: Any, expected: Place) -> None:
    assert place(provider_access=access) == expected


def test_of_a_role() -> None:
    found = place(provider_access={"assume_role": ({"role_arn": ROLE},)})
    assert (found.partition, found.account) == ("aws-cn", "222222222222")
    assert found.access != place(provider_access={"assume_role": ({"role_arn": ROLE + "2"},)}).access != ""


def test_an_arn_is_what_is_known_best() -> None:
    arn = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1"
    found = place("state", {"arn": arn}, region="us-east-1", provider_access={"allowed_account_ids": ("1" * 12,)})
    assert found == Place("aws", "123456789012", "eu-west-1")


def test_an_unknown_region_is_called_by_its_reason() -> None:
    one, two = place(region=Unknown("var.a")).region, place(region=Unknown("var.b")).region
    assert one.startswith("?") and one != two and one == place(region=Unknown("var.a")).region
