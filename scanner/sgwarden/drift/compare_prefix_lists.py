"""Managed prefix lists that Terraform holds: their entries decide what rules admit, and change without any event of
a security group. Lists of AWS change weekly and are nobody's drift."""

from __future__ import annotations

from collections.abc import Iterator

from sgwarden.drift.declared import Declared, DeclaredList
from sgwarden.drift.differences import Difference
from sgwarden.drift.exposure import wide
from sgwarden.drift.live import Live, Place
from sgwarden.model.addresses import AddressSet


def compare(declared: Declared, live: Live) -> Iterator[Difference]:
    """Return one difference for each list whose entries differ or that is gone."""
    seen: set[str] = set()
    for each in declared.prefix_lists:
        identity = str(each.entry.id)
        if identity in seen:
            continue
        seen.add(identity)
        own = each.entry.known_cidrs
        found = live.lists.get(identity)
        if own is None:
            continue
        if found is None:
            if live.places and all(place.lists_read for place in live.places):
                yield _difference(each, own, None, live.places[0] if len(live.places) == 1 else None, live)
            continue
        other = found[0].known_cidrs
        if other is not None and other != own:
            yield _difference(each, own, other, found[1], live)


def _difference(
    each: DeclaredList, own: tuple[str, ...], other: tuple[str, ...] | None, place: Place | None, live: Live
) -> Difference:
    before, after = AddressSet.from_cidrs(own), AddressSet.from_cidrs(other or ())
    added = sorted(set(other or ()) - set(own))
    gone = sorted(set(own) - set(other or ()))
    users = sorted(
        identity for identity in live.groups for rule in live.rules(identity) if rule.peer.value == each.entry.id
    )
    ingress = any(
        rule.direction == "ingress" and rule.peer.value == each.entry.id
        for identity in users
        for rule in live.rules(identity)
    )
    lines = [f"entry added: {cidr}" for cidr in added] + [f"entry gone: {cidr}" for cidr in gone]
    note = f"used by {', '.join(dict.fromkeys(users))}" if users else "used by no security group that was read"
    return Difference(
        kind="prefix_list_changed",
        account=place.account if place else None,
        region=place.region if place else None,
        group_id=str(each.entry.id),
        group_name=each.entry.name if isinstance(each.entry.name, str) else None,
        address=each.address,
        attribute="entries",
        exclusive=each.exclusive or not added,
        declared={"entries": list(own)},
        live=None if other is None else {"entries": list(other)},
        change=tuple(lines) if other is not None else ("the list is gone",),
        addresses=(each.address,),
        location=each.entry.location,
        notes=(note,),
        exposure_changes=before != after,
        opens_to_internet=ingress and wide(after) and not wide(before),
    )
