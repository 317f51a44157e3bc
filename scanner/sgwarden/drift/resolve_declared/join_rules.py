"""The rules of one root module, from its code and its state: blocks inside groups, and resources of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec.structs import replace

from sgwarden.drift.declared import DIRECTIONS, DeclaredGroup, DeclaredRule
from sgwarden.drift.differences import Note, Ownership, Undecided
from sgwarden.drift.resolve_declared.root_sides import RootSides
from sgwarden.model.rules import first_unknown, rule_key, rule_text, rule_text_with_reasons
from sgwarden.model.security_groups import Direction, Rule
from sgwarden.model.values import Unknown

_BOTH_WAYS = "the state holds it and the code does not: its removal is not applied, or a refresh wrote it to the state"
_NOT_YET = "it is in the code and in no state"


class RuleJoiner:
    """The rules of one root while they are joined and handed to their groups."""

    def __init__(self, root: RootSides, groups: Mapping[str, DeclaredGroup]) -> None:
        self.root = root
        self.groups = groups
        self.loose: dict[str, list[DeclaredRule]] = defaultdict(list)
        """Rules of groups that another root declares, by id of the group."""

    def run(self) -> None:
        """Fill the rules of the groups, and ``loose``."""
        for address, group in self.groups.items():
            self._add_inline(address, group)
        self._add_resources()

    def _add_inline(self, address: str, group: DeclaredGroup) -> None:
        for direction in DIRECTIONS:
            near = self.root.group_in_code(address)
            desired = self.root.code.inline.get((near, direction), []) if self.root.code is not None else []
            applied = self.root.state.inline.get((address, direction), []) if self.root.state is not None else []
            settled = [self.root.with_ids(rule, group.id) for rule in applied]
            owner = self._owner_in_code(address, direction, desired)
            group.ownership[direction] = owner
            if owner.kind in ("inline", "empty") and self.root.state is not None and address in self.root.state.groups:
                if near == address:
                    self._join_blocks(address, group, [self.root.with_ids(rule, group.id) for rule in desired], settled)
                else:
                    # Which instances there are is not known, and so not what each of them holds.
                    group.rules += [
                        DeclaredRule(_located_in(rule, desired[0]) if desired else rule) for rule in settled
                    ]
            elif owner.kind in ("inline", "empty"):
                why = "" if group.applied else _NOT_YET
                group.rules += [DeclaredRule(self.root.with_ids(rule, group.id), optional=why) for rule in desired]
            else:
                if self.root.state is None:
                    settled = [self.root.with_ids(rule, group.id) for rule in desired]
                group.computed_rules += settled
                group.computed |= {rule_key(rule) for rule in settled if first_unknown(rule) is None}

    def _owner_in_code(self, address: str, direction: Direction, desired: list[Rule]) -> Ownership:
        """Return who owns the direction by the code of this root; ``unknown`` without code."""
        if self.root.code is None:
            return Ownership("unknown", inferred=True)
        names = self.root.code.source.written.get(self.root.group_in_code(address))
        if names is None:
            return Ownership("unknown", inferred=True)
        if direction in names:
            return Ownership("inline" if desired else "empty")
        group = self.root.code.groups.get(address)
        if self.root.code.source.kind == "plan" and desired and group is not None and "create" not in group.actions:
            # The configuration of a plan leaves out dynamic blocks: a list may be theirs, or only computed.
            return Ownership("unknown", inferred=True)
        return Ownership("none")

    def _join_blocks(self, address: str, group: DeclaredGroup, desired: list[Rule], applied: list[Rule]) -> None:
        """Join the rules of blocks: the applied ones, and where the code differs from them."""
        known = {rule_key(rule): rule for rule in desired if first_unknown(rule) is None}
        doubtful = [rule for rule in desired if first_unknown(rule) is not None]
        keys = set()
        for rule in applied:
            content = rule_key(rule)
            keys.add(content)
            code = known.get(content)
            if code is None and not doubtful:
                self.root.pend(address, "to be removed", f"{rule_text(rule)}: {_BOTH_WAYS}")
                group.rules.append(DeclaredRule(rule, optional=_BOTH_WAYS, may_be_swallowed=True))
            elif code is not None:
                located = replace(rule, location=code.location, sensitive=rule.sensitive | code.sensitive)
                differs = isinstance(code.description, str | None) and code.description != rule.description
                if differs:
                    self.root.pend(address, "to be changed", f"description of {rule_text(located)}")
                group.rules.append(DeclaredRule(located, code_description=code.description if differs else None))
            else:
                group.rules.append(DeclaredRule(rule))
        for content, rule in known.items():
            if content not in keys:
                self.root.pend(address, "to be created", rule_text_with_reasons(rule))
                group.rules.append(DeclaredRule(rule, optional=_NOT_YET, not_yet=True))

    def _add_resources(self) -> None:
        desired = self.root.code.resources if self.root.code is not None else {}
        applied = self.root.state.resources if self.root.state is not None else {}
        for address, rules in applied.items():
            status = self.root.state.source.statuses.get(address, "") if self.root.state is not None else ""
            if status == "deposed":
                for rule in rules:
                    self._assign(rule, "a deposed object, to be destroyed")
            elif address not in desired and self.root.is_removed(address):
                for rule in rules:
                    self.root.pend(address, "to be removed", rule_text(rule))
                    self._assign(rule, f"{address} is not in the code any more")
            else:
                self._join_resource(address, rules, desired.get(address, []))
            if status == "tainted":
                self.root.declared.notes.append(
                    Note("tainted", "", f"{address} is tainted: the next apply replaces it")
                )
        for address, rules in desired.items():
            if address in applied or (self.root.state is not None and "?" in address):
                continue
            pending = self.root.state is not None or any("create" in rule.actions for rule in rules)
            for rule in rules:
                if pending and rule.may_exist is None:
                    self.root.pend(address, "to be created", rule_text_with_reasons(rule))
                self._assign(rule, _NOT_YET if pending else "")

    def _join_resource(self, address: str, applied: list[Rule], desired: list[Rule]) -> None:
        """Join the rules of one resource that the state has, and perhaps the code."""
        ignored = self.root.ignored_changes(address)
        settled = [self.root.with_ids(rule, self._group_id(rule)) for rule in desired]
        if not settled or any(first_unknown(rule) is not None for rule in settled) or ignored:
            located = desired[0] if desired else None
            for rule in applied:
                self._assign(rule if located is None else _located_in(rule, located), "")
            return
        known = {rule_key(rule): rule for rule in settled}
        seen = set()
        for rule in applied:
            content = rule_key(self.root.with_ids(rule, self._group_id(rule)))
            seen.add(content)
            code = known.get(content)
            if code is not None:
                differs = isinstance(code.description, str | None) and code.description != rule.description
                if differs:
                    self.root.pend(address, "to be changed", f"description of {rule_text(rule)}")
                self._assign(_located_in(rule, code), "", code.description if differs else None)
            else:
                self.root.pend(address, "to be removed", f"{rule_text(rule)}: {_BOTH_WAYS}")
                self._assign(_located_in(rule, settled[0]), _BOTH_WAYS)
        for content, rule in known.items():
            if content not in seen:
                self.root.pend(address, "to be created", rule_text_with_reasons(rule))
                self._assign(rule, _NOT_YET)

    def _group_id(self, rule: Rule) -> str | None:
        owner = rule.security_group
        if not isinstance(owner, str):
            return None
        group = self.groups.get(owner)
        return group.id if group is not None else owner if owner.startswith("sg-") else None

    def _assign(self, rule: Rule, optional: str, code_description: str | Unknown | None = None) -> None:
        """Hand a rule of a resource to its group, of this root or of another."""
        owner = rule.security_group
        claimed = DeclaredRule(
            rule, self.root.ignored_changes(rule.address), optional, code_description=code_description
        )
        claimed.may_be_swallowed = optional == _BOTH_WAYS
        claimed.not_yet = optional == _NOT_YET
        if isinstance(owner, str) and owner in self.groups:
            group = self.groups[owner]
            claimed.rule = self.root.with_ids(rule, group.id)
            if not group.applied:
                claimed.optional = _NOT_YET
            group.rules.append(claimed)
        elif isinstance(owner, str):
            claimed.rule = self.root.with_ids(rule, owner)
            self.loose[owner.rpartition("/")[2]].append(claimed)
        elif not optional:
            self.root.declared.undecided.append(
                Undecided("", "", rule.address, rule_text(rule), f"its security group is not known: {owner.reason}")
            )


def _located_in(rule: Rule, code: Rule) -> Rule:
    """Return the rule with the place in code, with what the code says is sensitive."""
    return replace(rule, location=code.location, sensitive=rule.sensitive | code.sensitive)
