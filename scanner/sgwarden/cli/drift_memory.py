"""What ``sgwarden drift`` keeps from run to run: the history of differences, and the live side of the run before."""

from __future__ import annotations

import re
import zlib
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.drift import history
from sgwarden.drift.differences import Comparison
from sgwarden.drift.reference_snapshot import baseline
from sgwarden.errors import InputError, UsageError
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.sources.documents.live_files import read_path
from sgwarden.sources.snapshot import document

ACKNOWLEDGE = "ack"
_HISTORY = "history.db"
_LIVE = "live.json.gz"
_HEAD = 4096
"""Bytes that hold the beginning of a snapshot."""


def is_acknowledgement(arguments: Namespace) -> bool:
    """Return True for ``drift ack``; a file or directory of that name is compared where no date is given."""
    first: bool = arguments.paths[:1] == [ACKNOWLEDGE]
    return first and (arguments.until is not None or not Path(ACKNOWLEDGE).exists())


class MemoryOptions(Struct, frozen=True):
    """What is kept from run to run, and the time of this one."""

    now: datetime
    history: str | None = None
    """The database of differences."""
    previous: str | None = None
    """A snapshot that was named."""
    directory: str | None = None
    """Holds both, and is written to."""
    live: str | None = None
    """Where the live side of this run comes from; None: AWS."""
    quiet: bool = False


def memory_options(arguments: Namespace) -> MemoryOptions:
    """Return the values of the arguments; the directory of ``--memory`` is made. Raises UsageError."""
    now = _time(arguments.at)
    history, directory = arguments.history, arguments.memory
    if directory is not None:
        history = _history_in(arguments)
    return MemoryOptions(now, history, arguments.previous, directory, arguments.live, arguments.quiet)


def _history_in(arguments: Namespace) -> str:
    if arguments.history is not None or arguments.previous is not None:
        raise UsageError("--memory holds the history and the snapshot", next_step="leave out --history and --previous")
    directory = Path(arguments.memory)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the memory cannot be made: {error.strerror or error}", str(directory), "choose another directory"
        ) from error
    return str(directory / _HISTORY)


def read_previous(memory: MemoryOptions) -> tuple[Infrastructure, ...] | None:
    """Read the live side of an earlier run; None where there is none. Raises InputError for one that was named."""
    if memory.previous is not None:
        return read_path(memory.previous)
    kept = Path(memory.directory, _LIVE) if memory.directory is not None else None
    if kept is None or not kept.exists():
        return None
    try:
        found = read_path(str(kept))
    except InputError as error:
        if not memory.quiet:
            console.complain(f"{error}; this run goes without it, and writes it again")
        return None
    when = taken(memory.live)
    if when and when == taken(str(kept)) and not memory.quiet:
        console.complain(f"{memory.live}: taken at {when}, this is the snapshot of the last run again")
    return found


@contextmanager
def remembering(
    memory: MemoryOptions,
    comparison: Comparison,
    live: Sequence[Infrastructure],
    previous: Sequence[Infrastructure] | None,
) -> Iterator[Comparison]:
    """Yield the comparison with what is remembered of it.

    The run is kept when the block, which writes the reports, ends well.
    """
    if memory.history is None:
        yield comparison
        return
    with history.remembering(memory.history, comparison, memory.now) as remembered:
        yield remembered if memory.directory is None else _since_the_last_run(remembered)
        if memory.directory is not None:
            when = taken(memory.live) or stamp(memory.now)
            text = document.write(baseline(live, previous or (), comparison), when)
            console.write_file(str(Path(memory.directory, _LIVE)), document.compressed(text), private=True)


def _since_the_last_run(comparison: Comparison) -> Comparison:
    """Return the comparison with what is new by the history: the kept live side is that of the last run in order."""
    differences = tuple(
        replace(each, new_since_previous=each.memory.new)
        if each.new_since_previous is not None and each.memory is not None
        else each
        for each in comparison.differences
    )
    return replace(comparison, differences=differences)


def acknowledge(arguments: Namespace) -> int:
    """Run ``drift ack FINGERPRINT``."""
    known = _history_in(arguments) if arguments.memory is not None else arguments.history
    if len(arguments.paths) != 2 or known is None or not arguments.reason or arguments.until is None:
        raise UsageError(
            "an acknowledgement needs a fingerprint, a memory, a date and a reason",
            next_step="sgwarden drift ack FINGERPRINT --memory DIR --until DATE --reason TEXT",
        )
    if not Path(known).is_file():
        raise UsageError("there is no such history", known, "run sgwarden drift --memory DIR first")
    now, until = _time(arguments.at), _date(arguments.until)
    if until < now.date():
        raise UsageError(f"--until {until} is over", next_step="give the last day to leave it be")
    what = history.acknowledge(known, arguments.paths[1], until, arguments.reason, now)
    if not arguments.quiet:
        console.complain(f"acknowledged until {until}: {what}")
    return ExitCode.OK


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until {text!r} is no date", next_step="write --until 2027-03-31") from None


def _time(text: str | None) -> datetime:
    """Return the time of ``--at``, else now. Raises UsageError."""
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text!r} is no time", next_step="write --at 2026-11-21T06:00:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def stamp(now: datetime) -> str:
    """Return a time as reports and snapshots write it."""
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def taken(path: str | None) -> str:
    """Return when a snapshot was taken; empty for anything else."""
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
