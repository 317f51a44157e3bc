"""What the AWS provider plans by itself: defaults, tags_all, and data sources that only compute.

Source: hashicorp/aws 5.100.0, ``terraform providers schema -json`` and recorded plans.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.policy_document import policy_document
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.provider import ProviderConfiguration
from sgwarden.terraform.types.convert import to_string
from sgwarden.terraform.types.types import ListType, ObjectAttribute, ObjectType, SetType, Type
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value

# Resource types with tags, of those whose instances become facts even when no tags are written.
_TAGGED = frozenset({
    "aws_security_group", "aws_default_security_group", "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule", "aws_ec2_managed_prefix_list", "aws_network_acl",
})  # fmt: skip


_GROUPS = frozenset({"aws_security_group", "aws_default_security_group"})
TEXTS = frozenset({
    "id", "arn", "name", "name_prefix", "description", "account_id", "owner_id", "vpc_id", "subnet_id",
    "security_group_id", "default_security_group_id", "public_ip", "private_ip", "carrier_ip", "cidr_block",
    "ipv6_cidr_block", "cidr_ipv4", "cidr_ipv6", "private_dns", "public_dns", "dns_name", "availability_zone",
    "zone_id", "hosted_zone_id", "instance_id", "network_interface_id", "primary_network_interface_id",
    "allocation_id", "association_id", "prefix_list_id", "gateway_id", "transit_gateway_id", "main_route_table_id",
    "default_route_table_id", "default_network_acl_id", "source_security_group_id", "bucket", "function_name",
    "role", "key_id", "partition", "dns_suffix", "json",
})  # fmt: skip
"""Attributes that are texts in every resource type and data source that has them."""
_NOT_TEXTS = frozenset({("aws_identitystore_user", "name")})


def _rule(name: str, type_: Type, planned: Value = None) -> ObjectAttribute:
    return ObjectAttribute(name, type_, optional=True, default=planned)


# An ingress or egress block; those of its arguments that may be left out are planned as given here.
_RULES = SetType(
    ObjectType(
        (
            _rule("cidr_blocks", ListType("string"), TfList((), "string")),
            _rule("description", "string", ""),
            _rule("from_port", "number"),
            _rule("ipv6_cidr_blocks", ListType("string"), TfList((), "string")),
            _rule("prefix_list_ids", ListType("string"), TfList((), "string")),
            _rule("protocol", "string"),
            _rule("security_groups", SetType("string"), TfSet((), "string")),
            _rule("self", "bool", False),
            _rule("to_port", "number"),
        )
    )
)


@cache
def _defaults() -> Mapping[str, Mapping[str, Value]]:
    """Return arguments by type that the provider plans with a fixed value when unset (None: null).

    Recorded by tests/sources/record_defaults.py.
    """
    text = Path(__file__).with_name("aws_defaults.json").read_text("utf-8")
    defaults: Mapping[str, Mapping[str, Value]] = json.loads(text)
    return defaults


class AwsFacts:
    """Facts of the hashicorp/aws provider; see ``sgwarden.terraform.evaluate.provider.ProviderFacts``."""

    def absent(self, type_: str, attribute: str) -> tuple[Value] | None:
        """Implement ``ProviderFacts``; see there."""
        known = _defaults().get(type_, {})
        return (known[attribute],) if attribute in known else None

    def attribute_type(self, type_: str, attribute: str) -> Type | None:
        """Implement ``ProviderFacts``; see there."""
        if attribute in TEXTS:
            return "string" if type_.startswith("aws_") and (type_, attribute) not in _NOT_TEXTS else None
        return _RULES if type_ in _GROUPS and attribute in ("ingress", "egress") else None

    def planned(
        self, type_: str, arguments: Mapping[str, Value], attribute: str, provider: ProviderConfiguration
    ) -> tuple[Value] | None:
        """Implement ``ProviderFacts``; see there."""
        if attribute == "region" and type_ in _TAGGED:
            region = provider.arguments.get("region")
            return (region,) if isinstance(region, str) else None
        if attribute != "tags_all" or not (type_ in _TAGGED or "tags" in arguments):
            return None
        tags = arguments.get("tags")
        return (merge_tags(default_tags(provider), tags),)

    def data(
        self, type_: str, arguments: Mapping[str, Value], provider: ProviderConfiguration
    ) -> Mapping[str, Value] | None:
        """Implement ``ProviderFacts``; see there."""
        if type_ == "aws_iam_policy_document":
            return policy_document(arguments)
        region = provider.arguments.get("region")
        if type_ == "aws_region" and not arguments.keys() - {"region", "name"}:
            # Version 6 of the provider calls it region, version 5 name; what is written selects one, with no call to AWS.
            own = arguments.get("region") or arguments.get("name") or region
            if isinstance(own, str):
                return {"name": own, "id": own, "region": own}
        if type_ == "aws_partition" and isinstance(region, str):
            return _partition(region)
        if type_ == "aws_caller_identity":
            accounts = provider.arguments.get("allowed_account_ids")
            if isinstance(accounts, tuple) and len(accounts) == 1 and isinstance(accounts[0], str):
                return {"account_id": accounts[0], "id": accounts[0]}
        if type_ == "aws_default_tags":
            return {"tags": default_tags(provider)}
        return None


def default_tags(provider: ProviderConfiguration) -> Value:
    """Return tags that the provider configuration gives every resource; a map or Unknown."""
    blocks = provider.arguments.get("default_tags")
    if not isinstance(blocks, tuple) or not blocks or not isinstance(blocks[0], dict):
        return TfMap()
    tags = blocks[0].get("tags")
    return TfMap() if tags is None else tags


def merge_tags(defaults: Value, tags: Value) -> Value:
    """Return ``tags_all``: the resource's own tags win."""
    sensitive = isinstance(defaults, Sensitive) or isinstance(tags, Sensitive)
    defaults = defaults.value if isinstance(defaults, Sensitive) else defaults
    tags = tags.value if isinstance(tags, Sensitive) else tags
    for side in (defaults, tags):
        if isinstance(side, Unknown):
            return side
    merged = TfMap({**(defaults if isinstance(defaults, dict) else {}), **(tags if isinstance(tags, dict) else {})})
    merged = TfMap((key, _tag(key, value)) for key, value in merged.items() if value is not None)
    return Sensitive(merged) if sensitive else merged


def _tag(key: str, value: Value) -> Value:
    try:
        return to_string(value)
    except EvaluationError:
        return Unknown(f'the tag "{key}" is no string')


def _partition(region: str) -> Mapping[str, Value]:
    """Return the attributes of aws_partition in a region.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    for prefix, partition, suffix in (
        ("cn-", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-", "aws-us-gov", "amazonaws.com"),
        ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
        ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ):
        if region.startswith(prefix):
            reverse = ".".join(reversed(suffix.split(".")))
            return {"partition": partition, "id": partition, "dns_suffix": suffix, "reverse_dns_prefix": reverse}
    return {"partition": "aws", "id": "aws", "dns_suffix": "amazonaws.com", "reverse_dns_prefix": "com.amazonaws"}
