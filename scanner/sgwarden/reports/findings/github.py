"""Workflow commands of GitHub Actions: the worst findings as annotations, the summary in the log.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.sanitize import escape_controls
from sgwarden.reports.parts.selection import shown_findings, urgency
from sgwarden.reports.parts.summary import findings_summary
from sgwarden.reports.parts.text import unread

MAX_ANNOTATIONS = 10
"""GitHub shows the first ten annotations of each level of a step and drops the others."""
_MAX_PROBLEMS = 3
"""Annotations of what was not read, and of policies that broke: findings need room too."""
_BREAK = re.compile("([\r\n]+)")


def render(report: Report, context: Context) -> str:
    """Return one workflow command for each finding, the worst first, then what was not read, and the summary.

    There are ten commands at most; lines between them say how much has none.
    """
    titles = {policy.id: policy.title for policy in report.policies}
    findings = sorted(shown_findings(report, context.show_existing), key=urgency)
    missing = [f"{skipped.what}: {skipped.reason}" for skipped in unread(report.skipped)]
    problems = [f"::warning title=Not read::{_data(text)}" for text in missing[:_MAX_PROBLEMS]]
    problems += _more(len(missing), "parts that were not read")
    broken = report.failures[:_MAX_PROBLEMS]
    problems += [f"::error title=Policy broke::{_data(failure)}" for failure in broken]
    problems += _more(len(report.failures), "policies that broke")
    room = MAX_ANNOTATIONS - len(missing[:_MAX_PROBLEMS]) - len(broken)
    lines = [_command(finding, titles[finding.policy], context) for finding in findings[:room]]
    if len(findings) > room:
        lines.append(f"{len(findings) - room} more findings are not annotated.")
    return "\n".join([*lines, *problems, escape_controls(findings_summary(report))]) + "\n"


def _more(number: int, what: str) -> list[str]:
    return [f"{number - _MAX_PROBLEMS} more {what} are not annotated."] if number > _MAX_PROBLEMS else []


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
    whole = "".join(part if place % 2 else escape_controls(part) for place, part in enumerate(_BREAK.split(text)))
    return whole.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
