"""Which policies a run asks: ``--policies``, ``--only`` and ``--skip``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sgwarden.errors import UsageError
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.config.effective import Config


def add_custom(parser: ArgumentParser) -> None:
    """Policies of the user's own."""
    parser.add_argument(
        "--policies", metavar="DIR", action="append", default=[],
        help="ask the policies of this directory too (.toml, .py); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--trust-policies", action="store_true", help="execute .py policies that lie in the scanned repository"
    )


def known(arguments: Namespace, scanned: Iterable[str] = (), config: Config | None = None) -> tuple[Policy, ...]:
    """The registry's policies, those of ``--policies`` and those of the configuration, which are loaded once for all;
    later calls need not give it. Raises UsageError."""
    if not hasattr(arguments, "loaded_policies"):
        given = getattr(arguments, "policies", ())
        configured = config.policy_directories() if config is not None else ()
        if not given and not configured:
            return POLICIES
        from sgwarden.custom_policies.load import load

        arguments.loaded_policies = load(
            given,
            taken=[policy.id for policy in POLICIES],
            scanned=scanned,
            trusted=getattr(arguments, "trust_policies", False),
            configured=configured,
            configuration=config.file if config is not None else None,
            found=config is not None and config.document is not None and config.document.found,
        )
    return (*POLICIES, *arguments.loaded_policies.policies)


def identity(arguments: Namespace) -> tuple[str, ...]:
    """What distinguishes the user's own policies from others of the same names."""
    loaded = getattr(arguments, "loaded_policies", None)
    return () if loaded is None else tuple(loaded.identity)


def policy_by_id(name: str, among: Sequence[Policy] = POLICIES) -> Policy:
    """The policy of that id; raises UsageError with a suggestion when there is none."""
    for policy in among:
        if policy.id == name:
            return policy
    from difflib import get_close_matches

    near = get_close_matches(name, [policy.id for policy in among], n=1)
    hint = f"did you mean {near[0]}?" if near else "`sgwarden policies` lists them"
    raise UsageError(f"there is no policy {name!r}", next_step=hint)


def selected(only: Iterable[str], skip: Iterable[str], among: Sequence[Policy] = POLICIES) -> tuple[Policy, ...]:
    """The policies ``among`` which to choose, or those of ``only``, without those of ``skip``; each may hold comma lists.

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
