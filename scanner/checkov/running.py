"""The user's Checkov as a process of its own: found, run on the same input, and never believed blindly.

Checkov ends with exit code 0 when an external check cannot be imported, and goes on when a check raises: both are
read from what it logs. https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.checkov.names import NOT_LOADED
from scanner.checkov.results import Results, decode
from scanner.errors import InputError, UsageError

EXECUTABLE = "SGWARDEN_CHECKOV"
"""Environment variable: the ``checkov`` to run."""
SECONDS = 3600
"""How long one run may take."""
_CONFIGURATIONS = (".checkov.yaml", ".checkov.yml")
_LOADS_CODE = re.compile(r"^[\s'\"]*external-checks-(?:dir|git)\b", re.MULTILINE)
_NOT_LOADED = re.compile(r"(Cannot load external check .*|Refusing to load unverified external check .*)")
_CRASHED = re.compile(r"Failed to run check (.*)")
_OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to scan."""

    path: Path
    kind: str
    """``directory``, ``plan``, or ``file`` for a Terraform file, whose directory is scanned."""


@dataclass(frozen=True, slots=True)
class Run:
    """What Checkov said about one target."""

    target: Target
    results: Results
    crashed: tuple[str, ...]
    """Checks that raised, with where."""


def find(given: str, environ: Mapping[str, str]) -> str:
    """The executable: as given, else of the variable SGWARDEN_CHECKOV, else on the PATH. Raises UsageError."""
    wanted = given or environ.get(EXECUTABLE, "") or "checkov"
    found = shutil.which(wanted, path=environ.get("PATH"))
    if found is None:
        raise UsageError(
            f"there is no Checkov at {wanted!r}" if wanted != "checkov" else "checkov is not on the PATH",
            next_step=f"install it in an environment of its own, or name it with --with-checkov=PATH or {EXECUTABLE}",
        )
    return found


def run(
    executable: str, target: Target, environ: Mapping[str, str], *, var_files: Sequence[str], trusted: bool
) -> Run:  # fmt: skip
    """Run Checkov on one target. Raises UsageError and InputError: a run that failed is never a clean one."""
    directory = target.path.parent if target.kind == "file" else target.path
    if not trusted:
        _refuse_code(directory if directory.is_dir() else None)
    where = ["--file", str(target.path), "--framework", "terraform_plan"]
    if target.kind != "plan":
        where = ["--directory", str(directory), "--framework", "terraform"]
    command = [
        executable, *where, "--output", "json", "--compact", "--skip-download", "--download-external-modules", "False",
    ]  # fmt: skip
    for file in var_files:
        command += ["--var-file", file]
    environment = {name: value for name, value in environ.items() if name not in _OURS}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False,
            env={**environment, "LOG_LEVEL": "WARNING", "CHECKOV_CHECK_FAIL_LEVEL": "ERROR", "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"Checkov cannot be run: {error}", executable, "check the path") from error
    return _read(target, done, executable)


def _read(target: Target, done: subprocess.CompletedProcess[bytes], executable: str) -> Run:
    log = done.stderr.decode(errors="replace")
    unloaded = _NOT_LOADED.search(log)
    if unloaded:
        raise InputError(f"Checkov: {unloaded[1]}", str(target.path), "mend the check; Checkov itself ends green")
    if done.returncode not in (0, 1):
        raise InputError(
            f"Checkov ended with exit code {done.returncode}: {_last(log)}", str(target.path), f"run {executable} alone"
        )
    try:
        results = decode(done.stdout.decode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"Checkov printed no report: {_last(log) or error}", str(target.path), f"run {executable} alone"
        ) from error
    for record in results.records:
        if record.check == NOT_LOADED:
            raise InputError(f"Checkov: {record.title}", str(target.path), "mend what it names")
    return Run(target, results, tuple(sorted(set(_CRASHED.findall(log)))))


def _last(log: str) -> str:
    return next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "")


def _refuse_code(directory: Path | None) -> None:
    """A configuration in the scanned code may name Python files that Checkov then executes: only when trusted."""
    places = dict.fromkeys((Path.cwd() if directory is None else directory, Path.cwd()))
    for file in (place / name for place in places for name in _CONFIGURATIONS):
        try:
            text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", str(file)) from error
        if _LOADS_CODE.search(text):
            raise UsageError(
                "Checkov would execute the external checks that this file names", os.path.relpath(file),
                "give --trust-checkov-config when the code is yours",
            )  # fmt: skip
