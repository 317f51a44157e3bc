"""Markdown for job summaries and comments: a table of findings, what was not read, the summary."""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.findings import ExposureChange, Finding, Report, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.markdown import Section, code, page, text
from sgwarden.reports.parts.selection import NOBODY, existing_findings, new_findings, urgency
from sgwarden.reports.parts.summary import findings_summary
from sgwarden.reports.parts.text import position, unread

MARKER = "<!-- sgwarden: findings -->"
"""Invisible in a rendered comment: what posts it finds its own comment by it."""
MAX_ROWS = 500
MAX_EXPOSURES = 100
MAX_NOTES = 20


def render(report: Report, context: Context) -> str:
    """Return Markdown that a comment on GitHub can hold: the most important first, with what was cut."""
    findings = sorted(new_findings(report), key=urgency)
    table = ("| Severity | Policy | Where | What |", "| --- | --- | --- | --- |")
    rows = [_row(each, context) for each in findings[:MAX_ROWS]]
    beyond = len(findings[MAX_ROWS:])
    sections = [Section(table, rows, "\n{} more findings are not shown.", 2, 0.4, beyond=beyond)]
    head = [MARKER, "## sgwarden", "", f"{text(findings_summary(report))}.", ""]
    comparison = report.comparison
    if comparison is not None:
        if comparison.exposure is not None:
            sections.append(_exposure(comparison.exposure))
        sections.append(_folded("Fixed", comparison.fixed, 6))
        sections.append(
            _folded("Existing" if context.show_existing else "Existing, not counted", existing_findings(report), 7)
        )
        sections.append(
            _list("Judged otherwise than the base", [text(line) for line in comparison.judging], 2, MAX_NOTES)
        )
        sections.append(_list("Of the base", [text(note) for note in comparison.notes], 4, MAX_NOTES))
    notes = [f"{code(position(note.location))}: {text(note.message)}" for note in report.suppressions if note.message]
    sections += [
        _list("Not read", [f"{code(each.what)}: {text(each.reason)}" for each in unread(report.skipped)], 1),
        _list("Policies that broke", [text(failure) for failure in report.failures], 0),
        _list("Suppressions", notes, 5),
    ]
    return "\n".join(page(head, sections))


def _exposure(changes: Sequence[ExposureChange]) -> Section:
    """Return what becomes reachable, what opens to the internet first."""
    if not changes:
        return Section((), ["No security group becomes reachable from elsewhere."], "", 0, 1)
    rows = []
    for change in sorted(changes, key=lambda change: not change.opens):
        name = "" if change.name == change.security_group else f" {text(change.name)}"
        before, after = (text(", ".join(side) or NOBODY) for side in (change.before, change.after))
        opens = " **opens to the internet**" if change.opens else ""
        rows.append(f"| {code(change.security_group)}{name} | {text(change.traffic)} | {before} | {after}{opens} |")
    head = ("### Reachable from", "", "| Security group | Ports | Before | After |", "| --- | --- | --- | --- |")
    return Section(head, rows, "\n{} more changes are not shown.", 3, 0.2, MAX_EXPOSURES)


def _list(title: str, items: Sequence[str], rank: int, most: int = 200) -> Section:
    return Section((f"### {title}", ""), [f"- {item}" for item in items], "- {} more", rank, 0.1, most)


def _folded(title: str, findings: Sequence[Finding], rank: int) -> Section:
    head = ("<details>", f"<summary>{title}: {len(findings)}</summary>", "")
    items = [f"- {_plain(each)}" for each in findings[:MAX_ROWS]]
    beyond = len(findings[MAX_ROWS:])
    return Section(head, items, "- {} more", rank, 0.05, foot=("", "</details>", ""), beyond=beyond)


def _plain(finding: Finding) -> str:
    return f"{code(finding.address)} {text(finding.message)} ({code(finding.policy)})"


def _row(finding: Finding, context: Context) -> str:
    severity = f"{finding.severity}{', undecided' if finding.verdict is Verdict.UNDECIDED else ''}"
    place = f"{context.uri_of(finding.location.file)}:{finding.location.line}" if finding.location else ""
    known = finding.facts.place
    if known and finding.security_group != finding.address:
        known = (finding.security_group or "", *known)
    where = " ".join(code(part) for part in (place, finding.address, *known) if part)
    return f"| {severity} | {code(finding.policy)} | {where} | {text(finding.message)} |"
