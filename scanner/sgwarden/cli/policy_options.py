"""Which policies a run asks: ``--policies``, ``--only`` and ``--skip``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sgwarden.custom_policies.load import Loaded, load
from sgwarden.errors import UsageError
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.config.effective import Config


def load_own(arguments: Namespace, scanned: Iterable[str], config: Config) -> Loaded:
    """Load the policies of ``--policies`` and those of the configuration. Raises UsageError."""
    given: Sequence[str] = getattr(arguments, "policies", ())
    configured = config.policy_directories()
    if not given and not configured:
        return Loaded()
    return load(
        given,
        taken=[policy.id for policy in POLICIES],
        scanned=scanned,
        trusted=getattr(arguments, "trust_policies", False),
        configured=configured,
        configuration=config.file,
        found=config.document is not None and config.document.found,
    )


def policy_by_id(name: str, among: Sequence[Policy] = POLICIES) -> Policy:
    """Return the policy of that id. Raises UsageError with a suggestion when there is none."""
    for policy in among:
        if policy.id == name:
            return policy
    from difflib import get_close_matches  # imported late: for a mistake alone

    near = get_close_matches(name, [policy.id for policy in among], n=1)
    hint = f"did you mean {near[0]}?" if near else "`sgwarden policies` lists them"
    raise UsageError(f"there is no policy {name!r}", next_step=hint)


def selected(only: Iterable[str], skip: Iterable[str], among: Sequence[Policy] = POLICIES) -> tuple[Policy, ...]:
    """Return the policies ``among`` which to choose, or those of ``only``, without those of ``skip``, which hold commas.

    Raises UsageError for an unknown id, and when nothing is left to ask.
    """
    wanted = {policy_by_id(name, among).id for name in _names(only)}
    unwanted = {policy_by_id(name, among).id for name in _names(skip)}
    left = tuple(policy for policy in among if (not wanted or policy.id in wanted) and policy.id not in unwanted)
    if not left:
        raise UsageError("--only and --skip leave no policy to ask", next_step="`sgwarden policies` lists them")
    return left


def _names(texts: Iterable[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]
