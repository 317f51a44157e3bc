"""Matches the declared rules of one group with its live ones: by id first, then by content."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct, field

from sgwarden.drift.content import Key, key, may_be, unknown, without_account
from sgwarden.drift.declared import DeclaredRule
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown


class Matched(Struct):
    """How the rules of one group compare."""

    changed: list[tuple[DeclaredRule, Rule]] = field(default_factory=list)
    """The same rule with another description or, by its id, another content."""
    recreated: list[tuple[DeclaredRule, Rule]] = field(default_factory=list)
    """The same content under another id."""
    removed: list[DeclaredRule] = field(default_factory=list)
    added: list[Rule] = field(default_factory=list)
    undecided: list[tuple[DeclaredRule, list[Rule]]] = field(default_factory=list)
    """Declared rules that are not wholly known, with the live ones that they may be."""
    unclear_descriptions: list[tuple[DeclaredRule, Rule, Unknown]] = field(default_factory=list)
    duplicates: list[tuple[DeclaredRule, DeclaredRule]] = field(default_factory=list)


def match(declared: list[DeclaredRule], live: list[Rule]) -> Matched:
    """Compare; both sides hold the rules of one group with their peers settled."""
    result = Matched()
    known = [each for each in declared if unknown(each.rule) is None]
    doubtful = [each for each in declared if unknown(each.rule) is not None]
    left = dict(enumerate(live))
    partners: dict[Key, DeclaredRule] = {}
    known = _by_id(result, known, left, partners)
    known = _by_content(result, known, left, partners, exact=True)
    if known and left:
        known = _by_content(result, known, left, {}, exact=False)
    result.removed = [each for each in known if not each.optional]
    for each in doubtful:
        fitting = [rule for rule in left.values() if may_be(each.rule, rule)]
        if fitting or not each.optional:
            result.undecided.append((each, fitting))
    claimed = {id(rule) for _, rules in result.undecided for rule in rules}
    result.added = [rule for rule in left.values() if id(rule) not in claimed]
    return result


def _by_id(
    result: Matched, known: list[DeclaredRule], left: dict[int, Rule], partners: dict[Key, DeclaredRule]
) -> list[DeclaredRule]:
    by_id = {rule.id: index for index, rule in left.items() if rule.id is not None}
    rest = []
    for each in known:
        index = by_id.pop(each.rule.id, None) if each.rule.id is not None else None
        if index is None:
            rest.append(each)
            continue
        rule = left.pop(index)
        if key(each.rule) == key(rule) or without_account(key(each.rule)) == without_account(key(rule)):
            partners[key(each.rule)] = each
            _described(result, each, rule)
        elif each.optional:
            rest.append(each)
            left[index] = rule
        else:
            result.changed.append((each, rule))
    return rest


def _by_content(
    result: Matched,
    known: list[DeclaredRule],
    left: dict[int, Rule],
    partners: dict[Key, DeclaredRule],
    *,
    exact: bool,
) -> list[DeclaredRule]:
    """Those without a partner; a rule that is declared twice is one rule."""
    find = key if exact else lambda rule: without_account(key(rule))
    by_content: dict[Key, list[int]] = defaultdict(list)
    for index, rule in left.items():
        by_content[find(rule)].append(index)
    rest: list[DeclaredRule] = []
    for each in sorted(known, key=lambda item: bool(item.optional)):
        content = find(each.rule)
        first = partners.setdefault(content, each)
        if first is not each:
            if first.rule.address != each.rule.address and not (first.optional or each.optional):
                result.duplicates.append((first, each))
            continue
        candidates = by_content.get(content)
        if not candidates:
            rest.append(each)
            continue
        wanted = each.rule.description
        index = next((i for i in candidates if left[i].description == wanted), candidates[0])
        candidates.remove(index)
        rule = left.pop(index)
        if each.rule.id is not None and rule.id is not None and each.rule.id != rule.id and not each.optional:
            result.recreated.append((each, rule))
        _described(result, each, rule)
    return rest


def _described(result: Matched, declared: DeclaredRule, live: Rule) -> None:
    own = declared.rule.description
    if own == live.description or declared.optional:
        return
    if isinstance(own, Unknown):
        result.unclear_descriptions.append((declared, live, own))
    elif not (isinstance(declared.wished, str) and declared.wished == live.description):
        result.changed.append((declared, live))
