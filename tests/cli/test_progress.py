"""The line on stderr while a run lasts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cli.progress import Progress


class Terminal:
    """A stream that says whether it is a terminal and keeps what is written."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self.text = ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("terminal", "wanted", "seconds", "shown"),
    [(True, True, 1.5, True), (True, True, 0.5, False), (False, True, 9, False), (True, False, 9, False)],
)
def test_progress_shows_itself_to_people_after_a_second(
    terminal: bool, wanted: bool, seconds: float, shown: bool
) -> None:
    now = [100.0]
    stream = Terminal(terminal)
    progress = Progress(stream, wanted, clock=lambda: now[0])  # type: ignore[arg-type]
    now[0] += seconds
    progress.file_read(Path("a/main.tf"))
    progress.done()
    assert stream.text == ("\r\x1b[2K1 read, reading main.tf\r\x1b[2K" if shown else "")
