"""How a run ends by what counts in it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.config.effective import effective
from sgwarden.drift.differences import Comparison
from sgwarden.findings import Report
from sgwarden.model.infrastructure import Skipped
from sgwarden.run.assess import assess
from sgwarden.run.thresholds import RunStatus, Thresholds, drift_thresholds, scan_thresholds
from sgwarden.settings import Settings
from tests.drift.models import block, drift, group, live, live_group, state
from tests.policies.models import infrastructure, rule
from tests.run.models import policies

OPEN = assess([infrastructure(rule())], policies("open-admin-port"), Settings())  # high
NOT_READ = Report((), {}, (Skipped("module.vpc", "not installed"),))


@pytest.mark.parametrize(
    ("report", "thresholds", "expected"),
    [
        (OPEN, Thresholds(), RunStatus.FOUND),
        (OPEN, Thresholds("critical"), RunStatus.OK),
        (OPEN, Thresholds("never"), RunStatus.OK),
        (replace(OPEN, findings=(replace(OPEN.findings[0], status="existing"),)), Thresholds(), RunStatus.OK),
        (
            replace(OPEN, findings=(replace(OPEN.findings[0], status="existing"),)),
            Thresholds(fail_on_existing=True),
            RunStatus.FOUND,
        ),
        (replace(OPEN, findings=(), failures=("x: broke",)), Thresholds("never"), RunStatus.FOUND),
        (NOT_READ, Thresholds(), RunStatus.INCOMPLETE),
        (NOT_READ, Thresholds(allow_incomplete=True), RunStatus.OK),
        (replace(NOT_READ, findings=OPEN.findings), Thresholds(), RunStatus.FOUND),
    ],
)
def test_how_a_scan_ends(report: Report, thresholds: Thresholds, expected: RunStatus) -> None:
    assert thresholds.of_report(report) is expected


def test_how_a_comparison_ends() -> None:
    declared = state(group(ingress=[block()]))
    changed = drift(declared, live(live_group()))
    assert Thresholds("low").of_drift(changed) is RunStatus.FOUND
    assert Thresholds("never").of_drift(changed) is RunStatus.OK
    unread: Comparison = replace(changed, differences=(), skipped=(Skipped("a.tfstate", "it cannot be read"),))
    assert Thresholds("low").of_drift(unread) is RunStatus.INCOMPLETE
    assert Thresholds("low", allow_incomplete=True).of_drift(unread) is RunStatus.OK
    assert Thresholds("never").of_drift(replace(changed, failures=("x: broke",))) is RunStatus.FOUND


def test_by_the_configuration() -> None:
    plain = effective(None, {}, {})
    assert (scan_thresholds(plain), drift_thresholds(plain)) == (Thresholds("medium"), Thresholds("low"))
    given = effective(None, {}, {"fail_on": "medium", "allow_incomplete": True})
    assert drift_thresholds(given) == Thresholds("medium", allow_incomplete=True)
    assert scan_thresholds(given, fail_on_existing=True) == Thresholds(
        "medium", allow_incomplete=True, fail_on_existing=True
    )
