"""Networks as numbers, and how much of the public internet a set of them covers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_network

from msgspec import Struct

from sgwarden.model.addresses import AddressSet


def public_addresses(cidrs: Iterable[str], trusted: tuple[str, ...] = ()) -> int:
    """How many different public addresses the networks hold together, those of ``trusted`` ones not counted.

    Raises ValueError for text that is no network.
    """
    public = AddressSet.from_cidrs(cidrs).public(trusted)
    return public.size(4) + public.size(6)


class Network(Struct, frozen=True):
    """A CIDR as numbers."""

    version: int
    prefix: int
    first: int

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return 1 << self.bits - self.prefix

    @property
    def bits(self) -> int:
        """Length of its addresses: 32 or 128."""
        return 32 if self.version == 4 else 128


@lru_cache(maxsize=65536)
def network(cidr: str) -> Network | None:
    """A CIDR as numbers; None for text that is none (no provider and no EC2 accepts it)."""
    try:
        parsed = ip_network(cidr, strict=False)
    except ValueError:
        return None
    return Network(parsed.version, parsed.prefixlen, int(parsed.network_address))
