"""What a comparison adds to reports: which findings they are about, counts, what became reachable."""

from __future__ import annotations

from typing import Any

from sgwarden.findings import Comparison, ExposureChange, Finding, Report

NOBODY = "nobody"


def told(report: Report) -> list[Finding]:
    """The findings that a report for people is about: neither suppressed nor known from the base."""
    return [finding for finding in report.findings if finding.status == "new"]


def open_findings(report: Report) -> list[Finding]:
    """The findings that are there and not suppressed, for systems that compare by themselves."""
    return [finding for finding in report.findings if finding.status in ("new", "existing")]


def existing(report: Report) -> list[Finding]:
    """The findings that the base has too."""
    return [finding for finding in report.findings if finding.status == "existing"]


def counts(report: Report) -> list[str]:
    """``3 existing``, ``1 fixed``; nothing without a comparison."""
    if report.comparison is None:
        return []
    return [f"{len(existing(report))} existing", f"{len(report.comparison.fixed)} fixed"]


def fixed_line(finding: Finding) -> str:
    """One finding that is no more, in one line."""
    return f"{finding.address}  {finding.inline_message} [{finding.policy}]"


def exposure_line(change: ExposureChange) -> str:
    """One change of exposure in one line."""
    before, after = (", ".join(side) or NOBODY for side in (change.before, change.after))
    name = "" if change.name == change.security_group else f" ({change.name})"
    opens = "  opens to the internet" if change.opens else ""
    return f"{change.security_group}{name}  {change.traffic}: {before} -> {after}{opens}"


def exposure_document(change: ExposureChange) -> dict[str, Any]:
    """One change of exposure as plain values."""
    return {
        "root": change.root,
        "security_group": change.security_group,
        "name": change.name,
        "traffic": change.traffic,
        "before": list(change.before),
        "after": list(change.after),
        "opens_to_internet": change.opens,
    }


def base_line(comparison: Comparison) -> str:
    """What a report is compared with."""
    return f"compared with {comparison.base}"
