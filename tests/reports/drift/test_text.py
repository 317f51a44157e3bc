"""Drift for a terminal."""

from __future__ import annotations

from sgwarden.reports.drift import text as text_format
from tests.drift.models import WEB
from tests.reports.samples import DRIFT_CONTEXT, drift


def test_the_text_tells_remedies_and_history() -> None:
    text = text_format.render(drift(), DRIFT_CONTEXT)
    assert text.startswith(
        "Not read: nothing is claimed of it\n  111122223333/us-east-1 security groups: AccessDenied\n"
    )
    assert f"revoke-security-group-ingress --region eu-west-1 --group-id {WEB}" in text
    assert "first seen 2026-11-01T06:00:00Z, 20 days, came 2 times" in text
    assert text.splitlines()[-1].endswith("1 not read")
