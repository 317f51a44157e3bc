"""Workflow commands of GitHub Actions: the worst findings as annotations, the summary in the log.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from scanner.findings import Finding, Report, Severity, Verdict
from scanner.reports.comparison import told
from scanner.reports.context import Context
from scanner.reports.text import summary

MAX_ANNOTATIONS = 10
"""GitHub shows ten annotations of each level for a step."""


def render(report: Report, context: Context) -> str:
    """One workflow command a finding, the worst first, and the summary line."""
    titles = {policy.id: policy.title for policy in report.policies}
    findings = sorted(
        told(report),
        key=lambda finding: (finding.verdict is Verdict.UNDECIDED, -finding.severity),
    )
    lines = [_command(finding, titles[finding.policy], context) for finding in findings[:MAX_ANNOTATIONS]]
    if len(findings) > MAX_ANNOTATIONS:
        lines.append(f"{len(findings) - MAX_ANNOTATIONS} more findings are not annotated.")
    lines += [
        f"::warning title=Not read::{_data(f'{skipped.what}: {skipped.reason}')}"
        for skipped in [each for each in report.skipped if not each.complete][:MAX_ANNOTATIONS]
    ]
    lines += [f"::error title=Policy broke::{_data(failure)}" for failure in report.failures]
    return "\n".join([*lines, summary(report)]) + "\n"


def _command(finding: Finding, title: str, context: Context) -> str:
    if finding.verdict is Verdict.UNDECIDED or finding.severity is Severity.LOW:
        level = "notice"
    else:
        level = "error" if finding.severity >= Severity.HIGH else "warning"
    place = context.place_of(finding)
    where = f"file={_property(context.uri_of(place.file))},line={place.line},endLine={place.end_line}"
    return f"::{level} {where},title={_property(title)}::{_data(f'{finding.message} [{finding.policy}]')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
