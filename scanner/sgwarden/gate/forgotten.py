"""What leaves Terraform's management and stays in AWS: it is not fixed, and as reachable as before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.findings import Finding
from sgwarden.gate.finding_key import FindingKey, label
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.security_groups import Rule

_KEY = re.compile(r"\[(?:\d+|\"(?:[^\"\\\\]|\\\\.)*\")\]")


class Forgotten(Struct, frozen=True):
    """What a change forgets, by root module, plan or state."""

    addresses: dict[str, frozenset[str]]
    """Addresses of groups, rules and other resources of the base."""
    groups: dict[str, frozenset[str]]
    """Addresses or ids of groups that are forgotten, or of which a rule is."""

    @classmethod
    def of(cls, before: Sequence[Infrastructure], after: Sequence[Infrastructure]) -> Forgotten:
        """Return what the base has, the change has not, and no apply destroys."""
        now = {each.source.path: each for each in after}
        addresses: dict[str, frozenset[str]] = {}
        groups: dict[str, frozenset[str]] = {}
        for each in before:
            root = each.source.path
            is_forgotten = _judge_of(each, now.get(root))
            addresses[root] = frozenset(filter(is_forgotten, _addresses(each)))
            groups[root] = frozenset(
                str(rule.security_group) for rule in each.rules if rule.address in addresses[root]
            ) | frozenset(group.address for group in each.security_groups if group.address in addresses[root])
        return cls(addresses, groups)

    def stays(self, finding: Finding) -> bool:
        """Return True if what a finding of the base is about stays in AWS."""
        gone = self.addresses.get(finding.root, frozenset())
        if finding.address in gone:
            return True
        if label(finding.address).startswith(("aws_security_group_rule.", "aws_vpc_security_group_")):
            return False  # the rule itself is destroyed
        return (finding.security_group or finding.address) in self.groups.get(finding.root, frozenset())

    def with_what_stays(
        self, before: Sequence[Infrastructure], after: Sequence[Infrastructure]
    ) -> list[Infrastructure]:
        """Return ``after`` with the groups and rules that are forgotten, for what is reachable."""
        earlier = {each.source.path: each for each in before}
        return [
            _joined(each, earlier[each.source.path], self.addresses[each.source.path])
            if self.addresses.get(each.source.path)
            else each
            for each in after
        ]


def leaves_in_aws(infrastructures: Iterable[Infrastructure]) -> Callable[[FindingKey], bool]:
    """Return a function that returns True if what an earlier finding is about is forgotten and stays in AWS."""
    judges = {each.source.path: _judge_of(None, each) for each in infrastructures if each.management.forgotten}

    def stays(key: FindingKey) -> bool:
        is_forgotten = judges.get(key.root)
        return is_forgotten is not None and is_forgotten(key.address)

    return stays


def note(finding: Finding) -> str:
    """Return what is said of a finding that is forgotten and not fixed."""
    return (
        f"{finding.address} is forgotten, not destroyed, and stays in AWS: {finding.inline_message} [{finding.policy}]"
    )


def _judge_of(before: Infrastructure | None, after: Infrastructure | None) -> Callable[[str], bool]:
    named = after.management.forgotten if after is not None else ()
    whole = {address for address in named if _KEY.search(address)}
    plain = {address for address in named if address not in whole}
    there = frozenset(_addresses(after)) if after is not None else frozenset()

    def is_forgotten(address: str) -> bool:
        if address in whole or any(_is_within(address, each) for each in whole):
            return True
        without_keys = _KEY.sub("", address)
        if any(without_keys == each or _is_within(without_keys, each) for each in plain):
            return True
        return before is not None and address in before.management.never_destroyed and address not in there

    return is_forgotten


def _is_within(address: str, module: str) -> bool:
    return address.startswith((f"{module}.", f"{module}["))


def _addresses(infrastructure: Infrastructure) -> Iterable[str]:
    for things in (
        infrastructure.security_groups, infrastructure.rules, infrastructure.network_acl_rules,
        infrastructure.attachments, infrastructure.prefix_lists,
    ):  # fmt: skip
        for thing in things:
            yield thing.address


def _joined(after: Infrastructure, before: Infrastructure, gone: frozenset[str]) -> Infrastructure:
    there = {group.address for group in after.security_groups}
    groups = [group for group in before.security_groups if group.address in gone and group.address not in there]
    now = {group.id: group.address for group in after.security_groups if group.id}
    ids = {group.address: group.id for group in before.security_groups if group.id}

    def moved(rule: Rule) -> Rule:
        """Return the rule with its group called as the change calls it."""
        address = now.get(ids.get(str(rule.security_group), ""))
        return rule if address is None else replace(rule, security_group=address)

    rules = [moved(rule) for rule in before.rules if rule.address in gone]
    return replace(after, security_groups=(*after.security_groups, *groups), rules=(*after.rules, *rules))
