"""The summary of a report in one line, which says how much was seen and whether all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.reports.parts.selection import existing_findings, new_findings
from sgwarden.reports.parts.style import Style
from sgwarden.reports.parts.text import pluralize, unread

if TYPE_CHECKING:
    from sgwarden.drift.differences import Comparison

PLAIN = Style(False)


def findings_summary(report: Report, style: Style = PLAIN) -> str:
    """Return how many findings there are of each kind, and what was seen."""
    new = new_findings(report)
    failed = [finding for finding in new if finding.verdict is Verdict.FAIL]
    undecided = len(new) - len(failed)
    comparison = report.comparison
    which = " new" if comparison else ""
    counts = [
        (style.bold(style.red(f"{len(failed)}{which} failed")) if failed else f"0{which} failed") + _severities(failed),
        style.yellow(f"{undecided}{which} undecided") if undecided else f"0{which} undecided",
    ]
    if comparison:
        counts += [f"{len(existing_findings(report))} existing", f"{len(comparison.fixed)} fixed"]
    counts.append(f"{sum(report.passed.values())} passed")
    suppressed = sum(finding.status == "suppressed" for finding in report.findings)
    if suppressed:
        counts.append(f"{suppressed} suppressed")
    seen = (
        f"{pluralize(report.security_groups, 'security group')}, {pluralize(report.rules, 'rule')}, "
        f"{pluralize(report.resources, 'resource')} seen"
    )
    parts = [", ".join(counts), seen, _completeness(len(unread(report.skipped)), style)]
    if report.failures:
        parts.append(style.red(pluralize(len(report.failures), "policy run") + " broke"))
    if comparison:
        parts.append(f"compared with {comparison.base}")
    return "; ".join(parts)


def drift_summary(comparison: Comparison, style: Style = PLAIN) -> str:
    """Return how many differences there are, and what was seen of both sides."""
    drift = comparison.drift
    if drift:
        worst = max(each.severity for each in drift)
        counts = [style.bold(style.red(pluralize(len(drift), "difference"))) + f" (worst {worst})"]
    else:
        counts = [style.green("no drift") if comparison.complete else style.yellow("no drift in what was read")]
    suppressed = sum(each.suppressed is not None for each in comparison.differences)
    for number, what in (
        (suppressed, "suppressed"),
        (len(comparison.undecided), "undecided"),
        (len(comparison.pending), "not applied"),
    ):
        if number:
            counts.append(f"{number} {what}")
    seen = (
        f"{pluralize(comparison.groups_declared, 'group')} and {pluralize(comparison.rules_declared, 'rule')} declared, "
        f"{comparison.groups_live} and {comparison.rules_live} live"
    )
    missing = len(unread(comparison.skipped)) + len(comparison.failures)
    return f"{', '.join(counts)}; {seen}; {_completeness(missing, style)}"


def _completeness(missing: int, style: Style) -> str:
    return style.red(f"{missing} not read") if missing else "everything read"


def _severities(findings: Sequence[Finding]) -> str:
    counts = [
        f"{count} {severity}"
        for severity in sorted(Severity, reverse=True)
        if (count := sum(finding.severity is severity for finding in findings))
    ]
    return f" ({', '.join(counts)})" if counts else ""
