"""How commands end: closed pipes, Ctrl-C, and as a module."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.cli.test_scan import CLOSED, OPEN, write


def command(*arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    """A process of its own, which Ctrl-C ends even where these tests run in the background and ignore it."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / "cache")}
    return subprocess.Popen(
        [sys.executable, "-m", "sgwarden", *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
    )


def test_a_closed_pipe_is_no_error_and_keeps_the_exit_code(tmp_path: Path) -> None:
    for number in range(300):
        write(tmp_path / f"root{number}", OPEN)
    process = command("scan", ".", cwd=tmp_path)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    complaints = process.stderr.read()
    assert (process.wait(), complaints) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    pipe = tmp_path / "waiting"
    os.mkfifo(pipe)
    process = command("scan", str(pipe), cwd=tmp_path)
    writer = os.open(pipe, os.O_WRONLY)  # opens once the process is reading
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    os.close(writer)
    assert (process.returncode, complaints) == (130, b"sgwarden: interrupted\n")


def test_scan_as_a_module(tmp_path: Path) -> None:
    write(tmp_path, CLOSED)
    process = command("scan", cwd=tmp_path)
    out, complaints = process.communicate()
    assert (process.returncode, complaints) == (0, b"")
    assert out.endswith(b"everything read\n")


NO_ROOM = "sgwarden: stdout: cannot write the report: No space left on device; make room, or give --output FILE\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("scan", "--help"), ("policies",), ("scan", ".")])
def test_a_full_stdout_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write(tmp_path, CLOSED)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sgwarden", *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (2, NO_ROOM)


def test_a_pipe_without_a_reader_keeps_the_exit_code(tmp_path: Path) -> None:
    write(tmp_path, OPEN)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "sgwarden", "scan", "."], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ('"$0" -m sgwarden scan . >&-', 2, "cannot write the report: stdout is closed; open it, or give --output FILE"),
        (
            'mkdir gone; cd gone; rmdir ../gone; "$0" -m sgwarden scan .',
            2,
            "the working directory is not there any more; change to a directory that exists",
        ),
        ('"$0" -m sgwarden scan . 2>&-', 1, None),
    ],
)
def test_closed_streams_and_a_deleted_working_directory(
    tmp_path: Path, script: str, code: int, said: str | None
) -> None:
    write(tmp_path, OPEN)
    done = subprocess.run(["sh", "-c", script, sys.executable], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, f"sgwarden: {said}\n" if said else "")
