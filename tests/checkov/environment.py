"""The real Checkov for the tests, in an environment of its own, and its long runs made once for all workers."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = "3.3.30"
CHECKS = ROOT / "policies" / "sgwarden_policies" / "checkov_checks"
FIXTURES = ROOT / "fixtures" / "policies"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def checkov_environment() -> Path | None:
    """Return the folder in which the first test that needs Checkov will install it; None where it is there already."""
    environment = ROOT / ".venv-checkov" / VERSION
    return None if os.environ.get("SGWARDEN_CHECKOV") or (environment / "installed").exists() else environment


@pytest.fixture(scope="session")
def checkov() -> str:
    """Path of Checkov: the variable SGWARDEN_CHECKOV, else the one in ``.venv-checkov``, which is made when it is missing.

    Checkov brings a package that overwrites the parser of this project, so they never share an environment.
    """
    given = os.environ.get("SGWARDEN_CHECKOV")
    if given:
        return given
    environment = ROOT / ".venv-checkov" / VERSION
    executable = environment / "bin" / "checkov"
    done = environment / "installed"
    environment.parent.mkdir(exist_ok=True)
    with locked(environment.parent / "lock"):
        if not done.exists():
            warnings.warn(f"Checkov {VERSION} was installed in {environment}, for these tests alone", stacklevel=1)
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
            # Checkov needs other versions of some libraries than those that CI fixes for this project.
            variables = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
            pip = [str(environment / "bin" / "pip"), "install", "--quiet", f"checkov=={VERSION}"]
            installed = subprocess.run(pip, env=variables, capture_output=True, text=True, check=False)
            if installed.returncode:
                pytest.skip(f"CHECKOV NOT TESTED: pip cannot install checkov=={VERSION}: {installed.stderr[-300:]}")
            done.touch()
    return str(executable)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], Any]], Any]:
    """``once(name, make)``: the JSON-able result of ``make()``, made by the first worker that asks."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def get(name: str, make: Callable[[], Any]) -> Any:
        file = shared / f"{name}.json"
        with locked(shared / f"{name}.lock"):
            if not file.exists():
                file.write_text(json.dumps(make()))
        return json.loads(file.read_text())

    return get


def sgwarden_executable(directory: Path) -> str:
    """A program that runs this checkout's ``sgwarden`` with this interpreter."""
    script = directory / "sgwarden"
    script.write_text(f"#!{sys.executable}\nimport sys\nfrom sgwarden.cli.main import main\nsys.exit(main())\n")
    script.chmod(0o755)
    return str(script)


def neutral(**variables: str) -> dict[str, str]:
    """The environment without what a developer may have set for either tool."""
    left = {
        k: v for k, v in os.environ.items() if not k.startswith(("SGWARDEN_", "TF_", "BC_", "PRISMA_", "CKV_", "LOG_"))
    }
    return {**left, **variables}
