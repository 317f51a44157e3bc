"""Compares what static evaluation says of a root module with what terraform planned.

Two comparisons: attribute by attribute (``compare_plan``), and as the model that policies judge (``rules_of``). Both
return plain lists, so that a failing test shows every difference at once.

Normalisation, each with its reason:

- null, absent, an empty list and an empty block list are one (the SDK's provider writes ``[]`` and ``""`` for what was
  not configured); ``false`` counts as absent for the two optional flags whose default it is.
- Scalars compare as text: the plan has converted them to the schema's types, code has not.
- Sets compare without order and, where wholly known, without repetition.
- A list, set or map with an unknown element may be wholly unknown in the plan: the SDK cannot plan a partly known one.
  It equals a collection of ours with an unknown element.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden.model.values import Sensitive, Unknown, reveal
from sgwarden.terraform.types.numbers import format_number
from tests.truth.real_terraform import Case

UNKNOWN = "(unknown)"
COMPARED = frozenset(
    {
        "aws_security_group",
        "aws_default_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_rules_exclusive",
        "aws_ec2_managed_prefix_list",
        "aws_ec2_managed_prefix_list_entry",
        "aws_network_acl",
        "aws_network_acl_rule",
        "aws_default_network_acl",
        "aws_vpc",
        "aws_subnet",
        "terraform_data",
    }
)
SETS = frozenset(
    {"ingress", "egress", "entry", "security_groups", "prefix_list_ids", "cidr_blocks", "ipv6_cidr_blocks"}
)
FALSE_IS_ABSENT = frozenset({"self", "revoke_rules_on_delete"})
EMPTY_IS_ABSENT = frozenset({"description", "cidr_block", "ipv6_cidr_block"})
COMPUTED_WHEN_NULL = frozenset({"name", "name_prefix", "vpc_id", "ingress", "egress", "cidr_block"})
"""Optional and computed attributes: a null in code is unknown in a plan."""
DEFAULTS = {("aws_security_group", "description"): "Managed by Terraform"}
"""What the provider plans for a null."""
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
NOT_ATTRIBUTES = frozenset({"timeouts", "lifecycle", "provisioner", "connection", "tags_all"})
"""Blocks of the language, and the one computed attribute that evaluation fills in for references."""
NUMBERS = frozenset({"from_port", "to_port", "rule_no", "rule_number", "max_entries"})


def planned_changes(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Managed resources that exist after the plan, by address."""
    gone = (["delete"], ["forget"])
    return {
        change["address"]: change
        for change in plan.get("resource_changes", ())
        if change["mode"] == "managed" and change["change"]["actions"] not in gone
    }


def compare_plan(instances: Iterable[ResourceInstance], plan: Mapping[str, Any], case: Case) -> list[str]:
    """Every difference between the evaluated instances and the plan, one line each; empty when they agree."""
    ours = {instance.address: instance for instance in instances if instance.mode == "managed"}
    planned = planned_changes(plan)
    differences = [f"{address}: terraform plans it, we do not have it" for address in sorted(planned.keys() - ours)]
    differences += [f"{address}: we have it, terraform does not" for address in sorted(ours.keys() - planned)]
    for address in sorted(ours.keys() & planned):
        instance = ours[address]
        if instance.may_exist is not None and not _excepted(case.undecided, f"{address}:*"):
            differences.append(f"{address}: terraform plans it, we are not sure: {instance.may_exist.reason}")
        if instance.type in COMPARED:
            differences += _compare_attributes(instance, planned[address]["change"], case)
    return differences


def _compare_attributes(instance: ResourceInstance, change: Mapping[str, Any], case: Case) -> list[str]:
    after, unknown = change["after"] or {}, change["after_unknown"] or {}
    names = set(instance.attributes) | set(instance.declared or ())
    if instance.type in ("aws_security_group", "aws_default_security_group"):
        names |= {"ingress", "egress"}
    differences = []
    for name in sorted(names - NOT_ATTRIBUTES):
        value = instance.attributes.get(name)
        planned = expected(after.get(name), unknown.get(name, False), name)
        mine = canonical(value, name)
        key = f"{instance.address}:{name}"
        if not _agree(instance.type, name, mine, planned):
            if _has_unknown(mine) and _excepted(case.undecided, key):
                continue
            if _has_unknown(planned) and _excepted(case.known, key):
                continue
            differences.append(f"{key}: terraform plans {planned!r}, we have {mine!r}")
        marked = _marked(change.get("after_sensitive", {}), name)
        if marked != _sensitive(value):
            differences.append(f"{key}: terraform {'marks' if marked else 'does not mark'} it sensitive, we differ")
    return differences


def _agree(type_: str, name: str, mine: Any, planned: Any) -> bool:
    if mine is None:
        if planned is None or DEFAULTS.get((type_, name)) == planned:
            return True
        return planned == UNKNOWN and name in COMPUTED_WHEN_NULL
    return _same(mine, planned)


def _same(mine: Any, planned: Any) -> bool:
    if planned == UNKNOWN:
        members = mine.values() if isinstance(mine, dict) else mine if isinstance(mine, list) else ()
        return mine == UNKNOWN or UNKNOWN in members
    if isinstance(planned, dict) and isinstance(mine, dict):
        return mine.keys() == planned.keys() and all(_same(mine[key], planned[key]) for key in mine)
    if isinstance(planned, list) and isinstance(mine, list):
        return len(mine) == len(planned) and _matching(mine, planned)
    return type(mine) is type(planned) and bool(mine == planned)


def _matching(mine: list[Any], planned: list[Any]) -> bool:
    """Whether each element of ``mine`` has its own equal in ``planned`` (order of lists is kept by ``canonical``)."""
    rest = list(planned)
    for element in sorted(mine, key=_unknowns):
        for position, candidate in enumerate(rest):
            if _same(element, candidate):
                del rest[position]
                break
        else:
            return False
    return True


def _unknowns(value: Any) -> int:
    return repr(value).count(UNKNOWN)


def expected(after: Any, unknown: Any, name: str) -> Any:
    """The canonical form of a planned value out of ``after`` and ``after_unknown``."""
    return canonical(_joined(after, unknown), name)


def _joined(after: Any, unknown: Any) -> Any:
    if unknown is True:
        return Unknown("in the plan")
    if isinstance(unknown, dict):
        after = after or {}
        return {key: _joined(after.get(key), unknown.get(key, False)) for key in after.keys() | unknown.keys()}
    if isinstance(unknown, list):
        after = list(after or ())
        after += [None] * (len(unknown) - len(after))
        return tuple(_joined(a, u) for a, u in zip(after, [*unknown, *[False] * len(after)], strict=False))
    return after


def canonical(value: Any, name: str = "") -> Any:
    """A value in the one form that both sides share: str, list, dict, None or UNKNOWN."""
    value = reveal(value)
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        if "__may_exist__" in value:
            return UNKNOWN
        members = {key: canonical(member, key) for key, member in value.items()}
        return {key: member for key, member in members.items() if member is not None} or None
    if isinstance(value, list | tuple):
        elements = [canonical(member, name) for member in value]
        return (_as_set(elements) if name in SETS else elements) or None
    return _scalar(value, name)


def _as_set(members: list[Any]) -> list[Any]:
    members = sorted(members, key=repr)
    return [m for i, m in enumerate(members) if i == 0 or m != members[i - 1] or _unknowns(m)]


def _scalar(value: Any, name: str) -> str | None:
    if value is None or (value is False and name in FALSE_IS_ABSENT):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = format_number(value) if isinstance(value, int | Fraction) else str(value)
    if name in FALSE_IS_ABSENT and text == "false":
        return None
    if name in NUMBERS and text.lstrip("-").isdigit():
        return str(int(text))
    if name in ("protocol", "ip_protocol"):
        return PROTOCOLS.get(text.lower(), text.lower())
    return None if text == "" and name in EMPTY_IS_ABSENT else text


def _has_unknown(value: Any) -> bool:
    return UNKNOWN in repr(value)


def _excepted(table: Mapping[str, str], key: str) -> bool:
    return any(key == pattern or fnmatch.fnmatchcase(key, pattern.replace("[", "[[]")) for pattern in table)


def _marked(after_sensitive: Any, name: str) -> bool:
    def holds_true(mark: Any) -> bool:
        if isinstance(mark, dict):
            return any(holds_true(member) for member in mark.values())
        if isinstance(mark, list):
            return any(holds_true(member) for member in mark)
        return mark is True

    return holds_true(after_sensitive.get(name)) if isinstance(after_sensitive, dict) else holds_true(after_sensitive)


def _sensitive(value: Any) -> bool:
    if isinstance(value, Sensitive):
        return True
    if isinstance(value, Mapping):
        return any(_sensitive(member) for member in value.values())
    return isinstance(value, list | tuple) and any(_sensitive(member) for member in value)


RuleContent = tuple[str, ...]


def rules_of(rules: Iterable[Rule], *, unknown_as: str = UNKNOWN) -> list[RuleContent]:
    """What the rules say, without where they are written and how they are called; sorted."""

    def text(value: Any) -> str:
        return unknown_as if isinstance(value, Unknown) else str(value)

    return sorted(
        (
            text(rule.security_group),
            rule.address,
            rule.direction,
            text(rule.protocol),
            text(rule.from_port),
            text(rule.to_port),
            rule.peer.kind,
            text(rule.peer.value),
            text(rule.description),
        )
        for rule in rules
    )


REFERENCED = ("security_group", "prefix_list")
GROUP, KIND, PEER = 0, 6, 7
"""Positions in RuleContent."""


def compare_rules(
    ours: Iterable[Rule],
    theirs: Iterable[Rule],
    *,
    ours_open: bool = False,
    theirs_open: bool = False,
    plan: bool = False,
) -> list[str]:
    """Rules without an equal on the other side, one line each.

    ``ours_open``: an unknown field of ours equals any of theirs (an apply or a data source knows it); ``theirs_open``:
    the reverse. Otherwise an unknown equals only an unknown, except that a plan (``plan``) says less than code: it
    names no resource behind an id that it does not know (so no group, no list, no "self"), and it folds a list of
    peers with one unknown element into one unknown peer, or into those that its references name.
    """

    def equal(mine: RuleContent, other: RuleContent) -> bool:
        return all(
            a == b
            or (ours_open and a == UNKNOWN)
            or (theirs_open and b == UNKNOWN)
            or (plan and nameless(mine, other, i))
            for i, (a, b) in enumerate(zip(mine, other, strict=True))
        )

    mine = sorted(rules_of(ours), key=_unknowns)
    rest = rules_of(theirs)
    folded = [other for other in rest if plan and (other[PEER] == UNKNOWN or other[KIND] in REFERENCED)]
    differences = []
    for rule in mine:
        found = next((other for other in rest if equal(rule, other)), None)
        if found is not None:
            rest.remove(found)
        elif not any(
            equal((*rule[:PEER], other[PEER], *rule[PEER + 1 :]), other) and _partly(rule, mine) for other in folded
        ):
            differences.append(f"only in code: {rule}")
    return differences + [f"not in code: {other}" for other in rest]


def nameless(mine: RuleContent, other: RuleContent, position: int) -> bool:
    """Whether a field of the plan's rule is an id without a name that code can tell the name of."""
    if position == GROUP:
        return other[GROUP] == UNKNOWN
    if position == KIND:
        return mine[KIND] == "self" and other[KIND] == "security_group" and other[PEER] == UNKNOWN
    return position == PEER and other[KIND] in REFERENCED and other[PEER] == UNKNOWN


def _partly(rule: RuleContent, mine: list[RuleContent]) -> bool:
    """Whether the list that ``rule`` comes from holds an unknown CIDR, or ids, which a plan never knows."""
    siblings = [other for other in mine if other[:PEER] == rule[:PEER] and other[PEER + 1 :] == rule[PEER + 1 :]]
    return rule[KIND] in REFERENCED or any(other[PEER] == UNKNOWN for other in siblings)


def groups_of(groups: Iterable[SecurityGroup]) -> list[tuple[Any, ...]]:
    """What security groups say that code and plan both know: address, default, rules inline or not."""
    return [
        (group.address, group.default, group.ingress_inline, group.egress_inline, group.rules_managed == "all")
        for group in groups
    ]
