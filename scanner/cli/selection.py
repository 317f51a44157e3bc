"""Which policies a run asks: ``--policies``, ``--only`` and ``--skip``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence

from policies.policy import Policy
from policies.registry import POLICIES
from scanner.errors import UsageError


def add_custom(parser: ArgumentParser) -> None:
    """Policies of the user's own."""
    parser.add_argument(
        "--policies", metavar="DIR", action="append", default=[],
        help="ask the policies of this directory too (.toml, .py); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--trust-policies", action="store_true", help="execute .py policies that lie in the scanned repository"
    )


def known(arguments: Namespace, scanned: Iterable[str] = ()) -> tuple[Policy, ...]:
    """The registry's policies and those of ``--policies``, which are loaded once for all. Raises UsageError."""
    if not getattr(arguments, "policies", None):
        return POLICIES
    if not hasattr(arguments, "loaded_policies"):
        from scanner.custom_policies.load import load

        taken = [policy.id for policy in POLICIES]
        arguments.loaded_policies = load(
            arguments.policies, taken=taken, scanned=scanned, trusted=arguments.trust_policies
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
