"""The defaults of the policies' settings."""

from __future__ import annotations

from sgwarden.settings import ADMIN_PORTS, HIGH_RISK_PORTS, PUBLIC_PORTS, Settings


def test_defaults() -> None:
    settings = Settings()
    assert (settings.admin_ports, settings.public_ports) == (ADMIN_PORTS, PUBLIC_PORTS) == ((22, 3389), (80, 443))
    assert settings.high_risk_ports == HIGH_RISK_PORTS == tuple(sorted(set(HIGH_RISK_PORTS)))
    assert set(ADMIN_PORTS) < set(HIGH_RISK_PORTS) and not set(PUBLIC_PORTS) & set(HIGH_RISK_PORTS)
