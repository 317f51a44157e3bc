"""What a scan and a comparison answer."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.api.assertions import Violation
from sgwarden.api.results import Drift, Result
from sgwarden.errors import UsageError
from sgwarden.findings import Comparison
from sgwarden.run.assess import assess
from sgwarden.run.thresholds import Thresholds
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.drift.models import block, drift, group, live, live_group, state
from tests.policies.models import infrastructure, rule

REPORT = assess([infrastructure(rule())], [OpenAdminPort()], Settings())
(FINDING,) = REPORT.findings


def test_findings_by_status_and_policy() -> None:
    known, hidden = replace(FINDING, status="existing"), replace(FINDING, status="suppressed")
    wider = replace(FINDING, policy="everything-open", also=("open-admin-port",))
    report = replace(REPORT, findings=(wider, known, hidden), comparison=Comparison("main", fixed=(FINDING,)))
    result = Result(report)
    assert (result.findings, result.failed, result.undecided) == ((wider,), (wider,), ())
    assert (result.existing, result.suppressed, result.fixed) == ((known,), (hidden,), (FINDING,))
    assert (result.of("open-admin-port"), result.of("redundant-rule")) == ((wider,), ())
    assert Result(REPORT).fixed == ()


def test_check_raises_with_the_findings_that_count() -> None:
    result = Result(REPORT)
    with pytest.raises(Violation, match="open-admin-port"):
        result.check()
    result.check("critical")
    result.check("never")
    Result(REPORT, thresholds=Thresholds("critical")).check()
    with pytest.raises(UsageError, match="there is no severity 'bad'"):
        result.check("bad")


def test_drift_that_counts() -> None:
    found = Drift(drift(state(group(ingress=[block()])), live(live_group())))
    assert ([each.kind for each in found.differences], found.complete) == (["rule_removed"], True)
    with pytest.raises(Violation) as caught:
        found.check()
    assert str(caught.value) == found.text().rstrip()
    found.check("never")
