"""Write and read the live model as a versioned document: drift and audits without credentials.

One line for each fact, sorted, so that two snapshots can be compared by any tool for lines.
"""

from __future__ import annotations

import gc
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.monitoring import Monitoring
from sgwarden.sources.documents import detect
from sgwarden.sources.resources.attribute_reader import kind_of
from sgwarden.sources.snapshot.codec import encode
from sgwarden.sources.snapshot.sound import checked, decoded

SCHEMA_VERSION = "1"
_LARGEST = 2**31
"""Bytes that a compressed snapshot may unfold to."""
_GZIP = b"\x1f\x8b"
_NAMES = tuple(name for name in Infrastructure.__struct_fields__ if name not in ("source", "monitoring", "management"))
_CHAIN = Monitoring.__struct_fields__
_ADDED = frozenset({"mute_rules"})
"""Lists of the chain that older snapshots lack; written only when there is something in them."""
_KINDS = frozenset({"security_groups", "rules", "prefix_lists", "network_acl_rules", "attachments", "monitoring"})
"""What is not read when a place cannot be."""
_WRITE_AGAIN = "write it again with `sgwarden snapshot`"


class Snapshot(Struct, frozen=True):
    """What one document holds."""

    taken: str
    """When it was read, as its writer says: ISO 8601, UTC."""
    places: tuple[Infrastructure, ...]
    """One for each account and region."""


def write(places: Sequence[Infrastructure], taken: str) -> str:
    """Return the document of what was read at ``taken``; the same input gives the same bytes."""
    return "".join(_lines(places, taken))


def compressed(text: str) -> bytes:
    """Return the document as a ``.gz`` file holds it, without name or time."""
    return gzip.compress(text.encode(), mtime=0)


def unpacked(data: bytes, path: str) -> bytes:
    """Return ``data``, decompressed when it is a .gz file. Raises InputError."""
    if not data.startswith(_GZIP):
        return data
    try:
        unfolding = zlib.decompressobj(wbits=31)
        text = unfolding.decompress(data, _LARGEST)
    except zlib.error as error:
        raise InputError("the compressed file is damaged", path, _WRITE_AGAIN) from error
    if not unfolding.eof:
        reason = "it unfolds to more than 2 GiB" if unfolding.unconsumed_tail else "the compressed file ends too early"
        raise InputError(reason, path, _WRITE_AGAIN)
    return text


def _lines(places: Sequence[Infrastructure], taken: str) -> Iterator[str]:
    head = f'"schema_version": "{SCHEMA_VERSION}", "kind": "snapshot", "taken": {_json(taken)}'
    yield f'{{{head}, "places": ['
    for number, place in enumerate(places):
        yield ("," if number else "") + "\n{" + _members(_document(place)) + "}"
    yield "]}\n"


def _members(content: dict[str, Any]) -> str:
    """Return the members of an object, the elements of its lists on lines of their own."""
    members = []
    for name, value in content.items():
        if isinstance(value, list):
            inner = ",\n  ".join(_json(item) for item in value)
            text = f"[\n  {inner}]" if value else "[]"
        elif name == "monitoring":
            text = "{" + _members(value) + "}"
        else:
            text = _json(value)
        members.append(f"{_json(name)}: {text}")
    return ",\n ".join(members)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _document(place: Infrastructure) -> dict[str, object]:
    content: dict[str, object] = {"account": place.account, "region": place.region}
    content |= {name: encode(getattr(place, name)) for name in _NAMES if name not in content}
    chain = ((name, getattr(place.monitoring, name)) for name in _CHAIN)
    content["monitoring"] = {name: encode(value) for name, value in chain if value or name not in _ADDED}
    return content


def read(data: bytes, path: str) -> tuple[Infrastructure, ...]:
    """Return the places of a snapshot, compressed or not. Raises InputError for anything else."""
    return tuple(checked(place, f"places[{number}]") for number, place in enumerate(load(data, path).places))


def load(data: bytes, path: str) -> Snapshot:
    """Return the snapshot in ``data``. Raises InputError for other content and other versions."""
    text = detect.utf8(unpacked(data, path), path)
    content: dict[str, object] = detect.decode(text, dict[str, Any], path)
    if content.get("kind") != "snapshot":
        raise InputError("this is no snapshot", path, _WRITE_AGAIN)
    version = content.get("schema_version")
    if version != SCHEMA_VERSION:
        raise InputError(f"this is a snapshot of version {version!r:.20}, and only version 1 can be read", path)
    places, taken = content.get("places"), content.get("taken")
    if not isinstance(places, list) or not isinstance(taken, str):
        raise InputError("the snapshot lacks its places or its time", path, _WRITE_AGAIN)
    with _without_collector():
        return Snapshot(taken, tuple(_place(place, path, number) for number, place in enumerate(places)))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Switch the collector off: facts hold no cycles, and to walk through them takes half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _place(content: object, path: str, number: int) -> Infrastructure:
    where = f"places[{number}]"
    if not isinstance(content, dict):
        reason = f"{where} should be an object and is {kind_of(content)}"
        return Infrastructure(Source("snapshot", f"{path}#"), skipped=(Skipped(path, reason),), unread=_KINDS)
    source = Source("snapshot", f"{path}#" + "/".join(str(content[k]) for k in ("account", "region") if content.get(k)))
    return decoded(content, source, where)
