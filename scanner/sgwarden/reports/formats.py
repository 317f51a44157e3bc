"""The formats of reports: the table that the command line, the configuration and the API follow.

A format ``x`` is one module of each kind of report that has it: ``findings/x.py`` with ``render(report, context)`` and
``drift/x.py`` with ``render(comparison, context)``. Both are pure functions to text that ends with a line break.
``CONTRIBUTING.md`` has the recipe. This module imports no other at run time, and the module of a format only when
a report is rendered in it, so that the command line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from sgwarden.drift.differences import Comparison
    from sgwarden.findings import Report
    from sgwarden.reports.parts.context import Context, DriftContext

FINDINGS_FORMATS = ("text", "json", "sarif", "junit", "markdown", "csv", "github", "gitlab", "gitlab-sast", "concise")
"""Names of the modules of ``reports/findings``, in the order of ``--help``; a hyphen stands for an underscore."""
DRIFT_FORMATS = ("text", "json", "markdown", "sarif", "junit", "csv")
"""Names of the modules of ``reports/drift``."""


class FindingsFormat(Protocol):
    """A module of ``reports/findings``."""

    def render(self, report: Report, context: Context) -> str: ...


class DriftFormat(Protocol):
    """A module of ``reports/drift``."""

    def render(self, comparison: Comparison, context: DriftContext) -> str: ...


def render_findings(name: str, report: Report, context: Context) -> str:
    """Return ``report`` in a format of FINDINGS_FORMATS."""
    return cast(FindingsFormat, _module("findings", name)).render(report, context)


def render_drift(name: str, comparison: Comparison, context: DriftContext) -> str:
    """Return ``comparison`` in a format of DRIFT_FORMATS."""
    return cast(DriftFormat, _module("drift", name)).render(comparison, context)


def _module(kind: str, name: str) -> object:
    return import_module(f"sgwarden.reports.{kind}.{name.replace('-', '_')}")
