"""The summary of a report in one line."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.drift.differences import Comparison as Drift
from sgwarden.findings import Comparison, Severity, Verdict
from sgwarden.reports.parts.summary import drift_summary, findings_summary
from tests.reports.samples import EMPTY, drift, report


def test_the_summary_counts_by_severity() -> None:
    finding = report().findings[0]
    many = [replace(finding, severity=severity) for severity in (Severity.LOW, Severity.CRITICAL, Severity.LOW)]
    whole = replace(EMPTY, findings=(*many, replace(finding, verdict=Verdict.UNDECIDED)))
    assert findings_summary(whole).startswith("3 failed (1 critical, 2 low), 1 undecided, 0 passed; ")


def test_a_summary_of_a_comparison_with_a_base() -> None:
    first, second = report().findings
    base = Comparison("main", fixed=(first,))
    whole = replace(EMPTY, findings=(first, replace(second, status="existing")), failures=("a: b",), comparison=base)
    assert findings_summary(whole) == (
        "1 new failed (1 high), 0 new undecided, 1 existing, 1 fixed, 0 passed; 0 security groups, 0 rules, "
        "0 resources seen; everything read; 1 policy run broke; compared with main"
    )


def test_a_summary_of_drift() -> None:
    assert drift_summary(drift()) == (
        "4 differences (worst critical), 1 suppressed; 2 groups and 2 rules declared, 3 and 2 live; 1 not read"
    )
    assert drift_summary(Drift(groups_declared=1, groups_live=1, rules_declared=2, rules_live=2)) == (
        "no drift; 1 group and 2 rules declared, 1 and 2 live; everything read"
    )
    assert drift_summary(Drift(failures=("a: b",))) == (
        "no drift in what was read; 0 groups and 0 rules declared, 0 and 0 live; 1 not read"
    )
