"""One program run to its end within bounds of time, memory and output, with nothing of it left over."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

MEMORY = 8 * 1024**3
"""Bytes of address space for each of its processes; held on Linux."""
OUTPUT = 1024**3
"""Bytes that it may write to one file, and so to its output and its log."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


def run(command: Sequence[str], environ: Mapping[str, str], seconds: float) -> Ended:
    """Run ``command`` without input. Raises OSError, and subprocess.TimeoutExpired after ``seconds``.

    Its processes are a group of their own, which ends with it: Checkov forks workers.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=dict(environ), start_new_session=True
        )
        try:
            _bound(process.pid)
            code = process.wait(seconds)
        finally:
            _end(process)
        return Ended(code, _text(out), _text(err))


def _bound(pid: int) -> None:
    try:
        import resource  # imported late: not on Windows
    except ImportError:
        return
    if not hasattr(resource, "prlimit"):  # on Linux alone
        return
    with suppress(ProcessLookupError):  # it has ended
        for kind, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, OUTPUT)):
            _, hard = resource.prlimit(pid, kind)
            bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.prlimit(pid, kind, (bound, hard))


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
    process.wait()


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")
