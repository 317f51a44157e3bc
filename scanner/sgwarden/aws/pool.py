"""Many tasks over a bounded number of threads that never keep the process alive."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
WORKERS = 64


def run_all(tasks: Sequence[Callable[[], T]], workers: int = WORKERS) -> Iterator[tuple[int, T]]:
    """Yield number and result of every task, as they end.

    An exception of a task is raised here. The threads are daemons: when the caller is interrupted it need not wait for
    an answer that is under way (``concurrent.futures`` would join its threads).
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, T | None, BaseException | None]] = queue.SimpleQueue()
    for number in range(len(tasks)):
        waiting.put(number)

    def work() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((number, tasks[number](), None))
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                done.put((number, None, error))

    for _ in range(min(workers, len(tasks))):
        threading.Thread(target=work, daemon=True).start()
    for _ in range(len(tasks)):
        number, result, error = done.get()
        if error is not None:
            raise error
        yield number, result  # type: ignore[misc]
