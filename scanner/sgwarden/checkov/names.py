"""Ids of our policies as Checkov's checks; standard library only."""

from __future__ import annotations

PREFIX = "SGWARDEN_"
COMPLETE = PREFIX + "COMPLETE"
"""The check that fails when not everything was read."""
NOT_LOADED = PREFIX + "NOT_LOADED"
"""The check that fails when ours cannot be loaded."""


def check_id(policy: str) -> str:
    """Return Checkov's id of a policy; letters, digits and underscores, as its skip comments require."""
    return PREFIX + policy.upper().replace("-", "_")
