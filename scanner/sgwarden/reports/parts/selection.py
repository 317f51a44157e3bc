"""Which findings of a report a format shows, and in which order."""

from __future__ import annotations

from sgwarden.findings import Finding, Report, Verdict

NOBODY = "nobody"
"""Where a security group was or becomes reachable from nowhere."""


def new_findings(report: Report) -> list[Finding]:
    """Return the findings that a report for people shows: neither suppressed nor known from the base."""
    return [finding for finding in report.findings if finding.status == "new"]


def shown_findings(report: Report, show_existing: bool) -> list[Finding]:
    """Return the new findings, and with ``show_existing`` those that the base has too."""
    return open_findings(report) if show_existing else new_findings(report)


def existing_findings(report: Report) -> list[Finding]:
    """Return the findings that the base has too."""
    return [finding for finding in report.findings if finding.status == "existing"]


def open_findings(report: Report) -> list[Finding]:
    """Return the findings that are not suppressed, for systems that compare with the base themselves."""
    return [finding for finding in report.findings if finding.status in ("new", "existing")]


def status(finding: Finding, report: Report) -> str | None:
    """Return the status of a finding; None for ``new`` where nothing was compared."""
    return None if finding.status == "new" and report.comparison is None else finding.status


def urgency(finding: Finding) -> tuple[bool, int]:
    """Return a key that sorts failed before undecided findings, each by severity, the worst first."""
    return finding.verdict is Verdict.UNDECIDED, -finding.severity
