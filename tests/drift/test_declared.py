"""What a source declares besides the model."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.drift.declared import IgnoredTags, facts
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown

SOME = Unknown("some")


def instance(type_: str, attributes: dict[str, Any], **fields: Any) -> ResourceInstance:
    return ResourceInstance(f"{type_}.x", "managed", type_, "x", None, attributes, Location("main.tf", 1, 1), **fields)


def test_facts() -> None:
    found = facts(
        [
            instance(
                "aws_security_group", {"tags_all": Sensitive({"a": "b"})}, declared=frozenset({"name"}),
                ignore_changes=("tags",), status="tainted",
                provider_ignore_tags=({"keys": ("x", Sensitive("y")), "key_prefixes": (SOME,)},),
            ),
            instance("aws_vpc_security_group_vpc_association", {"security_group_id": "sg-1", "vpc_id": SOME}),
            instance("aws_ec2_managed_prefix_list_entry", {"prefix_list_id": "pl-1"}),
            instance("aws_vpc", {"tags_all": {"a": "b"}}),
        ]
    )  # fmt: skip
    assert found == {
        "written": {"aws_security_group.x": frozenset({"name"})},
        "all_tags": {"aws_security_group.x": {"a": "b"}},
        "ignore_changes": {"aws_security_group.x": ("tags",)},
        "ignored_tags": {"aws_security_group.x": IgnoredTags(frozenset({"x", "y"}), (), SOME)},
        "associations": (("sg-1", SOME),),
        "shared_lists": frozenset({"pl-1"}),
        "statuses": {"aws_security_group.x": "tainted"},
    }


@pytest.mark.parametrize(("key", "expected"), [("a", True), ("k8s/x", True), ("k8", False), ("A", False)])
def test_ignored_tags(key: str, expected: bool) -> None:
    assert IgnoredTags(frozenset({"a"}), ("k8s/",)).covers(key) is expected
    assert not IgnoredTags().covers(key)
