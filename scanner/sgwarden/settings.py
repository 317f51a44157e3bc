"""What users may set about the policies, with the defaults and where they come from."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Format = Literal["text", "json", "sarif", "junit", "markdown", "csv", "github", "gitlab", "gitlab-sast", "concise"]
"""Formats of a report on findings; ``sgwarden.reports.findings`` has a module for each."""

ADMIN_PORTS = (22, 3389)
"""SSH and RDP: the remote server administration ports of CIS AWS Foundations (3.0.0, 5.1 to 5.3)."""

HIGH_RISK_PORTS = (
    20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000,
    5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300,
)  # fmt: skip
"""The list of Security Hub control EC2.19.

https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
"""

PUBLIC_PORTS = (80, 443)
"""Ports that may face the internet: the default of Security Hub control EC2.18."""


class Settings(Struct, frozen=True):
    """Settings of the policies; every field has a default."""

    admin_ports: tuple[int, ...] = ADMIN_PORTS
    high_risk_ports: tuple[int, ...] = HIGH_RISK_PORTS
    public_ports: tuple[int, ...] = PUBLIC_PORTS
    internet_ipv4_prefix: int = 8
    """A group that admits as many public IPv4 addresses as one network of this prefix length holds
    is taken to be open to the internet."""
    internet_ipv6_prefix: int = 16
    """The same for IPv6. Regional registries hold /12 networks, large providers /20 to /32."""
    trusted_cidrs: tuple[str, ...] = ()
    """Public ranges that do not count as the internet, such as a company's own or a content network's."""
    benchmark: str = "cis-aws-3.0.0"
    """The version of the CIS AWS Foundations Benchmark that says which events the monitoring policies ask for."""
    monitoring_asked: bool = False
    """Whether the monitoring policies also judge a source that holds nothing of a monitoring chain."""
