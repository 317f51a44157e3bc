"""What all tests share."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import settings

from tests.checkov.environment import checkov_environment

# The gate must answer the same for the same commit; new examples are for people's own runs.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
if os.environ.get("CI"):
    settings.load_profile("gate")

_MARKS = {"checkov": "checkov", "moto": "terraform"}
"""Fixtures with the marker of every test that uses them."""
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Say on the terminal that the tests of the mark ``checkov`` will install Checkov, before anybody waits for it."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or "not checkov" in config.option.markexpr:
        return
    missing = checkov_environment()
    if missing is not None:
        reporter.write_line(
            f"Checkov is not installed in {missing}: the first test that needs it does that, in two to four minutes."
            " -m 'not checkov' leaves those tests out, and the variable SGWARDEN_CHECKOV names another Checkov."
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the real Checkov, or a moto server for the real Terraform, by the fixture that provides it."""
    for item in items:
        if _ADDRESS.search(item.nodeid):
            raise pytest.UsageError(f"{item.nodeid} is named by an address in memory, which differs in each process")
        for fixture, mark in _MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
