"""Matches the declared rules of one group with its live ones: by id first, then by content."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct, field

from sgwarden.drift.declared import DeclaredRule
from sgwarden.model.rules import RuleKey, first_unknown, rule_key
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
    """Match the declared with the live rules of one group; peers of both sides are canonical."""
    result = Matched()
    known = [each for each in declared if first_unknown(each.rule) is None]
    doubtful = [each for each in declared if first_unknown(each.rule) is not None]
    left = dict(enumerate(live))
    partners: dict[RuleKey, DeclaredRule] = {}
    known = _by_id(result, known, left, partners)
    known = _by_content(result, known, left, partners, exact=True)
    if known and left:
        known = _by_content(result, known, left, {}, exact=False)
    result.removed = [each for each in known if not each.optional]
    for each in doubtful:
        fitting = [rule for rule in left.values() if _may_be(each.rule, rule)]
        if fitting or not each.optional:
            result.undecided.append((each, fitting))
    claimed = {id(rule) for _, rules in result.undecided for rule in rules}
    result.added = [rule for rule in left.values() if id(rule) not in claimed]
    return result


def _by_id(
    result: Matched, known: list[DeclaredRule], left: dict[int, Rule], partners: dict[RuleKey, DeclaredRule]
) -> list[DeclaredRule]:
    by_id = {rule.id: index for index, rule in left.items() if rule.id is not None}
    rest = []
    for each in known:
        index = by_id.pop(each.rule.id, None) if each.rule.id is not None else None
        if index is None:
            rest.append(each)
            continue
        rule = left.pop(index)
        if rule_key(each.rule) == rule_key(rule) or key_without_account(rule_key(each.rule)) == key_without_account(
            rule_key(rule)
        ):
            partners[rule_key(each.rule)] = each
            _compare_descriptions(result, each, rule)
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
    partners: dict[RuleKey, DeclaredRule],
    *,
    exact: bool,
) -> list[DeclaredRule]:
    """Return the rules without a partner; a rule that is declared twice is one rule."""
    find = rule_key if exact else lambda rule: key_without_account(rule_key(rule))
    by_content: dict[RuleKey, list[int]] = defaultdict(list)
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
        description = each.rule.description
        index = next((i for i in candidates if left[i].description == description), candidates[0])
        candidates.remove(index)
        rule = left.pop(index)
        if each.rule.id is not None and rule.id is not None and each.rule.id != rule.id and not each.optional:
            result.recreated.append((each, rule))
        _compare_descriptions(result, each, rule)
    return rest


def _compare_descriptions(result: Matched, declared: DeclaredRule, live: Rule) -> None:
    own = declared.rule.description
    if own == live.description or declared.optional:
        return
    if isinstance(own, Unknown):
        result.unclear_descriptions.append((declared, live, own))
    elif not (isinstance(declared.code_description, str) and declared.code_description == live.description):
        result.changed.append((declared, live))


def key_without_account(key: RuleKey) -> RuleKey:
    """Return the key with the account of a referenced group left out: ids of groups are unique."""
    if key[4] == "security_group" and isinstance(key[5], str) and "/" in key[5]:
        return (*key[:5], key[5].rpartition("/")[2])
    return key


def _may_be(declared: Rule, live: Rule) -> bool:
    """Return whether a declared rule that is not wholly known may turn out to be a live one."""
    if declared.direction != live.direction:
        return False
    for own, other in (
        (declared.protocol, live.protocol),
        (declared.from_port, live.from_port),
        (declared.to_port, live.to_port),
    ):
        if type(own) is not Unknown and own != other and type(declared.protocol) is not Unknown:
            return False
    if type(declared.peer.value) is Unknown:
        wholly = type(declared.protocol) is Unknown
        return wholly or declared.peer.kind == live.peer.kind or {declared.peer.kind, live.peer.kind} == _GROUPS
    return declared.peer == live.peer


_GROUPS = {"security_group", "self"}
"""An unknown group may turn out to be the own one."""
