"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.checkov.environment import checkov_environment

# The gate must answer the same for the same commit; new examples are for people's own runs.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
if os.environ.get("CI"):
    settings.load_profile("gate")


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
