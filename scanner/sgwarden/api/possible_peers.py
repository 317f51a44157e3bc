"""What a rule that is not wholly known may admit."""

from __future__ import annotations

from sgwarden.model import traffic
from sgwarden.model.addresses import AddressSet
from sgwarden.model.rules import Entries, with_effective_ports
from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Unknown


def network(peer: str) -> AddressSet | None:
    """The addresses of a CIDR block or an address; None for what is neither."""
    try:
        return AddressSet.from_cidrs([peer])
    except ValueError:
        return None


def may_admit(rule: Rule, protocol: str, port: int | None, peer: str | None, entries: Entries) -> bool:
    """Whether a rule, whatever its unknown parts are, admits a port and a peer; None: any."""
    if not isinstance(rule.protocol, Unknown) and rule.protocol not in (protocol, "all"):
        return False
    plain = with_effective_ports(rule)
    if port is not None and traffic.admits_port(plain.protocol, plain.from_port, plain.to_port, port) is False:
        return False
    return peer is None or _may_be(rule.peer, peer, entries)


def _may_be(peer: Peer, wanted: str, entries: Entries) -> bool:
    value = peer.value
    addresses = network(wanted)
    if addresses is None:
        if wanted == "self" or peer.kind == "self":
            return wanted == peer.kind
        return not peer.kind.startswith("cidr") and (isinstance(value, Unknown) or value == wanted)
    if peer.kind == "prefix_list":
        known = entries.get(str(value))
        return known is None or bool(AddressSet.from_cidrs(known) & addresses)
    if not peer.kind.startswith("cidr"):
        return False
    if isinstance(value, Unknown):
        return bool(addresses.ipv6 if peer.kind == "cidr_ipv6" else addresses.ipv4)
    return bool(AddressSet.from_cidrs([str(value)]) & addresses)
