"""Memory from run to run, in one SQLite file: first seen, last seen, flapping, acknowledged until.

Runs at the same time wait for each other; a run that dies leaves the file as it was (one transaction a run).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sgwarden.drift.differences import Comparison, Difference, Memory, Suppression
from sgwarden.drift.titles import title
from sgwarden.errors import UsageError

_VERSION = 1
_WAIT = 30.0
"""Seconds to wait for another run."""
_TABLES = """
CREATE TABLE IF NOT EXISTS differences (
  fingerprint TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, title TEXT NOT NULL,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, appearances INTEGER NOT NULL, open INTEGER NOT NULL, closed_at TEXT
);
CREATE TABLE IF NOT EXISTS acknowledgements (
  fingerprint TEXT PRIMARY KEY, until TEXT NOT NULL, reason TEXT NOT NULL, made_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (at TEXT NOT NULL, differences INTEGER NOT NULL, complete INTEGER NOT NULL);
"""


def remember(path: str, comparison: Comparison, now: datetime) -> Comparison:
    """Record a run that has nothing left to do; see ``remembering``."""
    with remembering(path, comparison, now) as remembered:
        return remembered


@contextmanager
def remembering(path: str, comparison: Comparison, now: datetime) -> Iterator[Comparison]:
    """Record a run, and give its comparison with ``memory`` and acknowledgements of every difference.

    It is recorded when the block ends well: what was not reported stays new. A difference that is not there any more
    is closed only when its place was wholly read. Raises UsageError when the file cannot be used.
    """
    with _opened(path) as connection:
        with _explained(path):
            remembered = _remembered(connection, comparison, now, path)
        yield remembered


def _remembered(connection: sqlite3.Connection, comparison: Comparison, now: datetime, path: str) -> Comparison:
    stamp = _stamp(now)
    rows = connection.execute("SELECT fingerprint, until, reason FROM acknowledgements")
    acknowledged = {str(row[0]): (str(row[1]), str(row[2])) for row in rows}
    try:
        differences = []
        for each in comparison.differences:
            memory = _see(connection, each, stamp, now)
            differences.append(
                _acknowledged(replace(each, memory=memory), acknowledged.get(each.fingerprint), now.date())
            )
    except (ValueError, TypeError) as error:
        raise UsageError(f"the history holds something else than it should: {error}", path, _ANOTHER) from error
    gone = _close(connection, comparison, stamp)
    connection.execute(
        "INSERT INTO runs VALUES (?, ?, ?)", (stamp, len(comparison.differences), int(comparison.complete))
    )
    return replace(comparison, differences=tuple(differences), gone=tuple(gone))


def acknowledge(path: str, fingerprint: str, until: date, reason: str, now: datetime) -> str:
    """Acknowledge a difference until a day and return its title; a unique prefix of the fingerprint will do.

    Raises UsageError when the history does not know it, or knows several.
    """
    with _opened(path) as connection, _explained(path):
        found = connection.execute(
            "SELECT fingerprint, title FROM differences WHERE substr(fingerprint, 1, ?) = ?",
            (len(fingerprint), fingerprint),
        ).fetchmany(2)
        if len(found) != 1 or len(fingerprint) < 6:
            what = "no difference has" if not found else "several differences may have"
            raise UsageError(f"{what} the fingerprint {fingerprint!r}", path, "give it as the report shows it")
        connection.execute(
            "INSERT OR REPLACE INTO acknowledgements VALUES (?, ?, ?, ?)",
            (found[0][0], until.isoformat(), reason, _stamp(now)),
        )
        return str(found[0][1])


def _see(connection: sqlite3.Connection, each: Difference, stamp: str, now: datetime) -> Memory:
    row = connection.execute(
        "SELECT first_seen, last_seen, appearances, open FROM differences WHERE fingerprint = ?", (each.fingerprint,)
    ).fetchone()
    if row is None:
        values = (each.fingerprint, each.account or "", each.region or "", title(each), stamp, stamp, 1, 1, None)
        connection.execute("INSERT INTO differences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        return Memory(stamp, stamp, 0, 1, True)
    first, last, appearances, is_open = row
    appearances += not is_open
    connection.execute(
        "UPDATE differences SET last_seen = max(last_seen, ?), appearances = ?, open = 1, closed_at = NULL WHERE fingerprint = ?",
        (stamp, appearances, each.fingerprint),
    )
    age = (now - _time(first)).days
    return Memory(first, last, max(age, 0), appearances, not is_open)


def _close(connection: sqlite3.Connection, comparison: Comparison, stamp: str) -> Iterator[tuple[str, str]]:
    present = {each.fingerprint for each in comparison.differences}
    read = set(comparison.places)
    unread = {(skipped.account, skipped.region) for skipped in comparison.undecided}
    rows = connection.execute("SELECT fingerprint, title, account, region FROM differences WHERE open = 1").fetchall()
    closed = []
    for fingerprint, text, account, region in rows:
        certain = (account, region) in read and (account, region) not in unread and ("", "") not in unread
        if fingerprint not in present and certain:
            connection.execute(
                "UPDATE differences SET open = 0, closed_at = ? WHERE fingerprint = ?", (stamp, fingerprint)
            )
            closed.append((str(fingerprint), str(text)))
    return iter(sorted(closed))


def _acknowledged(each: Difference, found: tuple[str, str] | None, today: date) -> Difference:
    if found is None or each.suppressed is not None or date.fromisoformat(found[0]) < today:
        return each
    return replace(each, suppressed=Suppression("acknowledged", found[1], found[0]))


@contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    """Open a transaction that no other run can be in at the same time; it commits when the block ends well."""
    with _explained(path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # names of groups and people stand in it
        connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    with closing(connection):
        with _explained(path):
            connection.execute("BEGIN IMMEDIATE")
        try:
            with _explained(path):
                _prepare(connection, path)
            yield connection
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has rolled back already
                connection.execute("ROLLBACK")
            raise
        with _explained(path):
            connection.execute("COMMIT")


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn errors of SQLite and of the file system into UsageErrors in plain words.

    https://www.sqlite.org/rescode.html
    """
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        for beginning, (what, next_step) in _ERRORS.items():
            if name.startswith(beginning):
                raise UsageError(what, path, next_step) from error
        raise UsageError(f"the history cannot be used: {error}", path, _ANOTHER) from error
    except OSError as error:
        raise UsageError(f"the history cannot be used: {error.strerror or error}", path, _ANOTHER) from error


_ANOTHER = "give a file made by --history, or a new one"
_ERRORS = {
    "SQLITE_BUSY": (f"another run has held the history for more than {_WAIT:g} seconds", "run it again when that is over"),
    "SQLITE_CANTOPEN": ("the history cannot be opened or made", "give a file in a directory that can be written"),
    "SQLITE_FULL": ("the disk is full, and nothing was written to the history", "make room and run it again"),
    "SQLITE_IOERR": ("the disk fails, and nothing was written to the history", "make room and run it again"),
    "SQLITE_READONLY": ("the history cannot be written", "give a file that can be written"),
    "SQLITE_NOTADB": ("the history cannot be used: this file is none", _ANOTHER),
    "SQLITE_CORRUPT": ("the history is damaged", "put it aside; a new one is made, and everything in it is new"),
}  # fmt: skip


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    version: Any = connection.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, _VERSION):
        raise UsageError(f"this history is of version {version}, and only version {_VERSION} is known", path)
    if version == 0:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise UsageError("this is a database of something else", path, _ANOTHER)
        for statement in _TABLES.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
