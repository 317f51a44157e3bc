"""Workflow commands of GitHub Actions: the worst findings as annotations, the summary in the log.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.reports.findings.text import summary
from sgwarden.reports.parts.comparison import told
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.sanitize import visible

MAX_ANNOTATIONS = 10
"""GitHub shows ten annotations of each level for a step, the first ones, and is silent about the others."""
_MAX_TROUBLES = 3
"""Of what was not read, and of policies that broke: findings need room too."""
_BREAK = re.compile("([\r\n]+)")


def render(report: Report, context: Context) -> str:
    """One workflow command a finding, the worst first, then what was not read, and the summary line.

    There are ten commands at most; lines between them say how much has none.
    """
    titles = {policy.id: policy.title for policy in report.policies}
    findings = sorted(
        told(report),
        key=lambda finding: (finding.verdict is Verdict.UNDECIDED, -finding.severity),
    )
    unread = [f"{skipped.what}: {skipped.reason}" for skipped in report.skipped if not skipped.complete]
    troubles = [f"::warning title=Not read::{_data(text)}" for text in unread[:_MAX_TROUBLES]]
    troubles += _more(len(unread), "parts that were not read")
    broken = report.failures[:_MAX_TROUBLES]
    troubles += [f"::error title=Policy broke::{_data(failure)}" for failure in broken]
    troubles += _more(len(report.failures), "policies that broke")
    room = MAX_ANNOTATIONS - len(unread[:_MAX_TROUBLES]) - len(broken)
    lines = [_command(finding, titles[finding.policy], context) for finding in findings[:room]]
    if len(findings) > room:
        lines.append(f"{len(findings) - room} more findings are not annotated.")
    return "\n".join([*lines, *troubles, visible(summary(report))]) + "\n"


def _more(number: int, what: str) -> list[str]:
    return [f"{number - _MAX_TROUBLES} more {what} are not annotated."] if number > _MAX_TROUBLES else []


def _command(finding: Finding, title: str, context: Context) -> str:
    if finding.verdict is Verdict.UNDECIDED or finding.severity is Severity.LOW:
        level = "notice"
    else:
        level = "error" if finding.severity >= Severity.HIGH else "warning"
    place = context.place_of(finding)
    line = max(place.line, 1)
    where = f"file={_property(context.uri_of(place.file))},line={line},endLine={max(place.end_line, line)}"
    return f"::{level} {where},title={_property(title)}::{_data(f'{finding.message} [{finding.policy}]')}"


def _data(text: str) -> str:
    whole = "".join(part if place % 2 else visible(part) for place, part in enumerate(_BREAK.split(text)))
    return whole.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
