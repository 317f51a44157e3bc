"""Markdown for job summaries and comments: a table of findings, what was not read, the summary."""

from __future__ import annotations

from scanner.findings import Finding, Report, Verdict
from scanner.reports.context import Context
from scanner.reports.text import summary

MAX_ROWS = 500
"""GitHub cuts a step's summary at 1 MiB; the worst findings come first."""


def render(report: Report, context: Context) -> str:
    """The report as Markdown."""
    findings = sorted(
        (finding for finding in report.findings if finding.status != "suppressed"),
        key=lambda finding: (finding.verdict is Verdict.UNDECIDED, -finding.severity),
    )
    lines = ["## sgwarden", "", f"{_text(summary(report))}.", ""]
    if findings:
        lines += ["| Severity | Policy | Where | What |", "| --- | --- | --- | --- |"]
        lines += [_row(finding, context) for finding in findings[:MAX_ROWS]]
        if len(findings) > MAX_ROWS:
            lines += ["", f"{len(findings) - MAX_ROWS} more findings are not shown."]
        lines.append("")
    missing = [skipped for skipped in report.skipped if not skipped.complete]
    if missing:
        lines += ["### Not read", "", *(f"- {_code(each.what)}: {_text(each.reason)}" for each in missing), ""]
    if report.failures:
        lines += ["### Policies that broke", "", *(f"- {_text(failure)}" for failure in report.failures), ""]
    told = [note for note in report.suppressions if note.message]
    if told:
        places = [(f"{note.location.file}:{note.location.line}", note.message) for note in told]
        lines += ["### Suppressions", "", *(f"- {_code(place)}: {_text(message)}" for place, message in places), ""]
    return "\n".join(lines)


def _row(finding: Finding, context: Context) -> str:
    severity = f"{finding.severity}{', undecided' if finding.verdict is Verdict.UNDECIDED else ''}"
    place = f"{context.uri_of(finding.location.file)}:{finding.location.line}" if finding.location else ""
    where = " ".join(_code(part) for part in (place, finding.address) if part)
    return f"| {severity} | {_code(finding.policy)} | {where} | {_text(finding.message)} |"


def _text(text: str) -> str:
    """Text that stays in its table cell and names nobody; code between backticks stays code."""
    flat = " ".join(text.split())
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("@", "&#64;")


def _code(text: str) -> str:
    return f"`{' '.join(text.split()).replace('`', chr(39)).replace('|', chr(92) + '|')}`"
