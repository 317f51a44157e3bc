"""What the rules of one group open, and what those that are not wholly known may admit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from msgspec.structs import replace

from sgwarden.model import traffic
from sgwarden.model.addresses import AddressSet, PortSet, Reach, internet
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.rules import Entries, with_effective_ports
from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings

_SMALL = 12
"""Prefix length from which on a network that is known by its size alone cannot be the internet."""


def known_entries(infrastructure: Infrastructure) -> dict[str, tuple[str, ...]]:
    """Return the CIDR blocks of the prefix lists of which all are known, by address and id."""
    found: dict[str, tuple[str, ...]] = {}
    for each in infrastructure.prefix_lists:
        known = each.known_cidrs
        if known is not None:
            found |= {name: known for name in (each.address, each.id) if name}
    return found


def widest(rule: Rule, entries: Entries) -> Iterator[Rule]:
    """Return the widest rules that a rule may turn out to be."""
    cidrs: tuple[str, ...]
    value = rule.peer.value
    if rule.peer.kind == "prefix_list":
        cidrs = entries.get(str(value), ("0.0.0.0/0", "::/0"))
    elif not rule.peer.kind.startswith("cidr"):
        return
    elif isinstance(value, Unknown):
        least = traffic.known_prefix(value) or 0
        least = 0 if least < _SMALL else least  # several wide ones could be different networks
        cidrs = (
            (f"2000::/{least}" if rule.peer.kind == "cidr_ipv6" else f"8.0.0.0/{least}",)
            if least
            else ("0.0.0.0/0", "::/0")
        )
    else:
        cidrs = (str(value),)
    low = 0 if rule.from_port is None or isinstance(rule.from_port, Unknown) else rule.from_port
    high = 65535 if rule.to_port is None or isinstance(rule.to_port, Unknown) else rule.to_port
    protocols = [str(rule.protocol)]
    if isinstance(rule.protocol, Unknown):
        protocols = ["tcp", "udp"] if traffic.cannot_be_all(rule) else ["all"]
    for protocol in protocols:
        for cidr in cidrs:
            peer = Peer("cidr_ipv6" if ":" in cidr else "cidr_ipv4", cidr)
            yield with_effective_ports(
                replace(rule, may_exist=None, protocol=protocol, from_port=low, to_port=high, peer=peer)
            )  # fmt: skip


def open_ports(rules: Iterable[Rule], settings: Settings) -> dict[str, PortSet]:
    """Return the protocols at which rules together admit the internet, with the ports."""
    known = list(rules)
    reach = Reach.of(known, "ingress")
    trusted = settings.trusted_cidrs
    shares = {
        version: Fraction(2 ** (bits - prefix), internet(trusted).size(version) or 1)
        for version, bits, prefix in ((4, 32, settings.internet_ipv4_prefix), (6, 128, settings.internet_ipv6_prefix))
    }
    others: dict[str, PortSet] = {}
    for protocol in sorted({str(rule.protocol) for rule in known} - {"tcp", "udp"}):
        cidrs = [
            str(rule.peer.value)
            for rule in known
            if rule.peer.kind.startswith("cidr") and rule.protocol in (protocol, "all")
        ]
        addresses = AddressSet.from_cidrs(cidrs)
        if any(
            addresses.share_of_internet(version, trusted) >= min(share, Fraction(1))
            for version, share in shares.items()
        ):
            others[protocol] = PortSet()
    if "all" in others:
        return {"all": PortSet()}
    found = {
        protocol: PortSet.of(
            *(
                ports
                for version, share in shares.items()
                for ports, _ in reach.ports(protocol, version, min(share, Fraction(1)), trusted)
            )
        )
        for protocol in ("tcp", "udp")
    }
    return {protocol: ports for protocol, ports in found.items() if ports} | others


def peer_addresses(peer: str) -> AddressSet | None:
    """Return the addresses of a CIDR block or an address; None for what is neither."""
    try:
        return AddressSet.from_cidrs([peer])
    except ValueError:
        return None


def may_admit(rule: Rule, protocol: str, port: int | None, peer: str | None, entries: Entries) -> bool:
    """Return whether a rule may admit a port and a peer, whatever its unknown parts are; None: any."""
    if not isinstance(rule.protocol, Unknown) and rule.protocol not in (protocol, "all"):
        return False
    plain = with_effective_ports(rule)
    if port is not None and traffic.admits_port(plain.protocol, plain.from_port, plain.to_port, port) is False:
        return False
    return peer is None or _may_be(rule.peer, peer, entries)


def _may_be(peer: Peer, wanted: str, entries: Entries) -> bool:
    value = peer.value
    addresses = peer_addresses(wanted)
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
