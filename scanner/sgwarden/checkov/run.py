"""The user's Checkov as a process of its own: found, run on the same input, and never believed blindly.

Checkov ends with exit code 0 when an external check cannot be imported, and goes on when a check raises: both are
read from what it logs. https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sgwarden.checkov import configuration, process
from sgwarden.checkov.names import NOT_LOADED
from sgwarden.checkov.results import Results, decode
from sgwarden.errors import InputError, UsageError

EXECUTABLE = "SGWARDEN_CHECKOV"
"""Environment variable: the ``checkov`` to run."""
SECONDS = 3600
"""How long one run may take."""
_NOT_LOADED = re.compile(r"(Cannot load external check .*|Refusing to load unverified external check .*)")
_CRASHED = re.compile(r"Failed to run check (.*)")
_OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
_PLATFORM = ("BC_", "PRISMA_")
"""Variables with keys to the service behind Checkov, to which it would then send what it read."""
_KEY = Path(".bridgecrew", "credentials")
"""Where it finds such a key in the home directory (checkov/common/bridgecrew/platform_key.py)."""
_HOME = ("HOME", "USERPROFILE")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to scan."""

    path: Path
    """Absolute path of a directory or of a plan."""
    kind: Literal["directory", "plan"]
    alone: bool = False
    """Of a directory: the root module in it, and none of those further below."""


@dataclass(frozen=True, slots=True)
class Run:
    """What Checkov said about one target."""

    target: Target
    results: Results
    crashed: tuple[str, ...]
    """Checks that raised, with where."""


def find(given: str, environ: Mapping[str, str]) -> str:
    """Return the executable: as given, of SGWARDEN_CHECKOV, or on the PATH. Raises UsageError."""
    wanted = given or environ.get(EXECUTABLE, "") or "checkov"
    absolute = filter(os.path.isabs, environ.get("PATH", "").split(os.pathsep))  # never from the scanned code
    found = shutil.which(wanted, path=os.pathsep.join(absolute))
    if found is None:
        raise UsageError(
            f"there is no Checkov at {wanted!r}" if wanted != "checkov" else "checkov is not on the PATH",
            next_step=f"install it in an environment of its own, or name it with --with-checkov=PATH or {EXECUTABLE}",
        )
    return found


def run(executable: str, target: Target, environ: Mapping[str, str], *, var_files: Sequence[str], trusted: bool) -> Run:
    """Run Checkov on one target. Raises UsageError and InputError: a run that failed is never a clean one."""
    is_plan = target.kind == "plan"
    if not trusted:
        directory = target.path.parent if is_plan else target.path
        configuration.refuse_untrusted(directory, Path.home(), is_directory_scanned=not is_plan)
    where = ["--file" if is_plan else "--directory", str(target.path)]
    where += ["--framework", "terraform_plan" if is_plan else "terraform"]
    command = [
        executable,
        *where,
        "--output",
        "json",
        "--compact",
        "--skip-download",
        "--download-external-modules",
        "False",
    ]
    for file in var_files:
        command += ["--var-file", file]
    try:
        with _environment(environ) as environment:
            done = process.run(command, environment, SECONDS)
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"Checkov did not end within {SECONDS} s", os.path.relpath(target.path), "scan a part of it"
        ) from error
    except OSError as error:
        raise UsageError(f"Checkov cannot be run: {error}", executable, "check the path") from error
    return _read(target, done, executable)


@contextmanager
def _environment(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield variables for Checkov: its environment, no key to any service, the logging that we read."""
    left = {name: value for name, value in environ.items() if name not in _OURS and not name.startswith(_PLATFORM)} | {
        "LOG_LEVEL": "WARNING",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        "CHECKOV_CHECK_FAIL_LEVEL": "ERROR",
        "PYTHONUTF8": "1",
    }
    home = Path.home()
    shared = {
        name: text for name in configuration.NAMES if (text := configuration.without_key(home / name)) is not None
    }
    if not shared and not (home / _KEY).exists():
        yield left
        return
    with tempfile.TemporaryDirectory(prefix="sgwarden-home-") as stand_in:
        for name in configuration.NAMES:
            if name in shared:
                (Path(stand_in) / name).write_text(shared[name], encoding="utf-8")
            elif (home / name).is_file():
                shutil.copyfile(home / name, Path(stand_in) / name)
        yield left | dict.fromkeys(_HOME, stand_in)


def _read(target: Target, done: process.Ended, executable: str) -> Run:
    shown = os.path.relpath(target.path)
    unloaded = _NOT_LOADED.search(done.err)
    if unloaded:
        raise InputError(f"Checkov: {unloaded[1]}", shown, "mend the check; Checkov itself ends green")
    if done.code not in (0, 1):
        raise InputError(
            f"Checkov ended with exit code {done.code}: {_last(done.err)}", shown, f"run {executable} alone"
        )
    try:
        results = decode(done.out)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"Checkov printed no report: {_last(done.err) or error}", shown, f"run {executable} alone"
        ) from error
    for record in results.records:
        if record.check == NOT_LOADED:
            raise InputError(f"Checkov: {record.title}", shown, "mend what it names")
    return Run(target, results, tuple(sorted(set(_CRASHED.findall(done.err)))))


def _last(log: str) -> str:
    return next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "")
