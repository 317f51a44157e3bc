"""Normal forms: protocols, ports and CIDR blocks as EC2 holds them.

Every source uses these, so that a rule means the same wherever it was read. Facts:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html and the AWS provider
5.100 (``protocolForValue`` in internal/service/ec2/vpc_security_group.go).
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from sgwarden.model.values import Unknown
from sgwarden.sources.resources.attribute_reader import MalformedAttribute

_PROTOCOL_NAMES = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", -1: "all"}
IANA_PROTOCOLS = {
    "hopopt": 0, "igmp": 2, "ggp": 3, "ipv4": 4, "st": 5, "cbt": 7, "egp": 8, "igp": 9, "rdp": 27, "dccp": 33,
    "xtp": 36, "ipv6": 41, "sdrp": 42, "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "rsvp": 46, "gre": 47,
    "dsr": 48, "esp": 50, "ah": 51, "swipe": 53, "mobile": 55, "skip": 57, "ipv6-icmp": 58, "ipv6-nonxt": 59,
    "ipv6-opts": 60, "eigrp": 88, "ospf": 89, "ospfigp": 89, "ipip": 94, "etherip": 97, "encap": 98, "pim": 103,
    "ipcomp": 108, "vrrp": 112, "l2tp": 115, "isis": 124, "sctp": 132, "fc": 133, "udplite": 136,
    "mpls-in-ip": 137, "hip": 139, "shim6": 140,
}  # fmt: skip
"""Names that the provider turns into numbers for network ACLs: https://www.iana.org/assignments/protocol-numbers."""
PORTED = frozenset({"tcp", "udp"})
ICMP = frozenset({"icmp", "icmpv6"})


_PROTOCOL_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
Port = int | Unknown | None


@lru_cache(maxsize=1024)
def protocol(text: str) -> str | None:
    """Return ``all``, ``tcp``, ``udp``, ``icmp``, ``icmpv6``, or the number of another protocol as text.

    The name of another protocol stays as it is, in lower case. None for what is neither name nor number of one; the
    provider passes it on to EC2.
    """
    lowered = text.lower()
    if _PROTOCOL_NUMBER.fullmatch(lowered):
        number = int(lowered)
        return _PROTOCOL_NAMES.get(number, str(number)) if -1 <= number <= 255 else None
    return lowered if lowered in _PROTOCOL_NAMES.values() or lowered in IANA_PROTOCOLS else None


def known_protocol(text: str | Unknown, *, sensitive: bool = False) -> str | Unknown:
    """Return the normal form of a protocol, an Unknown for one that nobody understands."""
    if isinstance(text, Unknown):
        return text
    known = protocol(text)
    if known is not None:
        return known
    named = "the protocol" if sensitive else f'"{text[:60]}"'
    return Unknown(f"{named} is no protocol that EC2 knows", not_null=True)


def traffic(
    text: str | Unknown, from_port: Port, to_port: Port, *, sensitive: bool = False
) -> tuple[str | Unknown, Port, Port]:
    """Return protocol and ports of a rule; those of a protocol that nobody understands limit nothing."""
    known = known_protocol(text, sensitive=sensitive)
    if isinstance(known, Unknown) and known is not text:
        return known, None, None
    return (known, *ports(known, from_port, to_port))


def ports(of_protocol: str | Unknown, from_port: Port, to_port: Port) -> tuple[Port, Port]:
    """Return the port fields of a rule.

    Only tcp, udp, icmp and icmpv6 have any: for every other protocol EC2 admits all traffic
    whatever ports are given, so both are None. A missing ICMP type or code is -1 (any).
    """
    if isinstance(of_protocol, Unknown):
        return from_port, to_port
    if of_protocol in ICMP:
        return -1 if from_port is None else from_port, -1 if to_port is None else to_port
    if of_protocol in PORTED:
        return from_port, to_port
    return None, None


@lru_cache(maxsize=65536)
def cidr_ipv4(text: str) -> str:
    """Return ``10.0.0.0/8`` for ``10.1.2.3/8``. Raises MalformedAttribute when it is no IPv4 CIDR block."""
    try:
        return str(ipaddress.IPv4Network(text, strict=False))
    except ValueError:
        raise MalformedAttribute(f'"{text[:60]}" is no IPv4 CIDR block') from None


@lru_cache(maxsize=65536)
def cidr_ipv6(text: str) -> str:
    """Return ``2001:db8::/32`` for ``2001:0DB8:0::1/32``. Raises MalformedAttribute for other text."""
    try:
        network = ipaddress.IPv6Network(text, strict=False)
    except ValueError:
        raise MalformedAttribute(f'"{text[:60]}" is no IPv6 CIDR block') from None
    mapped = network.network_address.ipv4_mapped
    if mapped is None:
        return str(network)
    # Python 3.13 began to write these as ::ffff:10.0.0.0; older ones and EC2 use hexadecimal.
    number = int(mapped)
    return f"::ffff:{number >> 16:x}:{number & 0xFFFF:x}/{network.prefixlen}"


_GROUP_ID = re.compile(r"(?:^|[/:])(sg-[0-9a-zA-Z]+)$")


def group_id(text: str) -> str | None:
    """Return ``sg-...`` out of an id, ``ACCOUNT/sg-...`` or an ARN; None when there is none."""
    if text.startswith("sg-"):
        return text
    found = _GROUP_ID.search(text)
    return found.group(1) if found else None
