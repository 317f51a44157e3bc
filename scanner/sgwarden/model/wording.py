"""Words of messages: ports with the services behind them, lists, reasons. Of rules: ``sgwarden.model.rules``."""

from __future__ import annotations

from collections.abc import Iterable

SERVICES = {
    20: "FTP data", 21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 80: "HTTP", 110: "POP3", 135: "RPC",
    143: "IMAP", 443: "HTTPS", 445: "CIFS", 1433: "SQL Server", 1434: "SQL Server", 2049: "NFS", 3000: "Node and Ruby",
    3306: "MySQL", 3389: "RDP", 4333: "ahsp", 5000: "Python web", 5432: "PostgreSQL", 5500: "fcp-addr-srvr1",
    5601: "OpenSearch Dashboards", 5900: "VNC", 5985: "WinRM", 5986: "WinRM", 6379: "Redis", 8080: "HTTP proxy",
    8088: "HTTP", 8888: "HTTP", 9200: "OpenSearch", 9300: "OpenSearch", 11211: "Memcached", 27017: "MongoDB",
}  # fmt: skip


def ports(numbers: Iterable[int]) -> str:
    """Return ``port 22 (SSH)``, ``ports 22 (SSH) and 3389 (RDP)``."""
    names = [f"{number} ({SERVICES[number]})" if number in SERVICES else str(number) for number in numbers]
    return ("port " if len(names) == 1 else "ports ") + listed(names)


def listed(names: Iterable[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    items = list(names)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def reasons(texts: Iterable[str]) -> str:
    """Return why a question stays open, in words."""
    return "; ".join(texts) or "the input does not tell"
