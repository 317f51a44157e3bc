"""What the next run compares with: the live side, but of groups whose rules differ as it was when they were in order.

A refresh writes drift to the state of a group with blocks of its own, and then only an earlier live side tells it from
a removal that waits. The live side of the last run would tell so for one night: it has the drift already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from sgwarden.drift.differences import Comparison, Difference
from sgwarden.drift.live import concerns_groups
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.rules import canonical_peer, first_unknown, rule_key
from sgwarden.model.security_groups import Rule

_COMPARED = frozenset({"security_groups", "rules", "prefix_lists"})
_KINDS = ("rule_added", "rule_removed", "rule_changed")


def baseline(
    live: Sequence[Infrastructure], previous: Sequence[Infrastructure], comparison: Comparison
) -> list[Infrastructure]:
    """Return the places of ``live`` for the next run; those not wholly read are as they were known before."""
    whole = [
        place
        for place in live
        if not _COMPARED & place.unread and all(concerns_groups(each).complete for each in place.skipped)
    ]
    known_places = {(place.account, place.region) for place in whole}
    older = (
        [place for place in previous if (place.account, place.region) not in known_places]
        if len(whole) < len(live)
        else []
    )
    known_places |= {(place.account, place.region) for place in older}
    rest = [place for place in live if (place.account, place.region) not in known_places]
    differing: dict[str, list[Difference]] = defaultdict(list)
    for each in comparison.differences:
        if each.kind in _KINDS:
            differing[each.group_id].append(each)
    return [*_in_order(whole, previous, differing), *older, *rest]


def _in_order(
    live: Sequence[Infrastructure], previous: Sequence[Infrastructure], differing: dict[str, list[Difference]]
) -> list[Infrastructure]:
    if not differing:
        return list(live)
    known = {group.id for place in previous if "rules" not in place.unread for group in place.security_groups}
    earlier: dict[str, list[Rule]] = defaultdict(list)
    for place in previous:
        for rule in place.rules:
            if isinstance(rule.security_group, str):
                earlier[rule.security_group].append(rule)
    found = []
    for place in live:
        rules = [rule for rule in place.rules if rule.security_group not in differing]
        now: dict[str, list[Rule]] = defaultdict(list)
        for rule in place.rules:
            if rule.security_group in differing and isinstance(rule.security_group, str):
                now[rule.security_group].append(rule)
        ids = {group.id for group in place.security_groups}
        for identity in sorted(each for each in ids if each is not None and each in differing):
            mine = now[identity]
            rules += earlier[identity] if identity in known else _undone(mine, identity, differing[identity], place)
        found.append(replace(place, rules=tuple(rules)))
    return found


def _undone(rules: list[Rule], identity: str, differences: list[Difference], place: Infrastructure) -> list[Rule]:
    """Return the rules of a group that no earlier run knows, with the differences undone where possible."""
    extra, back = set(), []
    for each in differences:
        if each.rule_live is not None and first_unknown(each.rule_live) is None:
            extra.add(rule_key(each.rule_live))
        own, other = each.rule_declared, each.rule_live
        if own is not None and first_unknown(own) is None and not own.sensitive:
            back.append(
                Rule(
                    security_group=identity, address=identity, direction=own.direction, protocol=own.protocol,
                    from_port=own.from_port, to_port=own.to_port, peer=own.peer,
                    description=own.description if isinstance(own.description, str) else None,
                    id=None if other is None else other.id, style="live",
                )
            )  # fmt: skip
    account = place.account

    def is_extra(rule: Rule) -> bool:
        alike = canonical_peer(rule, identity, account, lambda _: None)
        return first_unknown(alike) is None and rule_key(alike) in extra

    return [*(rule for rule in rules if not is_extra(rule)), *back]
