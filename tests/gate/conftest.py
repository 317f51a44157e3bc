"""Repositories to compare within; git's configuration is that of nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count()


def git(directory: Path, *arguments: str) -> str:
    """Run git as nobody in particular; its output."""
    who = {f"GIT_{role}_{what}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    bound = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in bound}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **who}
    command = ["git", "-C", str(directory), "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def commit(repository: Path) -> str:
    """Commit whatever is there; its id, which no other commit has."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", str(next(_NUMBERS)))
    return git(repository, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty repository on the branch main, in a directory that is awkward to spell."""
    if shutil.which("git") is None:
        pytest.skip("NOT COMPARED WITH COMMITS: there is no git")
    directory = tmp_path / "infra é x"
    directory.mkdir()
    git(directory, "init", "--quiet", "--initial-branch", "main")
    return directory
