"""A program within bounds: what it starts ends with it, and it cannot take all memory or disk."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from sgwarden.checkov import process
from sgwarden.checkov.process import Ended, run


def test_how_it_ended() -> None:
    script = "import sys; print('out'); print('err', file=sys.stderr); print(repr(sys.stdin.read())); sys.exit(3)"
    assert run([sys.executable, "-c", script], os.environ, 60) == Ended(3, "out\n''\n", "err\n")


def test_what_is_missing() -> None:
    with pytest.raises(OSError, match="nowhere"):
        run(["/nowhere/checkov"], os.environ, 60)


def test_time_and_what_it_started(tmp_path: Path) -> None:
    """The pipe is at its end when the last process that holds it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = f"stream = open({str(pipe)!r}, 'w'); stream.write('up'); stream.flush(); input()"
    script = (
        f"import subprocess, sys\nstarted = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n"
        "started.wait()\n"
    )
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "-c", script], os.environ, 3)
    os.set_blocking(end, True)
    assert os.read(end, 100) == b"up"
    assert select.select([end], [], [], 60)[0]
    assert os.read(end, 100) == b""
    os.close(end)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds the bounds of another process")
def test_memory_and_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MEMORY", 512 * 1024**2)
    monkeypatch.setattr(process, "OUTPUT", 1024**2)
    wait = "import resource\nwhile resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY: pass\n"
    wait += "while resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY: pass\n"
    greedy = run([sys.executable, "-c", wait + "bytearray(1024 ** 3)"], os.environ, 60)
    assert (greedy.code, greedy.err.splitlines()[-1]) == (1, "MemoryError")
    chatty = run([sys.executable, "-c", wait + "print('x' * 2 ** 21)"], os.environ, 60)
    assert chatty.code != 0
    assert len(chatty.out) <= 1024**2
