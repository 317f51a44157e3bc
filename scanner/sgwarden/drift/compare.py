"""The comparison: declared against live, pure and in the smallest differences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.drift import compare_attributes, compare_groups, compare_prefix_lists
from sgwarden.drift.compare_rules import RuleComparison
from sgwarden.drift.declared import NO_TAGS, Declared, DeclaredGroup, DeclaredRule, IgnoredTags
from sgwarden.drift.differences import Comparison, Difference, Note, Pending, Undecided
from sgwarden.drift.live import Live, Place, concerns_groups
from sgwarden.model.infrastructure import Infrastructure, Skipped
from sgwarden.model.rules import canonical_peer, first_unknown, rule_key
from sgwarden.model.security_groups import Peer, Rule, SecurityGroup
from sgwarden.model.values import Unknown


class Options(Struct, frozen=True):
    """What a comparison leaves out and counts."""

    ignored_tags: IgnoredTags = NO_TAGS
    """Tags that somebody else sets (``ignore_tags`` of the provider)."""
    counted_services: frozenset[str] = frozenset()
    """``default``, ``services``: unmanaged groups of these are drift too."""


def compare(
    declared: Declared,
    live: Sequence[Infrastructure],
    options: Options | None = None,
    previous: Sequence[Infrastructure] | None = None,
) -> Comparison:
    """Return every difference between what is declared and what is live, sorted.

    Nothing is claimed of what was not read. ``previous`` is an earlier live side: with it new rules are marked as new.
    """
    return _Comparing(
        declared, Live(live), live, options or Options(), None if previous is None else Live(previous)
    ).run()


class _Comparing:
    """One comparison while it is made."""

    def __init__(
        self,
        declared: Declared,
        live: Live,
        sources: Sequence[Infrastructure],
        options: Options,
        previous: Live | None,
    ) -> None:
        self.declared = declared
        self.live = live
        self.options = options
        self.previous = previous
        self.differences: list[Difference] = []
        self.undecided: list[Undecided] = list(declared.undecided)
        self.notes: list[Note] = list(declared.notes)
        self.pending: list[Pending] = list(declared.pending)
        unread = (concerns_groups(each) for source in sources for each in source.skipped)
        self.skipped: set[Skipped] = {*declared.skipped, *unread}
        self.unread = ", ".join(sorted(set(declared.unread)))
        self.claimed: dict[str, DeclaredGroup] = {}
        self.ambiguous: set[str] = set()
        self.ids: dict[tuple[str, str], str] = {}
        """Ids of groups that were matched by name, by source and address."""

    def run(self) -> Comparison:
        """Compare all groups and prefix lists."""
        found: list[tuple[DeclaredGroup, str]] = []
        missing: list[tuple[DeclaredGroup, Place | None]] = []
        for group in self.declared.groups:
            self._find(group, found, missing)
        for group, identity in found:
            self._compare_group(group, identity)
        for group, place in missing:
            self.differences.append(compare_groups.missing(group, place))
        self._unmanaged()
        self.differences += compare_prefix_lists.compare(self.declared, self.live)
        self._replaced()
        return self._result()

    # finding the live group

    def _find(
        self,
        group: DeclaredGroup,
        found: list[tuple[DeclaredGroup, str]],
        missing: list[tuple[DeclaredGroup, Place | None]],
    ) -> None:
        if group.id is None:
            if group.applied:
                self._find_by_name(group, found)
            return
        if not group.applied:
            return
        if group.id in self.live.groups:
            found.append((group, group.id))
            self.claimed[group.id] = group
            return
        candidates = self.live.candidates(group.account, group.region)
        if not candidates:
            where = "/".join(filter(None, (group.account, group.region)))
            self.skipped.add(
                Skipped(where or "the live side", "security groups of it are declared and it was not read")
            )
        elif not all(place.groups_read for place in candidates):
            unread = ", ".join(str(place) for place in candidates if not place.groups_read)
            self._undecide(group, candidates[0], "whether the group exists", f"the groups of {unread} were not read")
        else:
            missing.append((group, candidates[0] if len(candidates) == 1 else None))

    def _find_by_name(self, group: DeclaredGroup, found: list[tuple[DeclaredGroup, str]]) -> None:
        """Find a group of code without a state: by its name, and its VPC where that is known."""
        assert group.group is not None
        candidates = self.live.candidates(group.account, group.region)
        if not candidates:
            where = "/".join(filter(None, (group.account, group.region)))
            self.skipped.add(
                Skipped(where or "the live side", "security groups of it are declared and it was not read")
            )
            return
        fitting = [each for place in candidates for each in place.groups if _fits(group.group, each)]
        free = [each for each in fitting if each.id not in self.claimed]
        place = candidates[0]
        if len(free) == 1 and free[0].id is not None and self._certain(group.group):
            identity = free[0].id
            self.claimed[identity] = group
            self.ids[group.source, group.group.address] = identity
            found.append((group, identity))
        elif free:
            self.ambiguous |= {str(each.id) for each in free}
            names = ", ".join(str(each.id) for each in free[:5])
            self._undecide(
                group, place, "which live group it is", f"without a state its id is not known; it may be {names}"
            )
        elif not all(each.groups_read for each in candidates):
            self._undecide(group, place, "whether the group exists", "not every region that it may be in was read")
        elif group.group.may_exist is not None:
            self._undecide(group, place, "whether the group exists", group.group.may_exist.reason)
        else:
            detail = "there is no live group of this name: it is not applied, or it was deleted (a state would tell)"
            self.pending.append(Pending(group.group.address, "to be created", detail, group.source))

    def _certain(self, group: SecurityGroup) -> bool:
        return isinstance(group.name, str) or isinstance(group.name_prefix, str)

    # comparing it

    def _compare_group(self, group: DeclaredGroup, identity: str) -> None:
        live_group, place = self.live.groups[identity]
        if group.status == "tainted":
            self.notes.append(Note("tainted", identity, f"{group.address} is tainted: the next apply replaces it"))
        if group.group is not None:
            found, open_questions = compare_attributes.compare(group, live_group, place, self.options.ignored_tags)
            self.differences += found
            self.undecided += open_questions
        if not place.rules_read or identity in place.doubtful:
            reason = "it changed or was not understood while it was read" if place.rules_read else "they were not read"
            self._undecide(group, place, "the rules of the group", reason)
            return
        account = live_group.account if isinstance(live_group.account, str) else place.account
        rules = [self._canonical(each, group, identity, account, place) for each in group.rules]
        comparing = RuleComparison(
            group, rules, live_group, self.live, place, self._earlier(identity, account, place), self.unread
        )
        comparing.run()
        self.differences += comparing.differences
        self.undecided += comparing.undecided
        self.notes += comparing.notes

    def _canonical(
        self, each: DeclaredRule, group: DeclaredGroup, identity: str, account: str | None, place: Place
    ) -> DeclaredRule:
        rule = each.rule
        if rule.peer.kind != "security_group":
            return each
        value = rule.peer.value
        if isinstance(value, Unknown) and value.address is not None:
            known = self.ids.get((group.source, value.address))
            if known is not None:
                rule = replace(rule, peer=Peer("security_group", known))
        rule = canonical_peer(rule, identity, account, place.id_by_name)
        return each if rule is each.rule else replace(each, rule=rule)

    def _earlier(self, identity: str, account: str | None, place: Place) -> set[object] | None:
        """Return the contents of the group's rules in the previous snapshot; None when it was not read."""
        previous = self.previous
        if previous is None:
            return None
        if identity in previous.groups:
            return {rule_key(rule) for rule in previous.rules(identity) if first_unknown(rule) is None}
        then = previous.candidates(account, place.region)
        return set() if then and all(each.groups_read and each.rules_read for each in then) else None

    def _undecide(self, group: DeclaredGroup, place: Place, what: str, reason: str) -> None:
        name = group.id or group.address or ""
        self.undecided.append(
            Undecided(group.account or place.account or "", group.region or place.region or "", name, what, reason)
        )

    # the rest

    def _unmanaged(self) -> None:
        unknown_groups: list[str] = []
        for identity, (group, place) in self.live.groups.items():
            if identity in self.claimed or identity in self.declared.managed_ids or identity in self.ambiguous:
                owner = self.claimed.get(identity)
                if owner is not None and owner.group is None:
                    text = "rules of the group are declared, and the group itself is not"
                    self.notes.append(Note("partly_managed", identity, text))
                continue
            if place.account is not None and isinstance(group.account, str) and group.account != place.account:
                self.notes.append(
                    Note(
                        "shared_group",
                        identity,
                        f"the group belongs to account {group.account} and is shared with {place.account}",
                    )
                )
                continue
            if self.unread:
                unknown_groups.append(identity)
                continue
            rules = self.live.rules(identity) if place.rules_read and identity not in place.doubtful else None
            before = None if self.previous is None else identity not in self.previous.groups
            self.differences.append(compare_groups.unmanaged(group, place, rules, self.live.entries, before))
        if unknown_groups:
            names = ", ".join(sorted(unknown_groups)[:10]) + (", ..." if len(unknown_groups) > 10 else "")
            what = f"whether {len(unknown_groups)} live groups are managed: {names}"
            reason = f"not everything declared was read: {self.unread}"
            self.undecided.append(Undecided("", "", "", what, reason))

    def _replaced(self) -> None:
        """Note where a missing group and one that Terraform does not know have the same name and VPC."""
        fresh: dict[tuple[object, ...], int] = {}
        for number, each in enumerate(self.differences):
            if each.kind == "group_unmanaged" and each.group_live is not None:
                fresh[each.region, each.group_live.name, each.group_live.vpc_id] = number
        for number, each in enumerate(self.differences):
            own = each.group_declared
            if each.kind != "group_missing" or own is None or not isinstance(own.name, str):
                continue
            at = fresh.get((each.region, own.name, own.vpc_id))
            if at is None:
                continue
            other = self.differences[at]
            text = f"replaced by {other.group_id}: it has the same name and VPC, and Terraform does not know it"
            self.differences[number] = replace(each, notes=(*each.notes, text))
            back = f"it has the name and VPC of {each.group_id} ({each.address}), which is gone"
            self.differences[at] = replace(other, notes=(*other.notes, back))
            self.notes.append(Note("replaced_by", each.group_id, text))

    def _result(self) -> Comparison:
        places = self.live.places
        read = sorted({(str(p.account or ""), str(p.region or "")) for p in places if p.groups_read and p.rules_read})
        return Comparison(
            differences=tuple(sorted(with_fingerprints(self.differences), key=order)),
            undecided=tuple(sorted(set(self.undecided))),
            pending=tuple(sorted(set(self.pending))),
            notes=tuple(sorted(set(self.notes))),
            skipped=tuple(sorted(self.skipped, key=lambda item: (item.what, item.reason, str(item.location)))),
            groups_declared=sum(group.group is not None for group in self.declared.groups),
            groups_live=len(self.live.groups),
            rules_declared=sum(len(group.rules) for group in self.declared.groups),
            rules_live=self.live.rule_count,
            counted_services=self.options.counted_services,
            places=tuple(read),
        )


def _fits(declared: SecurityGroup, live: SecurityGroup) -> bool:
    """Return whether a live group may be the one that code declares."""
    if isinstance(declared.vpc_id, str) and isinstance(live.vpc_id, str) and declared.vpc_id != live.vpc_id:
        return False
    if isinstance(declared.name, str):
        return declared.name == live.name
    prefix = declared.name_prefix
    return isinstance(prefix, str) and isinstance(live.name, str) and live.name.startswith(prefix)


def with_fingerprints(differences: Iterable[Difference]) -> list[Difference]:
    """Return every difference with its fingerprint; equal ones are numbered.

    A fingerprint is what a difference is about, free of times, lines and order. Users store it (the history, files of
    acknowledged differences), so its parts must not change.
    """
    seen: dict[str, int] = {}
    result = []
    for each in differences:
        text = json.dumps(_fingerprint_parts(each), default=str)
        count = seen[text] = seen.get(text, 0) + 1
        full = text if count == 1 else f"{text}#{count}"
        result.append(replace(each, fingerprint=hashlib.sha256(full.encode()).hexdigest()[:32]))
    return result


def _fingerprint_parts(each: Difference) -> list[object]:
    rules = (each.rule_declared, each.rule_live)
    return [
        each.kind, each.account, each.region, each.group_id, each.attribute,
        [list(rule_key(rule)) if rule is not None else None for rule in rules],
        [rule.description if rule is not None else None for rule in rules] if each.kind == "rule_changed" else None,
        each.live if each.kind in ("attribute_changed", "prefix_list_changed") else None,
    ]  # fmt: skip


def order(difference: Difference) -> tuple[object, ...]:
    """Return the sort key: by place and group, then by kind and content."""
    rule: Rule | None = difference.rule_live or difference.rule_declared
    return (
        difference.account or "", difference.region or "", difference.group_name or "", difference.group_id,
        difference.kind, difference.attribute or "", str(rule_key(rule)) if rule is not None else "", difference.fingerprint,
    )  # fmt: skip
