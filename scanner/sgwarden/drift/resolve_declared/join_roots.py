"""Joins code and state of every root module, then all root modules, into the groups that Terraform claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.drift.declared import (
    DIRECTIONS,
    NO_TAGS,
    Declared,
    DeclaredGroup,
    DeclaredList,
    DeclaredRule,
    DeclaredSource,
    IgnoredTags,
)
from sgwarden.drift.differences import Note, Ownership, Pending, Undecided
from sgwarden.drift.resolve_declared import merge_groups
from sgwarden.drift.resolve_declared.match_states import Root, block, pair
from sgwarden.model.rules import first_unknown, rule_key, rule_text, rule_text_with_reasons
from sgwarden.model.security_groups import Direction, Peer, Rule, SecurityGroup
from sgwarden.model.values import Unknown

_BOTH_WAYS = "the state holds it and the code does not: its removal is not applied, or a refresh wrote it to the state"
_NOT_YET = "it is in the code and in no state"


def join(sources: Sequence[DeclaredSource]) -> Declared:
    """Everything that the sources declare together."""
    declared = Declared()
    groups: list[DeclaredGroup] = []
    loose: dict[str, list[DeclaredRule]] = defaultdict(list)
    for root in pair(sources, declared.notes):
        joined = _Root(root, declared)
        joined.join()
        groups += joined.groups
        for identity, rules in joined.loose.items():
            loose[identity] += rules
    merge_groups.unite(declared, groups, loose)
    merge_groups.settle_ownership(declared)
    for group in declared.groups:
        counts = Counter(each.rule.address for each in group.rules)
        for each in group.rules:
            each.atoms = counts[each.rule.address]
    declared.pending = sorted(set(declared.pending))
    declared.notes = sorted(set(declared.notes))
    return declared


class _Side(Struct):
    """Code or state, by address."""

    source: DeclaredSource
    groups: dict[str, SecurityGroup] = field(default_factory=dict)
    inline: dict[tuple[str, Direction], list[Rule]] = field(default_factory=lambda: defaultdict(list))
    resources: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    """Rules of rule resources by the address of the resource."""
    blocks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, source: DeclaredSource) -> _Side:
        side = cls(source)
        for group in source.infrastructure.security_groups:
            side.groups[group.address] = group
        for rule in source.infrastructure.rules:
            if rule.style == "inline":
                side.inline[rule.address, rule.direction].append(rule)
            else:
                side.resources[rule.address].append(rule)
        side.blocks = frozenset(block(address) for address in (*side.groups, *side.resources))
        return side

    @property
    def whole(self) -> bool:
        """Whether everything of it was read, so that what is not there is not declared."""
        return all(skipped.complete for skipped in self.source.infrastructure.skipped)


class _Root:
    """One root module while it is joined."""

    def __init__(self, root: Root, declared: Declared) -> None:
        self.code = _Side.of(root.code) if root.code is not None else None
        self.state = _Side.of(root.state) if root.state is not None else None
        self.declared = declared
        self.groups: list[DeclaredGroup] = []
        self.loose: dict[str, list[DeclaredRule]] = defaultdict(list)
        self.ids: dict[str, str] = {}
        self.ignored: Mapping[str, tuple[str, ...]] = {}
        self.ignored_blocks: dict[str, tuple[str, ...]] = {}
        self.open_blocks: frozenset[str] = frozenset()
        """Blocks of the code whose instances are not known."""
        self.group_blocks: dict[str, str] = {}
        """Address of a group of the code by its block."""

    def join(self) -> None:
        """Fill ``groups`` and ``loose``."""
        for side in (self.code, self.state):
            if side is None:
                continue
            self.declared.skipped += side.source.infrastructure.skipped
            for group in side.groups.values():
                if group.id is not None:
                    self.ids[group.address] = group.id
            for entry in side.source.infrastructure.prefix_lists:
                if entry.id is not None:
                    self.ids[entry.address] = entry.id
            if not side.whole and (side.source.is_code and self.state is None):
                self.declared.unread.append(side.source.path)
        if self.code is not None:
            self.ignored = self.code.source.ignore_changes
            addresses = (*self.code.groups, *self.code.resources)
            self.open_blocks = frozenset(block(address) for address in addresses if "?" in address)
            self.group_blocks = {block(address): address for address in self.code.groups if "?" in address}
            self.ignored_blocks = {block(address): paths for address, paths in self.ignored.items()}
        by_address = self._groups()
        for address, claimed in by_address.items():
            self._inline(address, claimed)
        self._separate(by_address)
        self._exclusive(by_address)
        self._associations(by_address)
        self._prefix_lists()
        self.groups = list(by_address.values())

    # groups

    def _groups(self) -> dict[str, DeclaredGroup]:
        found: dict[str, DeclaredGroup] = {}
        applied = self.state.groups if self.state is not None else {}
        wished = self.code.groups if self.code is not None else {}
        for address, group in applied.items():
            if group.status == "deposed":
                if group.id is not None:
                    self.declared.managed_ids[group.id] = f"{address} is to be destroyed"
                continue
            code = wished.get(address)
            found[address] = self._group(group, self.state, code)  # type: ignore[arg-type]
            if code is None and self._removed(address):
                self._pend(
                    address, "to be removed", f"security group {group.id or ''} is not in the code".replace("  ", " ")
                )
            elif code is not None:
                self._group_lag(address, group, code)
        for address, group in wished.items():
            if address in found or (self.state is not None and block(address) in self.state.blocks and "?" in address):
                continue
            found[address] = self._code_group(address, group)
        return found

    def _group(self, group: SecurityGroup, side: _Side, code: SecurityGroup | None) -> DeclaredGroup:
        source = side.source
        tags = source.all_tags.get(group.address, group.tags)
        located = (
            group
            if code is None
            else replace(group, location=code.location, sensitive=group.sensitive | code.sensitive)
        )
        return DeclaredGroup(
            group=located,
            id=group.id,
            account=group.account if isinstance(group.account, str) else None,
            region=group.region if isinstance(group.region, str) else None,
            source=source.path,
            addresses=(group.address,),
            tags=None if any(isinstance(value, Unknown) for value in tags.values()) else tags,
            tags_whole=group.address in source.all_tags,
            ignore_changes=self._ignored(group.address),
            ignored_tags=self._ignored_tags(group.address),
            status=group.status,
            inferred=self.code is None,
        )

    def _code_group(self, address: str, group: SecurityGroup) -> DeclaredGroup:
        assert self.code is not None
        found = self._group(group, self.code, None)
        found.inferred = False
        if self.state is not None or "create" in group.actions:
            found.applied = False
            if group.may_exist is None:
                self._pend(address, "to be created", "the security group is in the code and in no state")
        else:
            found.from_code_alone = group.id is None
        return found

    def _group_lag(self, address: str, applied: SecurityGroup, wished: SecurityGroup) -> None:
        """Tags and description that the code says and the state does not hold yet."""
        assert self.code is not None
        assert self.state is not None
        ignored = self._ignored(address)
        if "all" in ignored:
            return
        old = self.state.source.all_tags.get(address, applied.tags)
        new = self.code.source.all_tags.get(address)
        if new is not None and not any(isinstance(value, Unknown) for value in new.values()) and "tags" not in ignored:
            unseen = self._ignored_tags(address)
            keys = sorted(
                name for name in old.keys() | new.keys() if old.get(name) != new.get(name) and not unseen.covers(name)
            )
            if keys:
                self._pend(address, "to be changed", f"tags {', '.join(keys)}")
        for name in ("description", "vpc_id"):
            before, after = getattr(applied, name), getattr(wished, name)
            if isinstance(before, str) and isinstance(after, str) and before != after and name not in ignored:
                self._pend(address, "to be changed", name)

    def _ignored(self, address: str) -> tuple[str, ...]:
        return self.ignored.get(address) or self.ignored_blocks.get(block(address), ())

    def _ignored_tags(self, address: str) -> IgnoredTags:
        """Instances of one block have one provider configuration."""
        if self.code is None:
            return NO_TAGS
        told = self.code.source.ignored_tags
        found = told.get(address)
        if found is None and told:
            found = next((each for other, each in told.items() if block(other) == block(address)), None)
        return found or NO_TAGS

    def _removed(self, address: str) -> bool:
        """Whether the code certainly does not hold what the state holds at ``address``."""
        if self.code is None or not self.code.whole:
            return False
        if block(address) not in self.code.blocks:
            return True
        return block(address) not in self.open_blocks

    def _pend(self, address: str, what: str, detail: str) -> None:
        assert self.code is not None
        self.declared.pending.append(Pending(address, what, detail, self.code.source.path))

    # rules

    def _inline(self, address: str, group: DeclaredGroup) -> None:
        for direction in DIRECTIONS:
            near = self._near(address)
            wished = self.code.inline.get((near, direction), []) if self.code is not None else []
            applied = self.state.inline.get((address, direction), []) if self.state is not None else []
            settled = [self._settled(rule, group.id) for rule in applied]
            owner = self._written(address, direction, wished)
            group.ownership[direction] = owner
            if owner.kind in ("inline", "empty") and self.state is not None and address in self.state.groups:
                if near == address:
                    self._inline_lag(address, group, [self._settled(rule, group.id) for rule in wished], settled)
                else:
                    # Which instances there are is not known, and so not what each of them holds.
                    group.rules += [DeclaredRule(_at(rule, wished[0]) if wished else rule) for rule in settled]
            elif owner.kind in ("inline", "empty"):
                why = "" if group.applied else _NOT_YET
                group.rules += [DeclaredRule(self._settled(rule, group.id), optional=why) for rule in wished]
            else:
                if self.state is None:
                    settled = [self._settled(rule, group.id) for rule in wished]
                group.computed_rules += settled
                group.computed |= {rule_key(rule) for rule in settled if first_unknown(rule) is None}

    def _near(self, address: str) -> str:
        """The group of the code that stands for the one at ``address``: itself, else an instance of its block."""
        if self.code is None or address in self.code.groups:
            return address
        return self.group_blocks.get(block(address), address)

    def _written(self, address: str, direction: Direction, wished: list[Rule]) -> Ownership:
        """Who owns the direction, as far as the code of this root tells; ``unknown`` when there is none."""
        if self.code is None:
            return Ownership("unknown", inferred=True)
        names = self.code.source.written.get(self._near(address))
        if names is None:
            return Ownership("unknown", inferred=True)
        if direction in names:
            return Ownership("inline" if wished else "empty")
        group = self.code.groups.get(address)
        if self.code.source.kind == "plan" and wished and group is not None and "create" not in group.actions:
            # The configuration of a plan leaves out dynamic blocks: a list may be theirs, or only computed.
            return Ownership("unknown", inferred=True)
        return Ownership("none")

    def _inline_lag(self, address: str, group: DeclaredGroup, wished: list[Rule], applied: list[Rule]) -> None:
        """Rules of blocks: the applied ones, and what of them the code says otherwise."""
        known = {rule_key(rule): rule for rule in wished if first_unknown(rule) is None}
        doubtful = [rule for rule in wished if first_unknown(rule) is not None]
        keys = set()
        for rule in applied:
            content = rule_key(rule)
            keys.add(content)
            code = known.get(content)
            if code is None and not doubtful:
                self._pend(address, "to be removed", f"{rule_text(rule)}: {_BOTH_WAYS}")
                group.rules.append(DeclaredRule(rule, optional=_BOTH_WAYS, may_be_swallowed=True))
            elif code is not None:
                located = replace(rule, location=code.location, sensitive=rule.sensitive | code.sensitive)
                differs = isinstance(code.description, str | None) and code.description != rule.description
                if differs:
                    self._pend(address, "to be changed", f"description of {rule_text(located)}")
                group.rules.append(DeclaredRule(located, wished=code.description if differs else None))
            else:
                group.rules.append(DeclaredRule(rule))
        for content, rule in known.items():
            if content not in keys:
                self._pend(address, "to be created", rule_text_with_reasons(rule))
                group.rules.append(DeclaredRule(rule, optional=_NOT_YET, not_yet=True))

    def _separate(self, groups: Mapping[str, DeclaredGroup]) -> None:
        wished = self.code.resources if self.code is not None else {}
        applied = self.state.resources if self.state is not None else {}
        for address, rules in applied.items():
            status = self.state.source.statuses.get(address, "") if self.state is not None else ""
            if status == "deposed":
                for rule in rules:
                    self._give(rule, groups, "a deposed object, to be destroyed")
            elif address not in wished and self._removed(address):
                for rule in rules:
                    self._pend(address, "to be removed", rule_text(rule))
                    self._give(rule, groups, f"{address} is not in the code any more")
            else:
                self._resource(address, rules, wished.get(address, []), groups)
            if status == "tainted":
                self.declared.notes.append(Note("tainted", "", f"{address} is tainted: the next apply replaces it"))
        for address, rules in wished.items():
            if address in applied or (self.state is not None and "?" in address):
                continue
            pending = self.state is not None or any("create" in rule.actions for rule in rules)
            for rule in rules:
                if pending and rule.may_exist is None:
                    self._pend(address, "to be created", rule_text_with_reasons(rule))
                self._give(rule, groups, _NOT_YET if pending else "")

    def _resource(
        self, address: str, applied: list[Rule], wished: list[Rule], groups: Mapping[str, DeclaredGroup]
    ) -> None:
        """The rules of one resource that code (perhaps) and state have."""
        ignored = self._ignored(address)
        settled = [self._settled(rule, self._group_id(rule, groups)) for rule in wished]
        if not settled or any(first_unknown(rule) is not None for rule in settled) or ignored:
            located = wished[0] if wished else None
            for rule in applied:
                self._give(rule if located is None else _at(rule, located), groups, "")
            return
        known = {rule_key(rule): rule for rule in settled}
        seen = set()
        for rule in applied:
            content = rule_key(self._settled(rule, self._group_id(rule, groups)))
            seen.add(content)
            code = known.get(content)
            if code is not None:
                differs = isinstance(code.description, str | None) and code.description != rule.description
                if differs:
                    self._pend(address, "to be changed", f"description of {rule_text(rule)}")
                self._give(_at(rule, code), groups, "", code.description if differs else None)
            else:
                self._pend(address, "to be removed", f"{rule_text(rule)}: {_BOTH_WAYS}")
                self._give(_at(rule, settled[0]), groups, _BOTH_WAYS)
        for content, rule in known.items():
            if content not in seen:
                self._pend(address, "to be created", rule_text_with_reasons(rule))
                self._give(rule, groups, _NOT_YET)

    def _group_id(self, rule: Rule, groups: Mapping[str, DeclaredGroup]) -> str | None:
        owner = rule.security_group
        if not isinstance(owner, str):
            return None
        group = groups.get(owner)
        return group.id if group is not None else owner if owner.startswith("sg-") else None

    def _give(
        self, rule: Rule, groups: Mapping[str, DeclaredGroup], optional: str, wished: str | Unknown | None = None
    ) -> None:
        """Hand a rule of a resource to its group, of this root or of another."""
        owner = rule.security_group
        claimed = DeclaredRule(rule, self._ignored(rule.address), optional, wished=wished)
        claimed.may_be_swallowed = optional == _BOTH_WAYS
        claimed.not_yet = optional == _NOT_YET
        if isinstance(owner, str) and owner in groups:
            group = groups[owner]
            claimed.rule = self._settled(rule, group.id)
            if not group.applied:
                claimed.optional = _NOT_YET
            group.rules.append(claimed)
        elif isinstance(owner, str):
            claimed.rule = self._settled(rule, owner)
            self.loose[owner.rpartition("/")[2]].append(claimed)
        elif not optional:
            self.declared.undecided.append(
                Undecided("", "", rule.address, rule_text(rule), f"its security group is not known: {owner.reason}")
            )

    def _settled(self, rule: Rule, group_id: str | None) -> Rule:
        """``rule`` with ids in place of addresses."""
        if rule.peer.kind not in ("security_group", "prefix_list"):
            return rule
        owner = group_id or (rule.security_group if isinstance(rule.security_group, str) else "")
        value = rule.peer.value
        if isinstance(value, Unknown) and value.address is not None and value.address in self.ids:
            value = self.ids[value.address]
        elif isinstance(value, str):
            value = self.ids.get(value, value)
            known = value.startswith(("sg-", "pl-")) or "/" in value
            if not known and self._is_address(value):
                value = Unknown(f"{value} has no id yet", value, "id", not_null=True)
        if value == rule.peer.value:
            return rule
        if rule.peer.kind == "security_group" and value == owner:
            return replace(rule, peer=Peer("self", None))
        return replace(rule, peer=Peer(rule.peer.kind, value))

    def _is_address(self, value: str) -> bool:
        return any(
            side is not None
            and (value in side.groups or any(value == each.address for each in side.source.infrastructure.prefix_lists))
            for side in (self.code, self.state)
        )

    # the rest

    def _exclusive(self, groups: Mapping[str, DeclaredGroup]) -> None:
        for side in (self.code, self.state):
            if side is None:
                continue
            for each in side.source.infrastructure.rule_sets:
                group = groups.get(each.security_group) if isinstance(each.security_group, str) else None
                if group is not None:
                    for direction in DIRECTIONS:
                        group.ownership[direction] = Ownership("exclusive")
            return

    def _associations(self, groups: Mapping[str, DeclaredGroup]) -> None:
        side = self.state or self.code
        if side is None or not side.source.associations:
            return
        by_id = {group.id: group for group in groups.values() if group.id is not None}
        for owner, vpc in side.source.associations:
            name = owner if isinstance(owner, str) else owner.address or ""
            group = groups.get(name) or by_id.get(name)
            if group is not None and isinstance(vpc, str):
                group.vpc_associations = (group.vpc_associations or frozenset()) | {vpc}

    def _prefix_lists(self) -> None:
        side = self.state or self.code
        if side is None:
            return
        shared = side.source.shared_lists
        code = self.code.source.infrastructure.prefix_lists if self.code is not None else ()
        places = {each.address: each.location for each in code}
        for each in side.source.infrastructure.prefix_lists:
            if each.id is not None and not each.address.startswith("data.") and ".data." not in each.address:
                located = replace(each, location=places.get(each.address) or each.location)
                self.declared.prefix_lists.append(
                    DeclaredList(
                        located, each.address, None, None, each.address not in shared and each.id not in shared
                    )
                )


def _at(rule: Rule, code: Rule) -> Rule:
    """``rule`` at the place in code, with what the code says is sensitive."""
    return replace(rule, location=code.location, sensitive=rule.sensitive | code.sensitive)
