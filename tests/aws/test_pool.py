"""Tasks over threads: every result comes, an exception is raised in the caller, and an interrupt waits for nobody."""

from __future__ import annotations

import threading

import pytest

from sgwarden.aws.pool import run_all


def test_every_result_comes_with_its_number() -> None:
    assert sorted(run_all([lambda n=n: n * n for n in range(100)], workers=3)) == [(n, n * n) for n in range(100)]
    assert list(run_all([])) == []


def test_no_more_threads_than_workers() -> None:
    names: set[str] = set()
    list(run_all([lambda: names.add(threading.current_thread().name)] * 50, workers=2))
    assert 1 <= len(names) <= 2


def test_an_exception_is_raised_here() -> None:
    def fail() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        list(run_all([fail]))


def test_the_caller_need_not_wait_for_a_task_under_way() -> None:
    release = threading.Event()
    results = run_all([lambda: release.wait(60) or 1, lambda: 2], workers=2)
    assert next(results) == (1, 2)
    results.close()
    release.set()
