"""Options of the commands that ask the monitoring policies."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.errors import UsageError
from sgwarden.run.scan import is_monitoring

if TYPE_CHECKING:
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


def add_arguments(parser: ArgumentParser) -> None:
    """Add the benchmark."""
    parser.add_argument(
        "--benchmark", metavar="VERSION",
        help="ask the monitoring policies of cis-aws-1.4.0 ... cis-aws-7.0.0, also of code without a trail "
        "(default: cis-aws-3.0.0, of code with one)",
    )  # fmt: skip


def add_one_chain(parser: ArgumentParser) -> None:
    """Add what counts as one chain, for commands that read several root modules."""
    parser.add_argument(
        "--one-chain", action="store_true", help="all root modules together are one monitoring chain, not one each"
    )


def settings(arguments: Namespace, policies: Sequence[Policy], configured: Settings) -> Settings:
    """Return the settings of the configuration with the values of ``--benchmark``, ``--one-chain`` and ``--only``.

    Raises UsageError for an unknown benchmark.
    """
    if arguments.benchmark is None:
        named = bool(arguments.only) and any(is_monitoring(policy) for policy in policies)
        asked = named or configured.monitoring_asked or arguments.one_chain
        return replace(configured, monitoring_asked=asked)
    from sgwarden.cloudtrail.catalogue import BENCHMARKS  # imported late: a plain scan names no benchmark

    known = [name for name in BENCHMARKS if name >= "cis-aws-1.4.0"]
    if arguments.benchmark not in known:
        raise UsageError(f"there is no benchmark {arguments.benchmark!r}", next_step=f"use one of {', '.join(known)}")
    return replace(configured, benchmark=arguments.benchmark, monitoring_asked=True)
