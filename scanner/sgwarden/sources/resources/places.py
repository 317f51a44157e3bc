"""The place of a resource: by its ARN, by its own arguments, by its provider configuration."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.places import Place, unknown_region
from sgwarden.model.sources import SourceKind
from sgwarden.model.values import Sensitive, Unknown, reveal

_ARN = re.compile(r"arn:([a-z0-9-]+):[a-z0-9-]+:([a-z0-9-]*):(\d{12})?:")


def places(instances: Iterable[ResourceInstance], kind: SourceKind) -> dict[str, Place]:
    """Return the place of each managed resource of which anything is known, by address."""
    found: dict[str, Place] = {}
    known: dict[Place, Place] = {}
    for instance in instances:
        if instance.mode == "managed":
            place = _place(instance, kind)
            if place != Place():
                found[instance.address] = known.setdefault(place, place)
    return found


def _place(instance: ResourceInstance, kind: SourceKind) -> Place:
    access = instance.provider_access
    partition, region, account = _of_arn(instance.attributes.get("arn"))
    of_role, own = _of_access(access)
    return Place(
        partition=partition or of_role[0],
        account=account or own or of_role[1] or _text(instance.account),
        region=region or _region(instance.region),
        provider="" if kind == "state" else instance.provider,  # the prior state of a plan leaves out the alias
        access=_digest(access),
    )


def _of_arn(value: object) -> tuple[str, str, str]:
    """Return partition, region and account of an ARN; empty where they are not known."""
    found = _ARN.match(_text(reveal(value)))
    return (found[1], found[2], found[3] or "") if found else ("", "", "")


def _of_access(access: Mapping[str, object]) -> tuple[tuple[str, str], str]:
    """Return partition and account of the last role that is assumed, and the only account that is allowed."""
    ids = reveal(access.get("allowed_account_ids"))
    own = _text(ids[0]) if isinstance(ids, tuple | list) and len(ids) == 1 else ""
    partition, account = "", ""
    for name in ("assume_role", "assume_role_with_web_identity"):
        blocks = reveal(access.get(name))
        for block in blocks if isinstance(blocks, tuple | list) else (blocks,):
            if isinstance(block, Mapping):
                partition, _, account = _of_arn(block.get("role_arn"))
    return (partition, account), own


def _region(value: object) -> str:
    if isinstance(value, Unknown):
        return unknown_region(_short(value.reason))
    return _text(value)


def _digest(access: Mapping[str, object]) -> str:
    chosen = {name: value for name, value in sorted(access.items()) if name != "allowed_account_ids"}
    chosen = {name: value for name, value in chosen.items() if value not in (None, ()) and not _hides(value)}
    return _short(repr(sorted(chosen.items(), key=str))) if chosen else ""


def _hides(value: object) -> bool:
    if isinstance(value, Sensitive):
        return True
    if isinstance(value, Mapping):
        return any(map(_hides, value.values()))
    return isinstance(value, tuple | list) and any(map(_hides, value))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
