"""Options of the commands that ask the monitoring policies."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sgwarden.errors import UsageError

if TYPE_CHECKING:
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


def add_arguments(parser: ArgumentParser) -> None:
    """The benchmark, and what counts as one chain."""
    parser.add_argument(
        "--benchmark", metavar="VERSION",
        help="ask the monitoring policies of cis-aws-1.4.0 ... cis-aws-7.0.0, also of code without a trail "
        "(default: cis-aws-3.0.0, of code with one)",
    )  # fmt: skip


def add_one_chain(parser: ArgumentParser) -> None:
    """For commands that read several root modules."""
    parser.add_argument(
        "--one-chain", action="store_true", help="all root modules together are one monitoring chain, not one each"
    )


def settings(arguments: Namespace, policies: Sequence[Policy], configured: Settings) -> Settings:
    """The settings that the options make of those of the configuration; raises UsageError for an unknown benchmark."""
    from msgspec.structs import replace

    asked = bool(arguments.only) and _any_monitoring(policies)
    if arguments.benchmark is None:
        asked = asked or configured.monitoring_asked or bool(getattr(arguments, "one_chain", False))
        return replace(configured, monitoring_asked=asked)
    from sgwarden.cloudtrail.catalogue import BENCHMARKS

    known = [name for name in BENCHMARKS if name >= "cis-aws-1.4.0"]
    if arguments.benchmark not in known:
        raise UsageError(f"there is no benchmark {arguments.benchmark!r}", next_step=f"use one of {', '.join(known)}")
    return replace(configured, benchmark=arguments.benchmark, monitoring_asked=True)


def _any_monitoring(policies: Sequence[Policy]) -> bool:
    from sgwarden.run.merge_monitoring_roots import is_monitoring

    return any(is_monitoring(policy) for policy in policies)
