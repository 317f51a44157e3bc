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
PORTED = frozenset({"tcp", "udp"})
ICMP = frozenset({"icmp", "icmpv6"})


@lru_cache(maxsize=1024)
def protocol(text: str) -> str:
    """Return ``all``, ``tcp``, ``udp``, ``icmp``, ``icmpv6``, or the number of another protocol as text.

    A name that EC2 does not know stays as it is, in lower case.
    """
    lowered = text.lower()
    try:
        number = int(lowered)
    except ValueError:
        return lowered
    return _PROTOCOL_NAMES.get(number, str(number))


Port = int | Unknown | None


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
