"""Rules that were made by hand before a plan: those that the change writes into the code are brought by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.findings import Finding, Report
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.rules import rule_identity
from sgwarden.model.security_groups import Rule

_OF_RULE = 6
_INDEX = re.compile(r"\[[^\]]*\]")
_PEERS = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")
_Key = tuple[str, tuple[str, ...]]
"""Address or id of a group, and the identity of one of its rules."""
WrittenBlocks = Mapping[tuple[str, str], "list[Any] | None"]
"""Inline blocks that a plan's configuration has, by address without keys and direction; None: not constant ones."""


class HandMade(Struct, frozen=True):
    """By root: the rules that were made by hand and that the code declares now."""

    declared: Mapping[str, frozenset[_Key]]

    @classmethod
    def of(
        cls,
        applied: Sequence[Infrastructure],
        refreshed: Sequence[Infrastructure],
        planned: Sequence[Infrastructure],
        written: Mapping[str, WrittenBlocks],
    ) -> HandMade:
        """Return what came between ``applied`` and ``refreshed``, and what of it ``planned`` declares.

        ``written`` is by root.
        """
        before, then = _by_root(applied), _by_root(refreshed)
        declared: dict[str, frozenset[_Key]] = {}
        for each in planned:
            root = each.source.path
            earlier = before.get(root, {})
            made = then.get(root, {}).keys() - earlier.keys()
            declares = _Declared(each, earlier, written.get(root, {}))
            declared[root] = frozenset(key for key, rule in _rules(each).items() if key in made and declares(rule))
        return cls(declared)

    def explains(self, finding: Finding) -> bool:
        """Return True if a finding rests on a rule that was made by hand and is declared now."""
        group = finding.security_group or finding.address
        parts = {finding.identity[at : at + _OF_RULE] for at in range(0, len(finding.identity), _OF_RULE)}
        of_rules = bool(parts) and all(len(part) == _OF_RULE and part[0] in ("ingress", "egress") for part in parts)
        return any(key[0] == group and (not of_rules or key[1] in parts) for key in self.declared.get(finding.root, ()))

    def without_declared(self, refreshed: Sequence[Infrastructure]) -> list[Infrastructure]:
        """Return ``refreshed`` without the rules that the code declares only now."""
        return [
            replace(
                each,
                rules=tuple(
                    rule
                    for rule in each.rules
                    if (rule.security_group, rule_identity(rule)) not in self.declared.get(each.source.path, ())
                ),
            )
            for each in refreshed
        ]


def as_new(report: Report, applied: Report, hand_made: HandMade) -> Report:
    """Return ``report`` with existing findings as new that ``applied`` has as new and that rest on such rules."""
    findings = tuple(
        replace(finding, status="new")
        if finding.status == "existing" and other.status == "new" and hand_made.explains(finding)
        else finding
        for finding, other in zip(report.findings, applied.findings, strict=True)
    )
    return replace(report, findings=findings)


class _Declared:
    """Returns True for a rule of a plan that the code declares, as far as the plan shows it."""

    def __init__(self, planned: Infrastructure, applied: Mapping[_Key, Rule], written: WrittenBlocks) -> None:
        self._groups = {group.address: group for group in planned.security_groups}
        self._applied = {(rule.security_group, rule.direction) for rule in applied.values() if rule.style == "inline"}
        self._written = written

    def __call__(self, rule: Rule) -> bool:
        group = self._groups.get(str(rule.security_group))
        if rule.style != "inline" or group is None:
            return True
        place = (_INDEX.sub("", group.address), rule.direction)
        if place in self._written:
            blocks = self._written[place]
            # A group that ignores changes keeps what was made by hand, and its code does not say so.
            return blocks is None or any(_may_say(block, rule) for block in blocks)
        # Read from AWS, unless dynamic blocks say so, which plans leave out: then there were rules before.
        return group.rules_managed != "some" and (rule.security_group, rule.direction) in self._applied


def _may_say(block: Any, rule: Rule) -> bool:
    """Return True if an inline block names the ports and the peer of a rule."""
    if not isinstance(block, dict):
        return True
    peers = {str(peer) for name in _PEERS for peer in block.get(name) or ()}
    ports = rule.protocol == "all" or (block.get("from_port"), block.get("to_port")) == (rule.from_port, rule.to_port)
    return ports and (block.get("self") is True if rule.peer.kind == "self" else str(rule.peer.value) in peers)


def _by_root(infrastructures: Sequence[Infrastructure]) -> dict[str, dict[_Key, Rule]]:
    return {each.source.path: _rules(each) for each in infrastructures}


def _rules(infrastructure: Infrastructure) -> dict[_Key, Rule]:
    return {
        (rule.security_group, rule_identity(rule)): rule
        for rule in infrastructure.rules
        if isinstance(rule.security_group, str)
    }
