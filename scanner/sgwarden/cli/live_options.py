"""Options of the commands that read AWS, and the reading itself: the account, a snapshot, or what the AWS CLI printed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from sgwarden.cli.progress import Progress
from sgwarden.errors import UsageError

if TYPE_CHECKING:
    from sgwarden.aws.accounts import AccountSelection
    from sgwarden.model.infrastructure import Infrastructure


def add_accounts(parser: ArgumentParser) -> None:
    """Which accounts and regions are read."""
    group = parser.add_argument_group("accounts and regions")
    group.add_argument(
        "--region", metavar="REGION", action="append", default=[],
        help="read this region alone; repeatable (default: all that are enabled)",
    )  # fmt: skip
    group.add_argument(
        "--profile", metavar="NAME", action="append", default=[], help="profile of the AWS CLI; one account each"
    )
    group.add_argument(
        "--role-arn", metavar="ARN", action="append", default=[], help="role to assume; one account each; repeatable"
    )
    group.add_argument("--external-id", metavar="ID", help="external id for the roles")
    group.add_argument(
        "--organization", metavar="ROLE_NAME", help="every active account of the organization, by this role"
    )


def add_live(parser: ArgumentParser) -> None:
    """``--live PATH`` besides the accounts."""
    parser.add_argument(
        "--live", metavar="PATH",
        help="instead of AWS: a snapshot, or a file or folder ACCOUNT/REGION/*.json of what the AWS CLI printed",
    )  # fmt: skip
    add_accounts(parser)


def wanted(arguments: Namespace) -> AccountSelection:
    """What the options ask for. Raises UsageError."""
    from sgwarden.aws.accounts import AccountSelection, role_arns

    if arguments.role_arn and arguments.organization:
        raise UsageError("--role-arn and --organization exclude each other", next_step="give one of them")
    return AccountSelection(
        regions=tuple(dict.fromkeys(name for text in arguments.region for name in text.split(",") if name)),
        profiles=tuple(dict.fromkeys(arguments.profile)),
        role_arns=role_arns(arguments.role_arn),
        external_id=arguments.external_id,
        organization_role=arguments.organization,
    )


def read_live(arguments: Namespace) -> tuple[Infrastructure, ...]:
    """One infrastructure for each account and region. Raises SgwardenError."""
    asked = wanted(arguments)
    path: str | None = getattr(arguments, "live", None)
    if path is not None:
        from sgwarden.aws.accounts import AccountSelection
        from sgwarden.sources.documents.live_files import read_path

        if asked != AccountSelection():
            raise UsageError("--live reads a file, and no account", next_step="leave out --region, --profile and roles")
        return read_path(path)
    from sgwarden.sources.live.read_accounts import read

    progress = Progress(wanted=not arguments.quiet)
    try:
        monitoring: bool = getattr(arguments, "with_monitoring", True)
        return read(asked, lambda place: progress.step(f"{place} read"), monitoring)
    finally:
        progress.done()
