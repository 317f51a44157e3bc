"""Reports: one module a format, each a pure function from a report to text.

A format is one module with ``render(report, context) -> str`` and one line in ``FORMATS``; modules
are imported only when their format is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sgwarden.findings import Report
    from sgwarden.reports.parts.context import Context

FORMATS: dict[str, str] = {
    "text": "sgwarden.reports.findings.text",
    "json": "sgwarden.reports.findings.json",
    "sarif": "sgwarden.reports.findings.sarif",
    "junit": "sgwarden.reports.findings.junit",
    "markdown": "sgwarden.reports.findings.markdown",
    "csv": "sgwarden.reports.findings.csv",
    "github": "sgwarden.reports.findings.github",
    "gitlab": "sgwarden.reports.findings.gitlab",
    "gitlab-sast": "sgwarden.reports.findings.gitlab_sast",
}


def render(name: str, report: Report, context: Context) -> str:
    """``report`` in the format ``name`` (a key of FORMATS), ending with a line break."""
    return cast(str, import_module(FORMATS[name]).render(report, context))
