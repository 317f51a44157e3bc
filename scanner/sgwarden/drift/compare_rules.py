"""The differences between the declared and the live rules of one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from sgwarden.drift import service_owned
from sgwarden.drift.declared import DeclaredGroup, DeclaredRule
from sgwarden.drift.differences import Difference, Kind, Note, Ownership, Undecided
from sgwarden.drift.exposure import Exposure, changes, opens
from sgwarden.drift.live import Live, Place
from sgwarden.drift.match_rules import Matched, key_without_account, match
from sgwarden.drift.titles import quoted
from sgwarden.model.jsonable import rule_content
from sgwarden.model.rules import RuleKey, first_unknown, rule_key, rule_text
from sgwarden.model.security_groups import Rule, SecurityGroup

_NOBODY = Ownership("none")


class RuleComparison:
    """One group while its rules are compared."""

    def __init__(
        self,
        group: DeclaredGroup,
        declared: list[DeclaredRule],
        live_group: SecurityGroup,
        live: Live,
        place: Place,
        earlier: set[object] | None,
        unread: str = "",
    ) -> None:
        self.group = group
        self.declared = declared
        self.identity = str(live_group.id)
        self.live_group = live_group
        self.live = live
        self.place = place
        self.earlier = earlier
        self.unread = unread
        self.differences: list[Difference] = []
        self.undecided: list[Undecided] = []
        self.notes: list[Note] = []

    def run(self) -> None:
        """Fill ``differences``, ``undecided`` and ``notes``."""
        rules = self.live.rules(self.identity)
        if self.earlier is not None:
            self._compare_with_earlier(rules, self.earlier)
        matched = match(self.declared, rules)
        self._note_stale_references(rules)
        self._ask_about_swallowed(rules)
        if not (matched.changed or matched.removed or matched.added or matched.recreated or matched.undecided
                or matched.duplicates or matched.unclear_descriptions):  # fmt: skip
            return
        self.before = Exposure([each.rule for each in self.declared if not each.optional], self.live.entries)
        self.after = Exposure(rules, self.live.entries)
        for declared, rule in matched.changed:
            self._changed(declared, rule, matched)
        for declared, rule in matched.recreated:
            self._recreated(declared, rule)
        for declared in matched.removed:
            self._removed(declared)
        if self.group.group is not None:
            for rule in matched.added:
                self._added(rule)
        self._ask_about_unknown(matched)
        for first, second in matched.duplicates:
            where = f"{first.rule.address} and {second.rule.address}"
            self.notes.append(
                Note("duplicate_declaration", self.identity, f"{rule_text(first.rule)} is declared twice: {where}")
            )
        self._note_recreated_peers(matched)

    def _compare_with_earlier(self, rules: Sequence[Rule], earlier: set[object]) -> None:
        """Sort out the rules that are live and in the state by whether the previous snapshot has them."""
        fresh = {
            content: rule
            for rule in rules
            if first_unknown(rule) is None and (content := rule_key(rule)) not in earlier
        }
        present = {rule_key(rule) for rule in rules if first_unknown(rule) is None}
        kept = []
        for each in self.declared:
            mine: RuleKey | None = rule_key(each.rule) if first_unknown(each.rule) is None else None
            owner = self._owner(each.rule)
            if each.not_yet and mine in earlier and mine not in present:
                # It was live and is in the code: somebody took it away, and a refresh took it out of the state.
                kept.append(replace(each, optional=""))
            elif mine is None or mine not in fresh:
                kept.append(each)
            elif each.may_be_swallowed:
                # The code lacks it and it was not there before: a refresh has written it to the state.
                self.group.computed.add(mine)
            else:
                kept.append(each)
                if owner.kind == "inline" and owner.inferred:
                    text = (
                        f"{rule_text(each.rule)} is new since the previous snapshot: applied, or swallowed by a refresh"
                    )
                    self.notes.append(Note("new_in_state", self.identity, text))
        self.declared = kept

    def _ask_about_swallowed(self, rules: list[Rule]) -> None:
        """Ask about rules that the state has and the code has not, where they open the group to the internet.

        Such a rule may be a removal that waits, or drift that a refresh swallowed.
        """
        waiting = {rule_key(each.rule) for each in self.declared if each.may_be_swallowed}
        suspects = [rule for rule in rules if waiting and first_unknown(rule) is None and rule_key(rule) in waiting]
        if not suspects:
            return
        before = Exposure([each.rule for each in self.declared if not each.optional], self.live.entries)
        after = Exposure(rules, self.live.entries)
        for rule in suspects:
            if opens(before, after, [rule]):
                self._ask(
                    f"whether {rule_text(rule)}, which opens the group to the internet, was ever declared",
                    "the state holds it and the code does not: its removal is not applied, or a refresh wrote it to the "
                    "state; a previous snapshot (--previous) tells",
                )

    def _owner(self, rule: Rule) -> Ownership:
        return self.group.ownership.get(rule.direction, _NOBODY)

    def _difference(self, kind: Kind, declared: DeclaredRule | None, live: Rule | None, **more: object) -> Difference:
        rule = live if declared is None else declared.rule
        assert rule is not None
        hidden = declared.rule.sensitive if declared is not None else frozenset()
        own = declared is not None and declared.rule.style != "inline"
        addresses = (declared.rule.address,) if declared is not None else self.group.addresses
        location = declared.rule.location if declared is not None else self.group.location
        return Difference(
            kind=kind,
            account=str(self.live_group.account or self.place.account or "") or None,
            region=str(self.live_group.region or self.place.region or "") or None,
            group_id=self.identity,
            group_name=self.live_group.name if isinstance(self.live_group.name, str) else None,
            address=self.group.address,
            ownership=self._owner(rule),
            direction=rule.direction,
            declared=rule_content(declared.rule) if declared is not None else None,
            live=rule_content(live, hidden) if live is not None else None,
            addresses=addresses,
            location=location,
            rule_declared=declared.rule if declared is not None else None,
            rule_live=live,
            group_declared=self.group.group,
            group_live=self.live_group,
            ignore_changes=declared.ignore_changes if declared is not None and own else self.group.ignore_changes,
            **more,  # type: ignore[arg-type]
        )

    def _changed(self, declared: DeclaredRule, live: Rule, matched: Matched) -> None:
        same_content = key_without_account(rule_key(declared.rule)) == key_without_account(rule_key(live))
        lines = _changes(declared.rule, live, same_content)
        self.differences.append(
            self._difference(
                "rule_changed",
                declared,
                live,
                attribute="description" if same_content else None,
                exclusive=_restored(declared, live, same_content, matched),
                change=lines,
                exposure_changes=not same_content and changes(self.before, self.after, [declared.rule], [live]),
                opens_to_internet=not same_content and opens(self.before, self.after, [live]),
                new_since_previous=self._new(live),
            )
        )

    def _recreated(self, declared: DeclaredRule, live: Rule) -> None:
        line = f"rule id: {declared.rule.id} -> {live.id}"
        self.differences.append(self._difference("rule_recreated", declared, live, change=(line,)))

    def _removed(self, declared: DeclaredRule) -> None:
        self.differences.append(
            self._difference(
                "rule_removed",
                declared,
                None,
                exclusive=True,
                change=(f"gone: {rule_text(declared.rule)}",),
                exposure_changes=changes(self.before, self.after, [declared.rule], []),
            )
        )

    def _added(self, live: Rule) -> None:
        owner = self._owner(live)
        in_state = rule_key(live) in self.group.computed
        if owner.kind == "unknown" and in_state:
            self._ask(
                f"whether {rule_text(live)} is declared",
                "the state holds it, and a state alone does not tell a block in code from what a refresh wrote there; "
                "give the code or the plan as well",
            )
            return
        if self.unread and not owner.exclusive:
            self._ask(f"whether {rule_text(live)} is declared", f"not everything declared was read: {self.unread}")
            return
        self.differences.append(
            self._difference(
                "rule_added",
                None,
                live,
                exclusive=owner.exclusive,
                change=(f"extra: {rule_text(live)}",),
                service=service_owned.of_rule(live),
                swallowed=in_state,
                exposure_changes=changes(self.before, self.after, [], [live]),
                opens_to_internet=opens(self.before, self.after, [live]),
                new_since_previous=self._new(live),
            )
        )

    def _new(self, live: Rule) -> bool | None:
        return None if self.earlier is None else rule_key(live) not in self.earlier

    def _ask_about_unknown(self, matched: Matched) -> None:
        for declared, fitting in matched.undecided:
            reason = first_unknown(declared.rule)
            why = reason.reason if reason is not None else ""
            if fitting:
                shown = "; ".join(rule_text(rule, declared.rule.sensitive) for rule in fitting[:5])
                more = f" and {len(fitting) - 5} more" if len(fitting) > 5 else ""
                self._ask(f"whether {declared.rule.address} declares {shown}{more}", why)
            else:
                self._ask(f"{declared.rule.address}: {rule_text(declared.rule)}", why)
        for declared, live, reason in matched.unclear_descriptions:
            self._ask(f"the description of {rule_text(live, declared.rule.sensitive)}", reason.reason)

    def _ask(self, what: str, reason: str) -> None:
        place = self.place
        self.undecided.append(Undecided(place.account or "", place.region or "", self.identity, what, reason))

    def _note_stale_references(self, rules: Sequence[Rule]) -> None:
        for rule in rules:
            if rule.peering_status not in (None, "active"):
                text = f"{rule_text(rule)}: the peering of the referenced group is {rule.peering_status}"
                self.notes.append(Note("stale_reference", self.identity, text))
            elif (
                rule.peer.kind == "security_group" and isinstance(rule.peer.value, str)
                and rule.peer.value.startswith("sg-") and rule.peer.value not in self.live.groups and self.place.groups_read
            ):  # fmt: skip
                text = f"{rule_text(rule)}: there is no such group in {self.place}"
                self.notes.append(Note("stale_reference", self.identity, text))

    def _note_recreated_peers(self, matched: Matched) -> None:
        """Note removed and added rules that differ only in which of two groups of one name they refer to."""
        for declared in matched.removed:
            for live in matched.added:
                own, other = rule_key(declared.rule), rule_key(live)
                if own[:5] != other[:5] or own[4] != "security_group":
                    continue
                names = [self.live.groups[value][0].name for value in (own[5], other[5]) if value in self.live.groups]
                if len(names) == 2 and names[0] == names[1]:
                    text = f"{rule_text(live)}: {other[5]} and the declared {own[5]} have the same name {names[0]}"
                    self.notes.append(Note("peer_recreated", self.identity, text))


def _restored(declared: DeclaredRule, live: Rule, same_content: bool, matched: Matched) -> bool:
    """Return whether the next apply undoes the change.

    Terraform does not see a blanked description of an inline rule, nor any but the first description of a
    rule resource with several peers (AWS provider 5.100: ``matchRules`` and ``findRuleMatch`` in internal/service/ec2).
    """
    if not same_content:
        return True
    if declared.rule.style == "inline":
        return live.description is not None
    if declared.rule.style == "rule":
        siblings = Counter(each.rule.address for each, _ in matched.changed)
        return siblings[declared.rule.address] >= declared.atoms
    return True


def _changes(declared: Rule, live: Rule, same_content: bool) -> tuple[str, ...]:
    hidden = declared.sensitive
    lines = []
    if not same_content:
        lines.append(f"{rule_text(declared)} -> {rule_text(live, hidden)}")
    if declared.description != live.description:
        if "description" in hidden:
            lines.append("description: (sensitive)")
        else:
            lines.append(f"description: {quoted(declared.description)} -> {quoted(live.description)}")
    return tuple(lines)
