"""The key that recognises a finding in another assessment: never its line, not its address alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.security_groups import SecurityGroup
from sgwarden.monitoring.links.link import LinkKind

_LINKS = frozenset(str(kind) for kind in LinkKind)
"""What findings about a monitoring chain are about: the link at which it breaks."""
_OF_RULE = 6
"""Texts that make the identity of one rule; see ``sgwarden.model.rules.rule_identity``."""
_INDEX = re.compile(r"\[[^\]]*\]")


class FindingKey(Struct, frozen=True):
    """What identifies one finding."""

    root: str
    policy: str
    address: str
    security_group: str
    """Address or id of the group; the address of the resource where the finding is about no group."""
    group_name: str
    """Name of the group where it is known, else its type and name in the code; of a monitoring chain its control."""
    subject: tuple[str, ...]
    """The content of the rule, with groups called by their names."""
    verdict: Verdict
    severity: Severity

    @property
    def chain(self) -> str:
        """Return the control, of a finding about a monitoring chain; empty for others."""
        return self.group_name if self.subject[:1] and self.subject[0] in _LINKS else ""

    @property
    def rules(self) -> frozenset[tuple[str, ...]]:
        """Return the rules that a finding about a resource rests on; empty for another subject."""
        parts = [self.subject[start : start + _OF_RULE] for start in range(0, len(self.subject), _OF_RULE)]
        whole = all(len(part) == _OF_RULE and part[0] in ("ingress", "egress") for part in parts)
        return frozenset(parts) if whole else frozenset()

    def excuses(self, other: FindingKey) -> bool:
        """Return True if this earlier finding explains ``other``: it was certain and as bad."""
        return self.severity >= other.severity and (self.verdict is Verdict.FAIL or other.verdict is Verdict.UNDECIDED)


class Side(Struct, frozen=True):
    """What one assessment saw, for telling what moved from what is new."""

    roots: frozenset[str] = frozenset()
    """Paths of the root modules, plans and states."""
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Names of groups by root and address."""
    addresses: frozenset[tuple[str, str]] = frozenset()
    """Root and address of every group and of whatever else the policies judge one by one."""
    unread: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """What could not be read, and why, by root; roots that were wholly read are not in it."""

    @property
    def incomplete(self) -> frozenset[str]:
        """Return roots that were not wholly read."""
        return frozenset(self.unread)

    def lacks_more(self, root: str, other: Side | None) -> bool:
        """Return True if a part of a root was not read that ``other`` (None: unknown) may have read."""
        known = other.unread.get(root, frozenset()) if other is not None else frozenset()
        return not self.unread.get(root, frozenset()) <= known

    @classmethod
    def of(cls, infrastructures: Iterable[Infrastructure]) -> Side:
        """Return the side that some infrastructures make."""
        every = list(infrastructures)
        seen: set[tuple[str, str]] = set()
        unread: dict[str, set[tuple[str, str]]] = {}
        for each in every:
            for skipped in each.skipped:
                if not skipped.complete:
                    unread.setdefault(each.source.path, set()).add((skipped.what, skipped.reason))
            things: Sequence[Sequence[object]] = (
                each.security_groups,
                each.rules,
                each.prefix_lists,
                each.network_acl_rules,
                each.attachments,
            )
            seen.update((each.source.path, str(getattr(thing, "address", ""))) for kind in things for thing in kind)
        return cls(
            roots=frozenset(each.source.path for each in every),
            names={
                (each.source.path, group.address): name_of(group) for each in every for group in each.security_groups
            },
            addresses=frozenset(seen),
            unread={path: frozenset(things) for path, things in unread.items()},
        )

    def key_of(self, finding: Finding) -> FindingKey:
        """Return the key of a finding of this side."""
        group = finding.security_group or finding.address
        control = finding.subject if finding.identity[:1] and finding.identity[0] in _LINKS else ""
        return FindingKey(
            root=finding.root,
            policy=finding.policy,
            address=finding.address,
            security_group=group,
            group_name=control or self.names.get((finding.root, group)) or label(group),
            subject=tuple(
                f"group {self.names[finding.root, part]}" if (finding.root, part) in self.names else part
                for part in finding.identity
            ),
            verdict=finding.verdict,
            severity=finding.severity,
        )


def name_of(group: SecurityGroup) -> str:
    """Return the name of a group, which stays when its code moves."""
    for value in (group.name, group.name_prefix):
        if isinstance(value, str) and value and "name" not in group.sensitive:
            return value
    return label(group.address)


def label(address: str) -> str:
    """Return type and name of a resource without its modules and keys; ids stay as they are."""
    return ".".join(_INDEX.sub("", address).split(".")[-2:])
