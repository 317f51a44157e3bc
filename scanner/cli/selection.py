"""Which policies a run asks: ``--only`` and ``--skip``."""

from __future__ import annotations

from collections.abc import Iterable

from policies.policy import Policy
from policies.registry import POLICIES
from scanner.errors import UsageError


def policy_by_id(name: str) -> Policy:
    """The policy of that id; raises UsageError with a suggestion when there is none."""
    for policy in POLICIES:
        if policy.id == name:
            return policy
    from difflib import get_close_matches

    near = get_close_matches(name, [policy.id for policy in POLICIES], n=1)
    hint = f"did you mean {near[0]}?" if near else "`sgwarden policies` lists them"
    raise UsageError(f"there is no policy {name!r}", next_step=hint)


def selected(only: Iterable[str], skip: Iterable[str]) -> tuple[Policy, ...]:
    """The registry's policies, or those of ``only``, without those of ``skip``; each may hold comma lists.

    Raises UsageError for an unknown id, and when nothing is left to ask.
    """
    wanted = {policy_by_id(name).id for name in _names(only)}
    unwanted = {policy_by_id(name).id for name in _names(skip)}
    left = tuple(policy for policy in POLICIES if (not wanted or policy.id in wanted) and policy.id not in unwanted)
    if not left:
        raise UsageError("--only and --skip leave no policy to ask", next_step="`sgwarden policies` lists them")
    return left


def _names(texts: Iterable[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]
