"""GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/"""

from __future__ import annotations

import json

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.reports.parts.comparison import open_findings
from sgwarden.reports.parts.context import Context

_SEVERITIES = {
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(report: Report, context: Context) -> str:
    """A JSON array; empty when nothing was found. Undecided findings are ``info``.

    Existing findings are in it: GitLab compares with the report of the target branch itself.
    """
    return (
        json.dumps([_issue(finding, context) for finding in open_findings(report)], indent=2, ensure_ascii=False) + "\n"
    )


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
