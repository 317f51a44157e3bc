"""The live side, indexed: groups and rules by id, and which places were read and which not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.model.infrastructure import Infrastructure, PrefixList, Skipped
from sgwarden.model.rules import canonical_peer
from sgwarden.model.security_groups import Rule, SecurityGroup

_GROUP_ID = re.compile(r"\bsg-[0-9A-Za-z]+")


_ELSEWHERE = re.compile(
    r"\b(network interfaces|network ACLs|trails?|event selectors|log groups?|metric filters?|(composite |metric )?alarms?"
    r"|topics?|subscriptions?|AWS Config|EventBridge|buckets?|role policies|monitoring)\b"
)


def concerns_groups(skipped: Skipped) -> Skipped:
    """Return the skipped item, as complete unless it is about groups, rules or prefix lists."""
    return replace(skipped, complete=True) if _ELSEWHERE.search(skipped.what) else skipped


class Place(Struct):
    """One account and region."""

    account: str | None
    region: str | None
    groups_read: bool
    rules_read: bool
    lists_read: bool
    doubtful: frozenset[str]
    """Ids of groups of which something was not understood or changed while it was read."""
    groups: list[SecurityGroup] = field(default_factory=list)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def id_by_name(self, name: str) -> str | None:
        """Return the id of the only group of that name."""
        found = self.by_name.get(name, [])
        return found[0] if len(found) == 1 else None

    def may_hold(self, account: str | None, region: str | None) -> bool:
        """Return whether something of that account and region (None: not known) may be here."""
        return all(a is None or b is None or a == b for a, b in ((self.account, account), (self.region, region)))

    def __str__(self) -> str:
        return "/".join(filter(None, (self.account, self.region))) or "the live side"


class Live:
    """Everything that was read."""

    def __init__(self, infrastructures: Sequence[Infrastructure]) -> None:
        self.places: list[Place] = []
        self.groups: dict[str, tuple[SecurityGroup, Place]] = {}
        self.lists: dict[str, tuple[PrefixList, Place]] = {}
        self.entries: dict[str, tuple[str, ...]] = {}
        self._rules: dict[str, list[Rule]] = defaultdict(list)
        self._canonical: dict[str, list[Rule]] = {}
        for each in infrastructures:
            self._add(each)

    def _add(self, each: Infrastructure) -> None:
        doubtful = frozenset(
            identity for skipped in each.skipped if not skipped.complete for identity in _GROUP_ID.findall(skipped.what)
        )
        place = Place(
            each.account, each.region, "security_groups" not in each.unread, "rules" not in each.unread,
            "prefix_lists" not in each.unread, doubtful,
        )  # fmt: skip
        self.places.append(place)
        for group in each.security_groups:
            if group.id is not None:
                place.groups.append(group)
                self.groups[group.id] = (group, place)
                if isinstance(group.name, str):
                    place.by_name[group.name].append(group.id)
        for rule in each.rules:
            if isinstance(rule.security_group, str):
                self._rules[rule.security_group].append(rule)
        for entry in each.prefix_lists:
            if entry.id is not None:
                self.lists[entry.id] = (entry, place)
                cidrs = entry.known_cidrs
                if cidrs is not None:
                    self.entries[entry.id] = cidrs

    def rules(self, identity: str) -> list[Rule]:
        """Return the rules of a group, peers canonical."""
        found = self._canonical.get(identity)
        if found is None:
            group, place = self.groups[identity]
            account = group.account if isinstance(group.account, str) else place.account
            found = [
                canonical_peer(rule, identity, account, place.id_by_name) for rule in self._rules.get(identity, ())
            ]
            self._canonical[identity] = found
        return found

    @property
    def rule_count(self) -> int:
        """How many rules there are."""
        return sum(len(rules) for rules in self._rules.values())

    def candidates(self, account: str | None, region: str | None) -> list[Place]:
        """Return the places that something of that account and region may be in."""
        return [place for place in self.places if place.may_hold(account, region)]
