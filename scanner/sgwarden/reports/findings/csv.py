"""CSV for spreadsheets: one row a finding."""

from __future__ import annotations

from sgwarden.findings import Finding, Report
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.csv import to_csv

COLUMNS = (
    "policy", "verdict", "severity", "status", "root", "security_group", "address", "file", "line", "message", "fix",
    "controls", "fingerprint",
)  # fmt: skip


def render(report: Report, context: Context) -> str:
    """Return a row for each finding, fixed ones last."""
    fixed = report.comparison.fixed if report.comparison else ()
    return to_csv(COLUMNS, [_row(finding, context) for finding in (*report.findings, *fixed)])


def _row(finding: Finding, context: Context) -> tuple[str, ...]:
    place = finding.location
    return (
        finding.policy,
        str(finding.verdict),
        str(finding.severity),
        finding.status,
        finding.root,
        finding.security_group or "",
        finding.address,
        context.uri_of(place.file) if place else "",
        str(place.line) if place else "",
        finding.message,
        finding.fix,
        " ".join(finding.controls),
        finding.fingerprint,
    )
