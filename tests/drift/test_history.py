"""Memory from run to run, also when runs meet."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.drift.differences import Comparison
from sgwarden.drift.history import remember
from sgwarden.errors import UsageError
from sgwarden.model.infrastructure import Skipped
from tests.drift.models import WEB, allow, block, drift, group, live, live_group, state

START = datetime(2026, 11, 1, 6, tzinfo=UTC)
OPEN = allow("tcp", (22, 22), "0.0.0.0/0")
HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")


def compared(*ingress: dict[str, object]) -> Comparison:
    return drift(state(group(ingress=[block()])), live(live_group("web", WEB, list(ingress))))


def many(number: int) -> Comparison:
    """A comparison with some differences of its own and one that all share."""
    own = [
        allow("tcp", (1000 + number, 1000 + number), "10.0.0.0/8"),
        allow("tcp", (2000 + number, 2000 + number), "10.0.0.0/8"),
    ]
    return compared(HTTPS, OPEN, *own)


def _run(path: str, number: int) -> int:
    return len(remember(path, many(number), START + timedelta(minutes=number)).differences)


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "history.db")
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(_run, [path] * 8, range(8))) == [3] * 8
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (8,)
        assert connection.execute("SELECT count(*) FROM differences").fetchone() == (17,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_not_read_is_not_gone(tmp_path: Path) -> None:
    path = str(tmp_path / "history.db")
    remember(path, compared(HTTPS, OPEN), START)
    unread = replace(compared(HTTPS), places=(), skipped=(Skipped("111122223333/eu-west-1", "AccessDenied"),))
    assert remember(path, unread, START + timedelta(days=1)).gone == ()
    again = remember(path, compared(HTTPS, OPEN), START + timedelta(days=2)).differences[0].memory
    assert again is not None
    assert (again.new, again.appearances, again.age_days) == (False, 1, 2)


def test_a_run_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "history.db")
    remember(path, compared(HTTPS, OPEN), START)
    before = (tmp_path / "history.db").read_bytes()
    broken = replace(compared(HTTPS), differences=(None,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        remember(path, broken, START + timedelta(days=1))
    assert (tmp_path / "history.db").read_bytes() == before


def test_a_file_that_is_no_history(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_text("this is no database, and long enough to be looked at as one by SQLite" * 20)
    with pytest.raises(UsageError, match="the history cannot be used"):
        remember(str(path), compared(HTTPS), START)


def test_a_history_of_a_later_version(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(UsageError, match="version 9"):
        remember(str(path), compared(HTTPS), START)
