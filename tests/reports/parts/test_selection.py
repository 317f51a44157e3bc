"""Which findings a format shows."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.findings import Comparison, Severity, Verdict
from sgwarden.reports.parts.selection import existing_findings, new_findings, open_findings, status, urgency
from tests.reports.samples import EMPTY, sample_finding


def test_status_is_known_only_from_a_comparison_or_a_suppression() -> None:
    new, suppressed = sample_finding(1), sample_finding(1, status="suppressed")
    whole = EMPTY
    assert (status(new, whole), status(suppressed, whole)) == (None, "suppressed")
    assert status(new, replace(whole, comparison=Comparison("main"))) == "new"


def test_findings_by_status() -> None:
    by_status = {name: sample_finding(1, status=name) for name in ("new", "existing", "suppressed")}
    whole = replace(EMPTY, findings=tuple(by_status.values()))
    assert new_findings(whole) == [by_status["new"]]
    assert existing_findings(whole) == [by_status["existing"]]
    assert open_findings(whole) == [by_status["new"], by_status["existing"]]


def test_the_most_urgent_first() -> None:
    low, high = sample_finding(1), sample_finding(2, Severity.HIGH)
    undecided = sample_finding(3, Severity.CRITICAL, verdict=Verdict.UNDECIDED)
    assert sorted([undecided, low, high], key=urgency) == [high, low, undecided]
