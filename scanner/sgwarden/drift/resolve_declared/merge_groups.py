"""The groups of all root modules together, and who owns their rules once all rule resources are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sgwarden.drift.declared import DIRECTIONS, Declared, DeclaredGroup, DeclaredRule
from sgwarden.drift.differences import Note, Ownership
from sgwarden.model.rules import first_unknown, rule_key
from sgwarden.model.security_groups import Direction


def unite(declared: Declared, groups: Iterable[DeclaredGroup], loose: Mapping[str, list[DeclaredRule]]) -> None:
    """The groups of all roots; the same group of two states is one."""
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


def settle_ownership(declared: Declared) -> None:
    """With all rule resources known: what ``none`` and ``unknown`` come to."""
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
    """Ownership out of a state alone."""
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
