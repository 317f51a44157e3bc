"""A scratch directory to run commands in, and a neutral environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sgwarden.cli.main import main


class Run(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory; no variable of the developer's environment reaches the command."""
    directory = tmp_path / "work"
    directory.mkdir()
    monkeypatch.chdir(directory)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "TF_WORKSPACE", "TF_VAR_admins", "SGWARDEN_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    return directory


@pytest.fixture
def sgwarden(work: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run a command line in ``work``; usage errors of argparse count as its exit code."""

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        try:
            code = main(list(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Run(int(code), captured.out, captured.err)

    return run
