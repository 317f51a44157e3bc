"""``sgwarden snapshot``: the live accounts written to a file, for audits and drift without credentials."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from sgwarden.cli import console, live_options
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.reports.parts.text import pluralize
from sgwarden.sources.snapshot import document


def run(arguments: Namespace) -> int:
    """Read, then write the whole file or none; exit code 3 when something was not read."""
    places = live_options.read_live(live_options.live_options(arguments))
    text = document.write(places, arguments.taken or _now())
    if arguments.output is None:
        console.write_stdout(text)
    elif arguments.output.endswith(".gz"):
        console.write_file(arguments.output, document.compressed(text))
    else:
        console.write_file(arguments.output, text)
    skipped = sorted({each for place in places for each in place.skipped if not each.complete})
    if not arguments.quiet:
        for each in skipped:
            console.complain(f"not read: {each.what}: {each.reason}")
        console.complain(_summary(places, len(skipped)))
    return ExitCode.INCOMPLETE if skipped and not arguments.allow_incomplete else ExitCode.OK


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _summary(places: Sequence[Infrastructure], missing: int) -> str:
    accounts = len({place.account for place in places})
    groups, rules = sum(len(p.security_groups) for p in places), sum(len(p.rules) for p in places)
    unread = f"{missing} not read" if missing else "everything read"
    return (
        f"{pluralize(accounts, 'account')}, {pluralize(len(places), 'region')}, {pluralize(groups, 'security group')}, "
        f"{pluralize(rules, 'rule')}; {unread}"
    )
