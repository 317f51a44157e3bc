"""The pytest plugin: rules of a team's own about its Terraform, as tests of a line or two.

Fixtures: ``sgwarden_scan``, ``sgwarden_inventory``, ``sgwarden_plan`` and ``sgwarden_drift``, which are ``scan``,
``inventory``, ``plan`` and ``drift`` of ``sgwarden.api`` with relative paths taken from pytest's root directory; their
types for annotations are in ``sgwarden.pytest_plugin.fixture_types``. An input below the root directory is read once for a session, as long
as no file of it changes. A check that does not hold fails with its findings, and what cannot be read with one
line, without a traceback. Nothing of sgwarden is imported before it is used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sgwarden.pytest_plugin.fixture_types import DriftFixture, InventoryFixture, PlanFixture, ScanFixture

_PATHS = ("var_files", "ignore_file", "baseline", "config")
"""Arguments that hold paths, when they hold texts or paths."""
_UNREAD = {".git", ".terraform", "node_modules", "__pycache__", ".venv"}


@pytest.fixture(scope="session")
def sgwarden_scan(pytestconfig: pytest.Config) -> ScanFixture:
    """``scan(path, *, variables=, var_files=, workspace=, config=, policies=, settings=, diff_base=, new_only=,
    baseline=)``: ask policies about an input, as ``sgwarden scan`` does."""
    reader = _Reader(pytestconfig.rootpath)

    def scan(path: Any = ".", **options: Any) -> Any:
        return reader.read("scan", (path,), options)

    return scan


@pytest.fixture(scope="session")
def sgwarden_inventory(pytestconfig: pytest.Config) -> InventoryFixture:
    """``inventory(path, *, variables=, var_files=, workspace=, config=)``: the security groups and rules of an input."""
    reader = _Reader(pytestconfig.rootpath)

    def inventory(path: Any = ".", **options: Any) -> Any:
        return reader.read("inventory", (path,), options)

    return inventory


@pytest.fixture(scope="session")
def sgwarden_plan(pytestconfig: pytest.Config) -> PlanFixture:
    """``plan(path)``: what a plan as JSON starts from and leads to."""
    reader = _Reader(pytestconfig.rootpath)

    def plan(path: Any) -> Any:
        return reader.read("plan", (path,), {})

    return plan


@pytest.fixture(scope="session")
def sgwarden_drift(pytestconfig: pytest.Config) -> DriftFixture:
    """``drift(declared, live, *, ...)``: what differs between code, plan or state and a snapshot."""
    reader = _Reader(pytestconfig.rootpath)

    def drift(declared: Any, live: Any, **options: Any) -> Any:
        return reader.read("drift", (declared, live), options)

    return drift


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[Any]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show findings, and what cannot be read, without a traceback."""
    report = yield
    if call.excinfo is None or not report.failed:
        return report
    error = call.excinfo.value
    if _is("sgwarden.api.assertions", "Violation", error):
        message = str(error)
    elif _is("sgwarden.errors", "SgwardenError", error):
        message = f"{type(error).__name__}: {error}"
    else:
        return report
    shown = call.excinfo.getrepr(style="value", chain=False)
    if shown.reprcrash is not None:
        shown.reprcrash.message = message
    report.longrepr = shown
    return report


def _is(module: str, name: str, error: BaseException) -> bool:
    """Return True if an error is of a class; a module that is not imported cannot have raised it."""
    found = sys.modules.get(module)
    return found is not None and isinstance(error, getattr(found, name))


class _Reader:
    """Reads below a directory, each input once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._results: dict[object, tuple[object, object]] = {}

    def read(self, name: str, inputs: tuple[object, ...], options: dict[str, object]) -> object:
        """Call a function of ``sgwarden.api``; its result is kept as long as no file of its inputs changes."""
        from sgwarden import api  # imported late: nothing is imported before it is used

        function = getattr(api, name)
        inputs = tuple(self._placed(each) for each in inputs)
        options = {name: self._placed(value) if name in _PATHS else value for name, value in options.items()}
        files = [path for each in (*inputs, *(options.get(name) for name in _PATHS)) for path in _paths(each)]
        if "diff_base" in options or not all(path.is_relative_to(self._root) for path in files):
            return function(*inputs, **options)
        surroundings = [os.getcwd(), *(f"{name}={os.environ[name]}" for name in sorted(os.environ) if _decides(name))]
        key = _frozen((surroundings, inputs, options))
        if key is None:
            return function(*inputs, **options)
        state = tuple(mark for path in files for mark in _marks(path))
        if key not in self._results or self._results[key][0] != state:
            self._results[key] = (state, function(*inputs, **options))
        return self._results[key][1]

    def _placed(self, value: object) -> object:
        """Return a path, or several, from the root directory; anything else as it is."""
        if isinstance(value, str | os.PathLike):
            return self._root / value
        if isinstance(value, list | tuple) and all(isinstance(each, str | os.PathLike) for each in value):
            return [self._root / each for each in value]
        return value


def _decides(variable: str) -> bool:
    return variable == "TF_WORKSPACE" or variable.startswith(("TF_VAR_", "SGWARDEN_"))


def _paths(value: object) -> list[Path]:
    if isinstance(value, Path):
        return [value]
    return [each for each in value if isinstance(each, Path)] if isinstance(value, list) else []


def _frozen(value: object) -> object:
    """Return a key for plain values; None for what holds other objects."""
    if value is None or isinstance(value, str | int | float | bool | Path):
        return type(value).__name__, value
    if isinstance(value, dict):
        value = tuple(sorted(value.items()))
    if not isinstance(value, list | tuple):
        return None
    parts = tuple(_frozen(each) for each in value)
    return None if None in parts else parts


def _marks(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of change of every file of an input."""
    names = [path] if path.is_file() else []
    for directory, below, files in os.walk(path):
        below[:] = [name for name in below if name not in _UNREAD]
        names += [Path(directory, name) for name in files]
    for name in names:
        try:
            found = name.stat()
        except OSError:
            continue  # gone meanwhile, or a link to nothing: reading it says so
        yield str(name), found.st_size, found.st_mtime_ns
