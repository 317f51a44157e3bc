"""Checks that several links share: the region and the key of a resource."""

from __future__ import annotations

from sgwarden.model.monitoring import Key, Monitoring, Text
from sgwarden.model.truth import truth_of
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display
from sgwarden.monitoring.links.link import Check


def region_check(region: Text, other: Text, name: str) -> Check:
    """Return the check that both are in one region, as far as the code shows."""
    if region is None or other is None:
        return Check(True)
    answer = same(region, other)
    # Both regions are unknown in a module without a provider of its own.
    return Check(
        answer is not False,
        f"it is in {display(region)}, and {name} is in {display(other)}",
        f"create it in {display(other)}",
        "provider",
    )


def key_of(identifier: Text, monitoring: Monitoring) -> Key | None:
    """Return the key that an id, ARN or alias names; None if it is not in the code."""
    if identifier is None:
        return None
    for key in monitoring.keys:
        if any(name is not None and same(identifier, name) is True for name in (key.key_id, key.arn, *key.aliases)):
            return key
    return None


def key_check(key: Key, argument: str) -> Check:
    """Return the check that the key is enabled."""
    enabled = True if key.is_enabled is None else key.is_enabled
    return Check(
        truth_of(enabled), f"the key {key.address} is disabled", f"set is_enabled = true in {key.address}", argument
    )
