"""Rules by the group they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sgwarden.model.values import Unknown

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.security_groups import Rule


def rules_by_group(infrastructure: Infrastructure) -> dict[str, list[Rule]]:
    """The rules whose group is known, by its address or id, in the order of the model."""
    groups: dict[str, list[Rule]] = {}
    for rule in infrastructure.rules:
        if not isinstance(rule.security_group, Unknown):
            groups.setdefault(rule.security_group, []).append(rule)
    return groups


def rules_of_unknown_group(infrastructure: Infrastructure) -> list[Rule]:
    """The rules that may belong to any group."""
    return [rule for rule in infrastructure.rules if isinstance(rule.security_group, Unknown)]
