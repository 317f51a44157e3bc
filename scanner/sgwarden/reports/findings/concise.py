"""One line a finding, the worst first, for logs and editors: ``main.tf:4: high: ... [open-admin-port]``."""

from __future__ import annotations

from sgwarden.findings import Finding, Report, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.sanitize import escape_texts, safe_for_log
from sgwarden.reports.parts.selection import new_findings, urgency
from sgwarden.reports.parts.summary import findings_summary
from sgwarden.reports.parts.text import position, unread


def render(report: Report, context: Context) -> str:
    """Return a line for each finding, then for what was not read and what broke, the summary last."""
    report = escape_texts(report)
    lines = [_line(finding) for finding in sorted(new_findings(report), key=urgency)]
    for skipped in unread(report.skipped):
        place = f"{position(skipped.location)}: " if skipped.location else ""
        lines.append(f"{place}not read: {skipped.what}: {skipped.reason}")
    lines += [f"policy broke: {failure}" for failure in report.failures]
    return safe_for_log("".join(f"{line}\n" for line in (*lines, findings_summary(report))))


def _line(finding: Finding) -> str:
    where = position(finding.location) if finding.location else finding.root
    verdict = "undecided, " if finding.verdict is Verdict.UNDECIDED else ""
    known = f" ({', '.join(finding.facts.place)})" if finding.facts.place else ""
    policies = ", ".join((finding.policy, *finding.also))
    text = f"{finding.address}{known}: {finding.inline_message}"
    return f"{where}: {verdict}{finding.severity}: {text} [{policies}]"
