"""Live AWS into the model: one ``Infrastructure`` for each account and region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec.structs import replace

from sgwarden.aws import read as reading
from sgwarden.aws.accounts import AccountSelection
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.monitoring import Monitoring
from sgwarden.sources.live.region import infrastructure, named


def read(
    selection: AccountSelection, step: Callable[[str], None] = lambda _: None, with_monitoring: bool = True
) -> tuple[Infrastructure, ...]:
    """Return every selected account and region, sorted; an account that was not read has no region.

    Raises SgwardenError when nothing can be read at all (no credentials, expired ones).
    """
    result = reading.read(selection, step, with_monitoring)
    source = named("live")
    places = [infrastructure(documents, source(documents)) for documents in result.places]
    for name, reason in result.not_read:
        places.append(_whole_account(name, reason, complete=False))
    for name, reason in result.left_out:
        places.append(_whole_account(name, reason, complete=True))
    return tuple(sorted(places, key=lambda each: (each.source.path, each.region or "")))


_KINDS = frozenset({"security_groups", "rules", "prefix_lists", "network_acl_rules", "attachments", "monitoring"})


def _whole_account(name: str, reason: str, complete: bool) -> Infrastructure:
    """Return the infrastructure of an account or region (``ACCOUNT/REGION``) of which nothing was read."""
    account, _, region = (name.split(":")[4] if name.count(":") > 4 else name).partition("/")
    what = name if region else f"account {name}"
    return Infrastructure(
        Source("live", name),
        monitoring=Monitoring(complete=False),
        skipped=(Skipped(what, reason, complete=complete),),
        account=account,
        region=region or None,
        unread=_KINDS,
    )


def by_account(places: Sequence[Infrastructure]) -> tuple[Infrastructure, ...]:
    """Return one infrastructure for each account: a chain of monitoring goes through several regions.

    ``source.path`` becomes the account; ``region`` is None unless there is one region alone.
    """
    ordered = sorted(places, key=lambda each: (each.account or "", each.region or ""))
    return tuple(_joined(list(group)) for _, group in groupby(ordered, key=lambda each: each.account or ""))


def _joined(places: list[Infrastructure]) -> Infrastructure:
    if len(places) == 1:
        return places[0]
    for place in places:
        for entry in place.network_acl_rules:
            entry.with_region(place.region)
    first = places[0]
    prefix, sharp, _ = first.source.path.rpartition("#")
    together: dict[str, object] = {
        name: tuple(sorted((item for place in places for item in getattr(place, name)), key=attrgetter("address")))
        for name in ("security_groups", "rules", "prefix_lists", "network_acl_rules", "attachments", "rule_sets")
    }
    return replace(
        first,
        **together,
        source=Source(first.source.kind, f"{prefix}{sharp}{first.account}"),
        monitoring=_joined_monitoring([place.monitoring for place in places]),
        resources_seen=sum(place.resources_seen for place in places),
        skipped=tuple(sorted({item for place in places for item in place.skipped}, key=lambda s: (s.what, s.reason))),
        region=None,
        unread=frozenset().union(*(place.unread for place in places)),
    )


def _joined_monitoring(chains: list[Monitoring]) -> Monitoring:
    """Return the chains as one, each thing once: trails, roles and keys are seen from several regions."""
    joined: dict[str, object] = {}
    for name in Monitoring.__struct_fields__:
        if isinstance(getattr(chains[0], name), bool):
            continue
        items: dict[tuple[str, str], object] = {}
        for chain in chains:
            for item in getattr(chain, name):
                items.setdefault((item.address, str(item.region)), item)
        joined[name] = tuple(items[key] for key in sorted(items))
    return replace(
        chains[0],
        **joined,
        complete=all(chain.complete for chain in chains),
        exhaustive=any(chain.exhaustive for chain in chains),
    )
