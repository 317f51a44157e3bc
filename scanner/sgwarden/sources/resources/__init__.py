"""Terraform resource attributes into the model: the same for HCL, plans and states.

Standard library only. ``build`` is the way in; one function per resource type does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from operator import attrgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.model.infrastructure import Infrastructure, Management, NetworkAclRule, Skipped, Source
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.monitoring import Monitoring
from sgwarden.model.security_groups import Rule
from sgwarden.sources.resources import attachments, groups, monitoring, network_acls, prefix_lists, rules, unjudged
from sgwarden.sources.resources.attribute_reader import MalformedAttribute
from sgwarden.sources.resources.model_builder import (
    ACL_TYPES,
    GROUP_TYPES,
    PREFIX_LIST_TYPE,
    ModelBuilder,
    ResourceIndex,
)
from sgwarden.sources.resources.places import places

Builder = Callable[[ModelBuilder, ResourceInstance], None]

_BUILDERS: dict[str, Builder] = {
    "aws_security_group_rule": rules.separate_rule,
    "aws_vpc_security_group_ingress_rule": rules.vpc_rule,
    "aws_vpc_security_group_egress_rule": rules.vpc_rule,
    "aws_vpc_security_group_rules_exclusive": groups.rules_exclusive,
    "aws_network_acl_rule": network_acls.network_acl_rule,
    **dict.fromkeys(attachments.TYPES, attachments.attachment),
    **dict.fromkeys(unjudged.TYPES, unjudged.unjudged),
}
_ENTRY_TYPE = "aws_ec2_managed_prefix_list_entry"
_LATE = GROUP_TYPES | ACL_TYPES | {PREFIX_LIST_TYPE}
"""Types that need to know first what other resources add to them."""

ADDING_TYPES: frozenset[str] = frozenset(
    (
        "aws_security_group_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_network_acl_rule",
        _ENTRY_TYPE,
    )
)
"""Types that add to a group, an ACL or a prefix list, whose computed attributes show it after a refresh."""

TYPES: frozenset[str] = frozenset(_BUILDERS) | _LATE | {_ENTRY_TYPE} | monitoring.TYPES
"""Resource types that ``build`` turns into facts; a source need not evaluate others for it."""


def types_worth(declared: Collection[str]) -> frozenset[str]:
    """Return ``TYPES`` without those that matter to none of the ``declared`` types.

    IAM roles, their policies and keys are read for the monitoring chain alone, and only a trail or a metric
    filter begins one; most code has many roles and no chain.
    """
    return TYPES if "aws_cloudtrail" in declared else TYPES - _FOR_TRAILS


_FOR_TRAILS = frozenset(type_ for type_ in monitoring.TYPES if type_.startswith("aws_iam_"))


def build(
    instances: Iterable[ResourceInstance],
    source: Source,
    skipped: Iterable[Skipped] = (),
    resources_seen: int | None = None,
    removed: Iterable[ResourceInstance] = (),
    forgotten: Iterable[str] = (),
    unread_calls: Mapping[tuple[str, str], str] | None = None,
) -> Infrastructure:
    """Return the model of what ``instances`` declare.

    ``skipped`` is what the source could not read; what cannot be understood here is added to it.
    ``resources_seen`` is the count of all instances when ``instances`` are only some of them.
    ``removed`` are instances of ``ADDING_TYPES`` that a plan takes away, as they were: computed attributes of a
    refreshed group, ACL or prefix list still show them.
    ``forgotten`` are addresses of what leaves the state and stays in AWS,
    ``unread_calls`` digests of the calls of modules that could not be read.
    Never raises on attributes of an unexpected shape.
    """
    everything = list(instances)
    model = ModelBuilder(source.kind, ResourceIndex(everything))
    model.skipped += skipped
    entries: prefix_lists.Entries = {}
    late: list[ResourceInstance] = []
    for instance in everything:
        if instance.type in _LATE and (instance.mode == "managed" or instance.type == PREFIX_LIST_TYPE):
            late.append(instance)
        elif instance.mode != "managed":
            continue
        elif instance.type == _ENTRY_TYPE:
            _run(lambda where, what: prefix_lists.entry(where, what, entries), model, instance)
        else:
            builder = _BUILDERS.get(instance.type)
            if builder is not None:
                _run(builder, model, instance)
    _build_late(model, late, entries, _removed(model, removed))
    attachments.Links(model, everything).join()
    chain = monitoring.monitoring(model, everything)
    seen = len(everything) if resources_seen is None else resources_seen
    kept = frozenset(instance.address for instance in everything if instance.never_destroyed)
    management = Management(places(everything, source.kind), tuple(forgotten), unread_calls or {}, kept)
    return replace(_infrastructure(model, source, chain, seen), management=management)


class _Removed(Struct):
    """What a plan takes away."""

    rules: list[Rule]
    acl_rules: list[NetworkAclRule]
    entries: prefix_lists.Entries


def _removed(model: ModelBuilder, instances: Iterable[ResourceInstance]) -> _Removed:
    """Return what ``instances`` were; one that is malformed takes nothing away."""
    before = ModelBuilder(model.kind, model.index)
    entries: prefix_lists.Entries = {}
    for instance in instances:
        with suppress(MalformedAttribute):
            if instance.type == _ENTRY_TYPE:
                prefix_lists.entry(before, instance, entries)
            else:
                _BUILDERS[instance.type](before, instance)
    return _Removed(before.rules, before.acl_rules, entries)


def _build_late(
    model: ModelBuilder, late: list[ResourceInstance], entries: prefix_lists.Entries, removed: _Removed
) -> None:
    """Build groups, ACLs and prefix lists, which other resources may add to."""
    separate: groups.SeparateRules = {}
    for rule in model.rules:
        if isinstance(rule.security_group, str):
            groups.separate_from(separate, rule.security_group, rule.direction).declared.append(rule)
    for rule in removed.rules:
        if isinstance(rule.security_group, str):
            groups.separate_from(separate, rule.security_group, rule.direction).removed.append(rule)
    numbers: set[tuple[str, str, object]] = {
        (rule.network_acl, rule.direction, rule.rule_number)
        for rule in (*model.acl_rules, *removed.acl_rules)
        if isinstance(rule.network_acl, str)
    }
    for instance in late:
        if instance.type in GROUP_TYPES:
            _run(lambda where, what: groups.security_group(where, what, separate), model, instance)
        elif instance.type in ACL_TYPES:
            _run(lambda where, what: network_acls.network_acl(where, what, numbers), model, instance)
        else:
            _run(lambda where, what: prefix_lists.prefix_list(where, what, entries, removed.entries), model, instance)


def _run(builder: Builder, model: ModelBuilder, instance: ResourceInstance) -> None:
    try:
        builder(model, instance)
    except MalformedAttribute as error:
        model.skip(instance, str(error))


def _infrastructure(model: ModelBuilder, source: Source, chain: Monitoring, resources_seen: int) -> Infrastructure:
    by_address = attrgetter("address")
    return Infrastructure(
        source=source,
        security_groups=tuple(sorted(model.groups, key=by_address)),
        rules=tuple(sorted(model.rules, key=rule_order)),
        prefix_lists=tuple(sorted(model.prefix_lists, key=by_address)),
        network_acl_rules=tuple(sorted(model.acl_rules, key=_acl_order)),
        attachments=tuple(sorted(model.attachments, key=by_address)),
        rule_sets=tuple(sorted(model.rule_sets, key=by_address)),
        monitoring=chain,
        resources_seen=resources_seen,
        skipped=tuple(sorted(model.skipped, key=lambda item: (item.what, item.reason, str(item.location)))),
    )


def rule_order(rule: Rule) -> tuple[object, ...]:
    """Sort key of rules: by the declaring resource, then by content."""
    return (
        rule.address,
        rule.direction,
        str(rule.protocol),
        _number(rule.from_port),
        _number(rule.to_port),
        rule.peer.kind,
        str(rule.peer.value),
        str(rule.description),
    )


def _acl_order(rule: Any) -> tuple[object, ...]:
    return rule.address, rule.direction, _number(rule.rule_number), str(rule.cidr), str(rule.action)


def _number(value: object) -> tuple[int, str]:
    """Return a sort key: numbers in their order, then everything else."""
    return (value, "") if isinstance(value, int) else (1 << 32, str(value))


__all__ = ["TYPES", "build", "rule_order"]
