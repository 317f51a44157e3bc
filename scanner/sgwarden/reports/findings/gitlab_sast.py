"""GitLab's SAST report, version 15.0.6 of its schema:
https://gitlab.com/gitlab-org/security-products/security-report-schemas
"""

from __future__ import annotations

import uuid

from sgwarden.findings import Finding, PolicyInfo, Report, Severity, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.json import to_json
from sgwarden.reports.parts.selection import open_findings
from sgwarden.reports.parts.text import unread

VERSION = "15.0.6"
SCHEMA = (
    "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/"
    f"v{VERSION}/dist/sast-report-format.json"
)
_SEVERITIES = {
    Severity.LOW: "Low",
    Severity.MEDIUM: "Medium",
    Severity.HIGH: "High",
    Severity.CRITICAL: "Critical",
}
_MAX_NAME = 255
_MAX_SOLUTION = 7000
_NAMESPACE = uuid.UUID("6f0d5cf5-5a0e-5f0b-9d5b-2f7a3a3d9a11")
"""Ids are made from fingerprints, so that they are the same in every run."""


def render(report: Report, context: Context) -> str:
    """Return one document; undecided findings are ``Info``.

    Existing findings are in it: GitLab compares with the report of the target branch itself.
    """
    policies = {policy.id: policy for policy in report.policies}
    tool = {"id": "sgwarden", "name": "sgwarden", "version": context.version or "0", "vendor": {"name": "sgwarden"}}
    document = {
        "version": VERSION,
        "schema": SCHEMA,
        "scan": {
            "type": "sast",
            "status": "failure" if report.failures else "success",
            "start_time": context.time,
            "end_time": context.time,
            "analyzer": tool,
            "scanner": tool,
            "messages": _messages(report),
        },
        "vulnerabilities": [
            _vulnerability(finding, policies[finding.policy], context) for finding in open_findings(report)
        ],
    }
    return to_json(document)


def _vulnerability(finding: Finding, policy: PolicyInfo, context: Context) -> dict[str, object]:
    place = context.place_of(finding)
    line = max(place.line, 1)
    lines = {
        "file": context.uri_of(place.file).removeprefix("./"),
        "start_line": line,
        "end_line": max(place.end_line, line),
    }
    return {
        "id": str(uuid.uuid5(_NAMESPACE, finding.root + "\0" + finding.fingerprint)),
        "name": policy.title[:_MAX_NAME],
        "description": finding.message,
        "severity": "Info" if finding.verdict is Verdict.UNDECIDED else _SEVERITIES[finding.severity],
        "solution": (finding.fix or policy.fix)[:_MAX_SOLUTION],
        "location": lines,
        "identifiers": [
            {"type": "sgwarden_policy", "name": f"sgwarden {policy.id}", "value": policy.id},
            *({"type": "sgwarden_control", "name": each, "value": each} for each in finding.controls),
        ],
        "links": [{"url": source} for source in policy.sources if source.startswith(("https://", "http://"))],
        "tracking": {
            "type": "source",
            "items": [{**lines, "signatures": [{"algorithm": "scope_offset", "value": finding.fingerprint}]}],
        },
    }


def _messages(report: Report) -> list[dict[str, str]]:
    messages = [{"level": "fatal", "value": f"A policy broke: {failure}"} for failure in report.failures]
    messages += [
        {"level": "warn", "value": f"Not read: {skipped.what}: {skipped.reason}"} for skipped in unread(report.skipped)
    ]
    return messages
