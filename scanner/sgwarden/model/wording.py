"""How rules and ports are named in messages; sensitive values never are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sgwarden.model.values import Unknown

if TYPE_CHECKING:
    from sgwarden.model.security_groups import Rule

SERVICES = {
    20: "FTP data", 21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 80: "HTTP", 110: "POP3", 135: "RPC",
    143: "IMAP", 443: "HTTPS", 445: "CIFS", 1433: "SQL Server", 1434: "SQL Server", 2049: "NFS", 3000: "Node and Ruby",
    3306: "MySQL", 3389: "RDP", 4333: "ahsp", 5000: "Python web", 5432: "PostgreSQL", 5500: "fcp-addr-srvr1",
    5601: "OpenSearch Dashboards", 5900: "VNC", 5985: "WinRM", 5986: "WinRM", 6379: "Redis", 8080: "HTTP proxy",
    8088: "HTTP", 8888: "HTTP", 9200: "OpenSearch", 9300: "OpenSearch", 11211: "Memcached", 27017: "MongoDB",
}  # fmt: skip


def ports(numbers: Iterable[int]) -> str:
    """``port 22 (SSH)``, ``ports 22 (SSH) and 3389 (RDP)``."""
    names = [f"{number} ({SERVICES[number]})" if number in SERVICES else str(number) for number in numbers]
    return ("port " if len(names) == 1 else "ports ") + listed(names)


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(names)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def port_range(rule: Rule) -> str:
    """The ports (or ICMP type and code) of a rule in words; empty for all."""
    if "from_port" in rule.sensitive or "to_port" in rule.sensitive:
        return "(sensitive)"
    low, high = rule.from_port, rule.to_port
    if rule.protocol in {"icmp", "icmpv6"}:
        if low in (None, -1):
            return ""
        return f"type {_shown(low)}" + ("" if high in (None, -1) else f" code {_shown(high)}")
    if (low is None and high is None) or rule.protocol == "all":
        return ""
    if isinstance(low, Unknown) and isinstance(high, Unknown):
        return "unknown ports"
    return _shown(low) if low == high and not isinstance(low, Unknown) else f"{_shown(low)}-{_shown(high)}"


def peer(rule: Rule) -> str:
    """The other end of a rule in words."""
    if rule.peer.kind == "self":
        return "the group itself"
    if "peer" in rule.sensitive:
        return "a sensitive address" if rule.peer.kind.startswith("cidr") else "a sensitive peer"
    if isinstance(rule.peer.value, Unknown):
        kinds = {"prefix_list": "a prefix list", "security_group": "a security group"}
        return f"{kinds.get(rule.peer.kind, 'an address')} that is unknown"
    return str(rule.peer.value)


def rule(subject: Rule) -> str:
    """``ingress tcp 22 from 0.0.0.0/0``."""
    if "protocol" in subject.sensitive:
        protocol = "(sensitive protocol)"
    elif isinstance(subject.protocol, Unknown):
        protocol = "an unknown protocol"
    else:
        protocol = "all protocols" if subject.protocol == "all" else _protocol_name(subject.protocol)
    parts = [subject.direction, protocol, port_range(subject)]
    return (
        " ".join(part for part in parts if part)
        + (" from " if subject.direction == "ingress" else " to ")
        + peer(subject)
    )


def reasons(texts: Iterable[str]) -> str:
    """Why a question stays open, in words."""
    return "; ".join(texts) or "the input does not tell"


def _protocol_name(protocol: str) -> str:
    return f"protocol {protocol}" if protocol.isdigit() else protocol


def _shown(value: object) -> str:
    return "?" if isinstance(value, Unknown) or value is None else str(value)
