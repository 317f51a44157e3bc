"""Resolve code, plans and states of all root modules into the groups that Terraform claims, with the owners of rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sgwarden.drift.declared import DIRECTIONS, Declared, DeclaredGroup, DeclaredRule, DeclaredSource
from sgwarden.drift.differences import Note, Ownership
from sgwarden.drift.resolve_declared.join_groups import add_associations, add_prefix_lists, join_groups, mark_exclusive
from sgwarden.drift.resolve_declared.join_rules import RuleJoiner
from sgwarden.drift.resolve_declared.match_states import Root, pair
from sgwarden.drift.resolve_declared.root_sides import RootSides
from sgwarden.model.rules import first_unknown, rule_key
from sgwarden.model.security_groups import Direction


def resolve(sources: Sequence[DeclaredSource]) -> Declared:
    """Return everything that the sources declare together."""
    declared = Declared()
    groups: list[DeclaredGroup] = []
    loose: dict[str, list[DeclaredRule]] = defaultdict(list)
    for root in pair(sources, declared.notes):
        joined, others = _join(root, declared)
        groups += joined
        for identity, rules in others.items():
            loose[identity] += rules
    _unite(declared, groups, loose)
    _settle_ownership(declared)
    for group in declared.groups:
        counts = Counter(each.rule.address for each in group.rules)
        for each in group.rules:
            each.atoms = counts[each.rule.address]
    declared.pending = sorted(set(declared.pending))
    declared.notes = sorted(set(declared.notes))
    return declared


def _join(root: Root, declared: Declared) -> tuple[list[DeclaredGroup], dict[str, list[DeclaredRule]]]:
    """Return the groups of one root with their rules, and its rules of other groups by group id."""
    sides = RootSides(root, declared)
    for side in (sides.code, sides.state):
        if side is not None:
            declared.skipped += side.source.infrastructure.skipped
            if not side.whole and side.source.is_code and sides.state is None:
                declared.unread.append(side.source.path)
    groups = join_groups(sides)
    rules = RuleJoiner(sides, groups)
    rules.run()
    mark_exclusive(sides, groups)
    add_associations(sides, groups)
    add_prefix_lists(sides)
    return list(groups.values()), rules.loose


def _unite(declared: Declared, groups: Iterable[DeclaredGroup], loose: Mapping[str, list[DeclaredRule]]) -> None:
    """Add the groups of all roots; the same group of two states is one."""
    by_id: dict[str, DeclaredGroup] = {}
    for group in groups:
        first = by_id.get(group.id) if group.id is not None else None
        if first is None:
            declared.groups.append(group)
            if group.id is not None:
                by_id[group.id] = group
            continue
        _merge(declared, first, group)
    for identity, rules in sorted(loose.items()):
        owner = by_id.get(identity)
        if owner is None:
            owner = by_id[identity] = DeclaredGroup(None, identity, None, None, "")
            declared.groups.append(owner)
        owner.rules += rules


def _merge(declared: Declared, first: DeclaredGroup, other: DeclaredGroup) -> None:
    first.addresses += tuple(address for address in other.addresses if address not in first.addresses)
    places = f"{first.addresses[0]} in {first.source} and {other.addresses[0]} in {other.source}"
    declared.notes.append(Note("managed_twice", str(first.id), f"the group is managed twice: as {places}"))
    kept = {rule_key(each.rule): each for each in first.rules if first_unknown(each.rule) is None}
    for each in other.rules:
        same = kept.get(rule_key(each.rule)) if first_unknown(each.rule) is None else None
        if same is None or each.rule.style != "inline":
            first.rules.append(each)
    first.computed |= other.computed
    first.computed_rules += other.computed_rules
    for direction, owner in other.ownership.items():
        mine = first.ownership.get(direction)
        if mine is None or mine.kind == "unknown" or (owner.exclusive and not mine.exclusive):
            first.ownership[direction] = owner
    first.ignore_changes = tuple(dict.fromkeys((*first.ignore_changes, *other.ignore_changes)))


def _settle_ownership(declared: Declared) -> None:
    """Decide what ``none`` and ``unknown`` come to, once all rule resources are known."""
    for group in declared.groups:
        if group.group is None:
            group.ownership = {direction: Ownership("separate") for direction in DIRECTIONS}
            continue
        separate = {each.rule.direction for each in group.rules if each.rule.style != "inline"}
        for direction in DIRECTIONS:
            owner = group.ownership.get(direction, Ownership("unknown", inferred=True))
            if owner.kind in ("inline", "empty"):
                if direction in separate:
                    declared.notes.append(
                        Note(
                            "config_conflict", group.id or group.addresses[0],
                            f"{group.addresses[0]} has {direction} blocks of its own and rule resources besides: "
                            "each apply removes the rules of the other",
                        )
                    )  # fmt: skip
            elif owner.kind == "none":
                group.ownership[direction] = Ownership("separate" if direction in separate else "none")
            elif owner.kind == "unknown":
                group.ownership[direction] = _inferred(group, direction, separate)


def _inferred(group: DeclaredGroup, direction: Direction, separate: set[Direction]) -> Ownership:
    """Return the ownership that a state alone suggests."""
    own = [rule for rule in group.computed_rules if rule.direction == direction]
    if direction in separate:
        return Ownership("separate", inferred=True)
    if not own:
        return Ownership("none", inferred=True)
    if separate:
        return Ownership("unknown", inferred=True)
    group.rules += [DeclaredRule(rule) for rule in own]
    group.computed -= {rule_key(rule) for rule in own if first_unknown(rule) is None}
    return Ownership("inline", inferred=True)
