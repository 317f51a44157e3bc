"""A line on stderr while a run takes longer than a second, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

_PATIENCE = 1.0
_INTERVAL = 0.1
_WIDTH = 78


class Progress:
    """Counts what was read; shows itself only when there is somebody to wait for it."""

    def __init__(
        self, stream: TextIO | None = None, wanted: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._wanted = wanted and self._stream.isatty()
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._files = 0
        self._shown = False

    def file_read(self, path: Path) -> None:
        """Note that one more file was read."""
        self._files += 1
        self._show(f"reading {path.name}")

    def step(self, text: str) -> None:
        """Note that a new part begins."""
        self._show(text)

    def done(self) -> None:
        """Take the line away again."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False

    def _show(self, text: str) -> None:
        if not self._wanted or self._clock() < self._next:
            return
        self._next = self._clock() + _INTERVAL
        self._shown = True
        self._stream.write(f"\r\x1b[2K{f'{self._files} read, {text}'[:_WIDTH]}")
        self._stream.flush()
