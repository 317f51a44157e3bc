"""Markdown for job summaries and comments: a table of findings, what was not read, the summary."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.findings import ExposureChange, Finding, Report, Verdict
from scanner.reports.comparison import NOBODY, existing, told
from scanner.reports.context import Context
from scanner.reports.text import summary

MAX_ROWS = 500
"""GitHub cuts a step's summary at 1 MiB; the worst findings come first."""
MAX_EXPOSURES = 100
MAX_NOTES = 20


def render(report: Report, context: Context) -> str:
    """The report as Markdown."""
    findings = sorted(
        told(report),
        key=lambda finding: (finding.verdict is Verdict.UNDECIDED, -finding.severity),
    )
    lines = ["## sgwarden", "", f"{_text(summary(report))}.", ""]
    if findings:
        lines += ["| Severity | Policy | Where | What |", "| --- | --- | --- | --- |"]
        lines += [_row(finding, context) for finding in findings[:MAX_ROWS]]
        if len(findings) > MAX_ROWS:
            lines += ["", f"{len(findings) - MAX_ROWS} more findings are not shown."]
        lines.append("")
    if report.comparison is not None:
        lines += _exposure(report.comparison.exposure or ())
        lines += _folded("Fixed", [_plain(each) for each in report.comparison.fixed])
        lines += _folded("Existing, not counted", [_plain(each) for each in existing(report)])
        if report.comparison.notes:
            lines += ["### Of the base", "", *(f"- {_text(note)}" for note in report.comparison.notes[:MAX_NOTES]), ""]
    missing = [skipped for skipped in report.skipped if not skipped.complete]
    if missing:
        lines += ["### Not read", "", *(f"- {_code(each.what)}: {_text(each.reason)}" for each in missing), ""]
    if report.failures:
        lines += ["### Policies that broke", "", *(f"- {_text(failure)}" for failure in report.failures), ""]
    spoken = [note for note in report.suppressions if note.message]
    if spoken:
        places = [(f"{note.location.file}:{note.location.line}", note.message) for note in spoken]
        lines += ["### Suppressions", "", *(f"- {_code(place)}: {_text(message)}" for place, message in places), ""]
    return "\n".join(lines)


def _exposure(changes: Sequence[ExposureChange]) -> list[str]:
    """What becomes reachable, what opens to the internet first."""
    if not changes:
        return ["No security group becomes reachable from elsewhere.", ""]
    lines = ["### Reachable from", "", "| Security group | Ports | Before | After |", "| --- | --- | --- | --- |"]
    ordered = sorted(changes, key=lambda change: not change.opens)
    for change in ordered[:MAX_EXPOSURES]:
        name = "" if change.name == change.security_group else f" {_text(change.name)}"
        before, after = (_text(", ".join(side) or NOBODY) for side in (change.before, change.after))
        opens = " **opens to the internet**" if change.opens else ""
        lines.append(f"| {_code(change.security_group)}{name} | {_text(change.traffic)} | {before} | {after}{opens} |")
    if len(changes) > MAX_EXPOSURES:
        lines += ["", f"{len(changes) - MAX_EXPOSURES} more changes are not shown."]
    return [*lines, ""]


def _folded(title: str, items: Sequence[str]) -> list[str]:
    if not items:
        return []
    lines = ["<details>", f"<summary>{title}: {len(items)}</summary>", "", *(f"- {item}" for item in items[:MAX_ROWS])]
    if len(items) > MAX_ROWS:
        lines.append(f"- {len(items) - MAX_ROWS} more")
    return [*lines, "", "</details>", ""]


def _plain(finding: Finding) -> str:
    return f"{_code(finding.address)} {_text(finding.message)} ({_code(finding.policy)})"


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
