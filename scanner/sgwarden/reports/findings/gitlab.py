"""GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/"""

from __future__ import annotations

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.json import to_json
from sgwarden.reports.parts.selection import open_findings

_SEVERITIES = {
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(report: Report, context: Context) -> str:
    """Return a JSON array; empty when nothing was found. Undecided findings are ``info``.

    Existing findings are in it: GitLab compares with the report of the target branch itself.
    """
    return to_json([_issue(finding, context) for finding in open_findings(report)])


def _issue(finding: Finding, context: Context) -> dict[str, object]:
    place = context.place_of(finding)
    return {
        "description": finding.message,
        "check_name": finding.policy,
        "fingerprint": finding.fingerprint,
        "severity": "info" if finding.verdict is Verdict.UNDECIDED else _SEVERITIES[finding.severity],
        "location": {
            "path": context.uri_of(place.file).removeprefix("./"),
            "lines": {"begin": max(place.line, 1)},
        },
    }
