"""Reports: one module a format, each a pure function from a report to text.

A format is one module with ``render(report, context) -> str`` and one line in ``FORMATS``; modules
are imported only when their format is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from scanner.findings import Report
    from scanner.reports.context import Context

FORMATS: dict[str, str] = {
    "text": "scanner.reports.text",
    "json": "scanner.reports.json",
    "sarif": "scanner.reports.sarif",
    "junit": "scanner.reports.junit",
    "markdown": "scanner.reports.markdown",
    "csv": "scanner.reports.csv",
    "github": "scanner.reports.github",
    "gitlab": "scanner.reports.gitlab",
    "gitlab-sast": "scanner.reports.gitlab_sast",
}


def render(name: str, report: Report, context: Context) -> str:
    """``report`` in the format ``name`` (a key of FORMATS), ending with a line break."""
    return cast(str, import_module(FORMATS[name]).render(report, context))
