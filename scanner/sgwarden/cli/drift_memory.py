"""What ``sgwarden drift`` keeps from run to run: the history of differences, and the live side of the run before."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.errors import InputError, UsageError

if TYPE_CHECKING:
    from datetime import date, datetime

    from sgwarden.drift.differences import Comparison
    from sgwarden.model.infrastructure import Infrastructure

ACKNOWLEDGE = "ack"
_HISTORY = "history.db"
_LIVE = "live.json.gz"


def add_arguments(parser: ArgumentParser) -> None:
    """Options of memory, and of acknowledgements."""
    group = parser.add_argument_group("memory")
    group.add_argument(
        "--memory", metavar="DIR",
        help="remember everything from run to run in a directory, made on first use: --history and --previous in one",
    )  # fmt: skip
    group.add_argument("--history", metavar="FILE", help="remember differences from run to run; made on first use")
    group.add_argument("--previous", metavar="SNAPSHOT", help="an earlier snapshot: tells what is new since then")
    group.add_argument("--until", metavar="DATE", help="with `drift ack FINGERPRINT`: the last day to leave it be")
    group.add_argument("--reason", metavar="TEXT", help="with `drift ack FINGERPRINT`: why")
    group.add_argument("--at", metavar="TIME", help="the time of the run, ISO 8601 (default: now)")


def is_acknowledgement(arguments: Namespace) -> bool:
    """Whether this is ``drift ack``; a file or directory of that name is compared where no date is given."""
    asked: bool = arguments.paths[:1] == [ACKNOWLEDGE]
    return asked and (arguments.until is not None or not Path(ACKNOWLEDGE).exists())


def choose(arguments: Namespace) -> None:
    """Put what ``--memory`` means into ``arguments``. Raises UsageError."""
    if arguments.memory is None:
        return
    if arguments.history is not None or arguments.previous is not None:
        raise UsageError("--memory holds the history and the snapshot", next_step="leave out --history and --previous")
    directory = Path(arguments.memory)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the memory cannot be made: {error.strerror or error}", str(directory), "choose another directory"
        ) from error
    arguments.history = str(directory / _HISTORY)


def read_previous(arguments: Namespace) -> tuple[Infrastructure, ...] | None:
    """The live side of an earlier run, None where there is none. Raises InputError for one that was named."""
    from sgwarden.sources.documents.live_files import read_path

    if arguments.previous is not None:
        return read_path(arguments.previous)
    kept = Path(arguments.memory, _LIVE) if arguments.memory is not None else None
    if kept is None or not kept.exists():
        return None
    try:
        found = read_path(str(kept))
    except InputError as error:
        if not arguments.quiet:
            console.complain(f"{error}; this run goes without it, and writes it again")
        return None
    when = taken(arguments.live)
    if when and when == taken(str(kept)) and not arguments.quiet:
        console.complain(f"{arguments.live}: taken at {when}, this is the snapshot of the last run again")
    return found


@contextmanager
def remembering(
    arguments: Namespace,
    comparison: Comparison,
    live: Sequence[Infrastructure],
    previous: Sequence[Infrastructure] | None,
    now: datetime,
) -> Iterator[Comparison]:
    """The comparison with what is remembered of it; the run is kept when the block, which writes the reports, ends
    well."""
    if arguments.history is None:
        yield comparison
        return
    from sgwarden.drift.history import remembering as in_history

    with in_history(arguments.history, comparison, now) as remembered:
        yield remembered if arguments.memory is None else _since_the_last_run(remembered)
        if arguments.memory is not None:
            from sgwarden.drift.reference_snapshot import baseline
            from sgwarden.sources.snapshot import document

            text = document.write(baseline(live, previous or (), comparison), taken(arguments.live) or stamp(now))
            console.write_file(str(Path(arguments.memory, _LIVE)), document.compressed(text))


def _since_the_last_run(comparison: Comparison) -> Comparison:
    """The comparison, told by the history what is new: the kept live side is that of the last run in order."""
    from msgspec.structs import replace

    differences = tuple(
        replace(each, new_since_previous=each.memory.new)
        if each.new_since_previous is not None and each.memory is not None
        else each
        for each in comparison.differences
    )
    return replace(comparison, differences=differences)


def acknowledge(arguments: Namespace) -> int:
    """``drift ack FINGERPRINT``."""
    from sgwarden.drift.history import acknowledge as in_history

    choose(arguments)
    if len(arguments.paths) != 2 or arguments.history is None or not arguments.reason or arguments.until is None:
        raise UsageError(
            "an acknowledgement needs a fingerprint, a memory, a date and a reason",
            next_step="sgwarden drift ack FINGERPRINT --memory DIR --until DATE --reason TEXT",
        )
    if not Path(arguments.history).is_file():
        raise UsageError("there is no such history", arguments.history, "run sgwarden drift --memory DIR first")
    now, until = time(arguments.at), _date(arguments.until)
    if until < now.date():
        raise UsageError(f"--until {until} is over", next_step="give the last day to leave it be")
    what = in_history(arguments.history, arguments.paths[1], until, arguments.reason, now)
    if not arguments.quiet:
        console.complain(f"acknowledged until {until}: {what}")
    return ExitCode.OK


def _date(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until {text!r} is no date", next_step="write --until 2027-03-31") from None


def time(text: str | None) -> datetime:
    """The time of ``--at``, else now. Raises UsageError."""
    from datetime import UTC, datetime

    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text!r} is no time", next_step="write --at 2026-11-21T06:00:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def stamp(now: datetime) -> str:
    """A time as reports and snapshots tell it."""
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def taken(path: str | None) -> str:
    """When the snapshot was taken that the live side is read from; empty for anything else."""
    import re
    import zlib

    if path is None:
        return ""
    try:
        with Path(path).open("rb") as stream:
            head = stream.read(_HEAD)
        if head.startswith(b"\x1f\x8b"):
            head = zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    except (OSError, zlib.error):
        return ""
    found = re.match(rb'\s*\{\s*"schema_version": "[^"]*", "kind": "snapshot", "taken": "([^"\\]*)"', head)
    return found[1].decode("utf-8", "replace") if found is not None else ""


_HEAD = 4096
"""Bytes that hold the beginning of a snapshot."""
