"""The key that recognises a finding in another assessment: never its line, not its address alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.places import Place
from sgwarden.model.security_groups import SecurityGroup
from sgwarden.model.values import Unknown
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
    """Address or id of the group that the rule opens, else what the code refers to; of an entry of a network ACL the
    ACL; the address of the resource where the finding is about neither."""
    group_name: str
    """Name of the group where it is known, else its type and name in the code; of a monitoring chain its control."""
    subject: tuple[str, ...]
    """The content of the rule, with groups called by their names."""
    verdict: Verdict
    severity: Severity
    place: Place = Place()
    """Where in AWS the group is."""
    group_id: str = ""
    """Of the group, where it is known."""

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

    @property
    def is_of_rule(self) -> bool:
        """Return True if the finding is about a group or a rule, and not about a resource that uses groups."""
        type_, dot, _ = label(self.address).partition(".")
        return not dot or "security_group" in type_ or "network_acl" in type_

    def excuses(self, other: FindingKey) -> bool:
        """Return True if this earlier finding explains ``other``: it was certain and as bad."""
        return self.severity >= other.severity and (self.verdict is Verdict.FAIL or other.verdict is Verdict.UNDECIDED)


class _Owner(Struct, frozen=True):
    """What a rule belongs to that is no group of its source."""

    address: str
    name: str


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

    owners: Mapping[tuple[str, str], _Owner] = field(default_factory=dict)
    """By root and address of a rule: the unknown group or the network ACL that it belongs to."""
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    """By root and address (``""``: of whatever is not named), where in AWS it is."""
    ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Ids of groups by root and address."""

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
        owners: dict[tuple[str, str], _Owner] = {}
        places: dict[tuple[str, str], Place] = {}
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
            root = each.source.path
            seen.update((root, str(getattr(thing, "address", ""))) for kind in things for thing in kind)
            for rule in each.rules:
                if isinstance(rule.security_group, Unknown):
                    owners[root, rule.address] = _unknown_owner(rule.security_group)
            for entry in each.network_acl_rules:
                owner = entry.network_acl
                owners[root, entry.address] = (
                    _unknown_owner(owner) if isinstance(owner, Unknown) else _Owner(owner, label(owner))
                )
            places.update(((root, address), place) for address, place in each.management.places.items())
            if each.account or each.region:
                places[root, ""] = Place(account=each.account or "", region=each.region or "")
                places.update(((root, group.address), _place_of(group, each)) for group in each.security_groups)
        seen.update((root, owner.address) for (root, _), owner in owners.items())
        return cls(
            roots=frozenset(each.source.path for each in every),
            names={
                (each.source.path, group.address): name_of(group) for each in every for group in each.security_groups
            },
            addresses=frozenset(seen),
            unread={path: frozenset(things) for path, things in unread.items()},
            owners=owners,
            places=places,
            ids={
                (each.source.path, group.address): group.id
                for each in every
                for group in each.security_groups
                if group.id
            },
        )

    def key_of(self, finding: Finding) -> FindingKey:
        """Return the key of a finding of this side."""
        root = finding.root
        owner = self.owners.get((root, finding.address)) if finding.security_group is None else None
        group = finding.security_group or (owner.address if owner is not None else finding.address)
        control = finding.subject if finding.identity[:1] and finding.identity[0] in _LINKS else ""
        return FindingKey(
            root=finding.root,
            policy=finding.policy,
            address=finding.address,
            security_group=group,
            group_name=control or self.names.get((root, group)) or (owner.name if owner is not None else label(group)),
            subject=tuple(
                f"group {self.names[finding.root, part]}" if (finding.root, part) in self.names else part
                for part in finding.identity
            ),
            verdict=finding.verdict,
            severity=finding.severity,
            place=self.places.get((root, group))
            or self.places.get((root, finding.address))
            or self.places.get((root, ""), Place()),
            group_id=self.ids.get((root, group), group if group.startswith("sg-") else ""),
        )


def _unknown_owner(value: Unknown) -> _Owner:
    """Return what stands for a group or network ACL that is unknown: what the code refers to, else why it is unknown."""
    if value.address is not None:
        reference = f"{value.address}.{value.attribute}"
        return _Owner(reference, f"{label(value.address)}.{value.attribute}")
    digest = hashlib.sha256(value.reason.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return _Owner(f"unknown-{digest}", f"unknown-{digest}")


def _place_of(group: SecurityGroup, of: Infrastructure) -> Place:
    """Return the place of a group of live AWS."""
    account = group.account if isinstance(group.account, str) else of.account
    region = group.region if isinstance(group.region, str) else of.region
    return Place(account=account or "", region=region or "")


def name_of(group: SecurityGroup) -> str:
    """Return the name of a group, which stays when its code moves."""
    for value in (group.name, group.name_prefix):
        if isinstance(value, str) and value and "name" not in group.sensitive:
            return value
    return label(group.address)


def label(address: str) -> str:
    """Return type and name of a resource without its modules and keys; ids stay as they are."""
    return ".".join(_INDEX.sub("", address).split(".")[-2:])
