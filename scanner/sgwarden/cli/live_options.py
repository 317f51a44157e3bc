"""Options of the commands that read AWS, and the reading itself: the account, a snapshot, or what the AWS CLI printed."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from msgspec import Struct

from sgwarden.aws.accounts import AccountSelection, role_arns
from sgwarden.cli.progress import Progress
from sgwarden.errors import UsageError
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.sources.documents.live_files import read_path
from sgwarden.sources.live.read_accounts import read


class LiveOptions(Struct, frozen=True):
    """Where the live side is read from."""

    path: str | None
    """A snapshot, or what the AWS CLI printed; None: AWS itself."""
    wanted: AccountSelection
    """Which accounts and regions."""
    with_monitoring: bool = True
    """Whether the monitoring chain is read too; drift compares nothing of it."""
    show_progress: bool = True


def live_options(
    arguments: Namespace, regions: Sequence[str] | None = None, *, with_monitoring: bool = True
) -> LiveOptions:
    """Return the values of the arguments; ``regions`` are read of AWS instead of those of ``--region``.

    Raises UsageError.
    """
    if arguments.role_arn and arguments.organization:
        raise UsageError("--role-arn and --organization exclude each other", next_step="give one of them")
    texts = arguments.region if regions is None or arguments.live is not None else regions
    wanted = AccountSelection(
        regions=tuple(dict.fromkeys(name for text in texts for name in text.split(",") if name)),
        profiles=tuple(dict.fromkeys(arguments.profile)),
        role_arns=role_arns(arguments.role_arn),
        external_id=arguments.external_id,
        organization_role=arguments.organization,
    )
    return LiveOptions(arguments.live, wanted, with_monitoring, not arguments.quiet)


def read_live(options: LiveOptions) -> tuple[Infrastructure, ...]:
    """Read one infrastructure for each account and region. Raises SgwardenError."""
    if options.path is not None:
        if options.wanted != AccountSelection():
            raise UsageError("--live reads a file, and no account", next_step="leave out --region, --profile and roles")
        return read_path(options.path)
    progress = Progress(wanted=options.show_progress)
    try:
        return read(options.wanted, lambda place: progress.step(f"{place} read"), options.with_monitoring)
    finally:
        progress.done()
