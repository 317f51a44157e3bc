"""The pytest plugin: rules of a team's own about its Terraform, as tests of a line or two.

Fixtures: ``sgwarden_scan``, ``sgwarden_inventory``, ``sgwarden_plan`` and ``sgwarden_drift``, which are ``scan``,
``inventory``, ``plan`` and ``drift`` of ``scanner.api`` with relative paths taken from pytest's root directory. A check
that does not hold fails with its findings, without a traceback. Nothing of sgwarden is imported before it is used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from scanner.api import Drift, Inventory, PlanSides, Result


@pytest.fixture(scope="session")
def sgwarden_scan(pytestconfig: pytest.Config) -> Callable[..., Result]:
    """``scan(path, *, variables=, var_files=, workspace=, policies=, settings=)``: ask policies about an input."""

    def scan(path: str | os.PathLike[str] = ".", **given: Any) -> Result:
        from scanner import api

        return api.scan(_from_root(pytestconfig, path), **_with_files(pytestconfig, given))

    return scan


@pytest.fixture(scope="session")
def sgwarden_inventory(pytestconfig: pytest.Config) -> Callable[..., Inventory]:
    """``inventory(path, *, variables=, var_files=, workspace=)``: the security groups and rules of an input."""

    def inventory(path: str | os.PathLike[str] = ".", **given: Any) -> Inventory:
        from scanner import api

        return api.inventory(_from_root(pytestconfig, path), **_with_files(pytestconfig, given))

    return inventory


@pytest.fixture(scope="session")
def sgwarden_plan(pytestconfig: pytest.Config) -> Callable[..., PlanSides]:
    """``plan(path)``: what a plan as JSON starts from and leads to."""

    def plan(path: str | os.PathLike[str]) -> PlanSides:
        from scanner import api

        return api.plan(_from_root(pytestconfig, path))

    return plan


@pytest.fixture(scope="session")
def sgwarden_drift(pytestconfig: pytest.Config) -> Callable[..., Drift]:
    """``drift(declared, live, *, ...)``: what differs between code, plan or state and a snapshot."""

    def drift(declared: Any, live: Any, **given: Any) -> Drift:
        from scanner import api

        several = isinstance(declared, Sequence) and not isinstance(declared, str)
        sides = [_from_root(pytestconfig, path) for path in (declared if several else [declared])]
        if isinstance(live, str | os.PathLike):
            live = _from_root(pytestconfig, live)
        return api.drift(sides, live, **_with_files(pytestconfig, given))

    return drift


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    """Show findings of a fixture without a traceback."""
    return (yield from _without_traceback())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Show findings of a test without a traceback."""
    return (yield from _without_traceback())


def _without_traceback() -> Generator[None, Any, Any]:
    try:
        return (yield)
    except AssertionError as error:
        violations = sys.modules.get("scanner.violations")  # not imported: nobody can have raised a Violation
        if violations is None or not isinstance(error, violations.Violation):
            raise
        text = str(error)
    pytest.fail(text, pytrace=False)


def _from_root(config: pytest.Config, path: str | os.PathLike[str]) -> Path:
    return config.rootpath / path


def _with_files(config: pytest.Config, given: dict[str, Any]) -> dict[str, Any]:
    if "var_files" not in given:
        return given
    return {**given, "var_files": [_from_root(config, file) for file in given["var_files"]]}
