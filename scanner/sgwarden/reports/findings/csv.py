"""CSV for spreadsheets: one row a finding."""

from __future__ import annotations

from sgwarden.findings import Finding, Report
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.csv import to_csv
from sgwarden.reports.parts.project import policy_page
from sgwarden.reports.parts.selection import status

COLUMNS = (
    "policy", "verdict", "severity", "status", "root", "security_group", "address", "file", "line", "message", "fix",
    "controls", "fingerprint", "security_group_name", "account", "region", "page",
)  # fmt: skip


def render(report: Report, context: Context) -> str:
    """Return a row for each finding, fixed ones last."""
    fixed = report.comparison.fixed if report.comparison else ()
    pages = {policy.id: policy_page(policy, context.version) for policy in report.policies}
    every = (*report.findings, *fixed)
    return to_csv(COLUMNS, [_row(each, context, status(each, report), pages.get(each.policy, "")) for each in every])


def _row(finding: Finding, context: Context, status: str | None, page: str) -> tuple[str, ...]:
    place = finding.location
    return (
        finding.policy,
        str(finding.verdict),
        str(finding.severity),
        status or "",
        finding.root,
        finding.security_group or "",
        finding.address,
        context.uri_of(place.file) if place else "",
        str(place.line) if place else "",
        finding.message,
        finding.fix,
        " ".join(finding.controls),
        finding.fingerprint,
        finding.facts.name or "",
        finding.facts.account or "",
        finding.facts.region or "",
        page,
    )
