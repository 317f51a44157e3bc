"""The evaluator for Checkov's process: runs ``sgwarden scan`` and keeps its verdicts by root module and plan.

Checkov's own evaluation of variables, functions, ``count`` and modules is weaker than Terraform's: ``var.x ? 1 : 0``
with an unknown variable becomes a number, an unknown list inside ``concat`` a text. A verdict upon such values could
pass what we never saw. So the values that the policies judge never come from Checkov.
Standard library only: this runs in Checkov's environment.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Verdict = Literal["pass", "fail", "undecided", "suppressed"]

EXECUTABLE = "SGWARDEN_EXECUTABLE"
"""Environment variable: the ``sgwarden`` to run."""
ARGUMENTS = "SGWARDEN_CHECKOV_ARGUMENTS"
"""Environment variable: further arguments of ``sgwarden scan``, quoted as for a shell."""
SECONDS = 900
"""How long one run may take."""
_JUDGED = frozenset({0, 1, 3})
"""Exit codes after which there is a report."""
_NOT_OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
"""Variables that would lead our interpreter to the libraries of Checkov's."""


class EvaluatorError(Exception):
    """There are no verdicts; one line that says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy says about one address."""

    policy: str
    verdict: Verdict
    address: str
    message: str = ""
    file: str | None = None
    """Absolute path of the place of a finding."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Root:
    """What was concluded about one root module or plan."""

    path: str
    """Absolute, with links resolved."""
    outcomes: tuple[Outcome, ...]
    incomplete: tuple[str, ...]
    """What was not read."""
    broken: Mapping[str, str]
    """Policies that raised, with the error."""


class Evaluator:
    """Runs our executable, each path once, and remembers the roots that it judged."""

    def __init__(self, policies: Sequence[str], environ: Mapping[str, str], arguments: Sequence[str] = ()) -> None:
        """``policies`` are the ids that a run may answer for; ``arguments`` are handed on to each."""
        self._policies = frozenset(policies)
        self._environ = environ
        self._arguments = [*arguments, *shlex.split(environ.get(ARGUMENTS, ""))]
        self._roots: dict[str, Root] = {}
        self._errors: dict[tuple[str, ...], EvaluatorError | None] = {}

    def root(self, path: Path, scanned: Sequence[Path] = ()) -> Root:
        """Return the verdicts on the root module or plan at ``path``.

        ``scanned`` is what Checkov was asked to scan, as far as that is known: it is judged at the first call in one
        run, as ``sgwarden scan`` judges it. Raises EvaluatorError.
        """
        key = os.path.realpath(path)
        error: EvaluatorError | None = None
        for targets in (scanned, [path]):
            if targets and key not in self._roots:
                error = self._scan(tuple(os.path.realpath(target) for target in targets)) or error
        if key in self._roots:
            return self._roots[key]
        raise error or EvaluatorError(f"sgwarden did not judge {path}")

    def _scan(self, targets: tuple[str, ...]) -> EvaluatorError | None:
        if targets not in self._errors:
            self._errors[targets] = None
            try:
                for root in roots_of(self._run(targets), os.getcwd(), self._policies):
                    self._roots.setdefault(root.path, root)
            except EvaluatorError as error:
                self._errors[targets] = error
        return self._errors[targets]

    def _run(self, targets: Sequence[str]) -> str:
        command = [
            executable(self._environ),
            "scan",
            "--format",
            "json",
            "--list-passed",
            "--quiet",
            "--fail-on",
            "never",
            *self._arguments,
            "--",
            *targets,
        ]
        environment = {name: value for name, value in self._environ.items() if name not in _NOT_OURS}
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, env=environment, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EvaluatorError(f"{command[0]} cannot be run: {error}") from error
        if done.returncode not in _JUDGED:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it printed no reason"]
            raise EvaluatorError(f"{command[0]} ended with exit code {done.returncode}: {lines[-1]}")
        return done.stdout.decode(errors="replace")


def executable(environ: Mapping[str, str], package: Path | None = None) -> str:
    """Return the path of ``sgwarden``: the variable SGWARDEN_EXECUTABLE, the environment that this file is installed in,
    a ``.venv`` of the checkout that it lies in, else the PATH. Raises EvaluatorError when there is none."""
    given = environ.get(EXECUTABLE)
    if given:
        return given
    package = package or Path(__file__).resolve().parents[2]
    checkout = package.parent if package.name == "scanner" else package
    name = "sgwarden.exe" if os.name == "nt" else "sgwarden"
    folder = "Scripts" if os.name == "nt" else "bin"
    places = sorted(checkout.glob(f".venv*/{folder}/{name}"))
    if package.name == "site-packages":
        places += [above / folder / name for above in list(package.parents)[:3]]
    for place in places:
        if os.access(place, os.X_OK) and place.is_file():
            return str(place)
    found = shutil.which("sgwarden", path=environ.get("PATH"))
    if found is None:
        raise EvaluatorError(f"sgwarden is not installed where Checkov runs; name it in the variable {EXECUTABLE}")
    return found


def roots_of(text: str, directory: str, policies: frozenset[str]) -> list[Root]:
    """Return the roots of a JSON report of ``sgwarden scan --list-passed`` that was run in ``directory``.

    Raises EvaluatorError for anything else than such a report about ``policies`` or some of them.
    """
    try:
        document = json.loads(text)
        asked = set(document["passed"])
        roots = [_root(document, root, directory) for root in document["roots"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvaluatorError("sgwarden printed no report that these checks know; is it of another version?") from error
    if not asked <= policies:  # the configuration may leave some unasked
        names = ", ".join(sorted(asked - policies))
        raise EvaluatorError(f"sgwarden knows policies that these checks do not: {names}")
    return roots


def _root(document: Mapping[str, Any], root: Mapping[str, Any], directory: str) -> Root:
    outcomes = [_finding(item, directory) for item in document["findings"] if item["root"] == root["path"]]
    outcomes += [
        Outcome(policy, "pass", address) for policy, addresses in root["passed"].items() for address in addresses
    ]
    broken = dict(failure.split(": ", 1) for failure in root["failures"])
    return Root(
        os.path.realpath(os.path.join(directory, root["path"])), tuple(outcomes), tuple(root["incomplete"]), broken
    )


def _finding(item: Mapping[str, Any], directory: str) -> Outcome:
    place = item["location"]
    if item["status"] != "new":
        verdict: Verdict = "suppressed"
    elif item["verdict"] in ("fail", "undecided"):
        verdict = item["verdict"]
    else:
        raise ValueError(item["verdict"])
    return Outcome(
        policy=item["policy"],
        verdict=verdict,
        address=item["address"],
        message=(item["suppression"] or "known before") if verdict == "suppressed" else item["message"],
        file=None if place is None else os.path.realpath(os.path.join(directory, place["file"])),
        line=0 if place is None else place["line"],
    )
