"""One finding for one opening: what makes a finding needless, and what does not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.findings import Comparison, Finding, Report, Severity, Verdict
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.run.assess import assess
from sgwarden.run.subsume import subsume
from sgwarden.settings import Settings
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES
from sgwarden_policies.security_groups.everything_open import EverythingOpen
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from sgwarden_policies.security_groups.open_high_risk_port import OpenHighRiskPort
from sgwarden_policies.security_groups.open_unlisted_port import OpenUnlistedPort
from tests.policies.models import NO_VALUE, infrastructure, rule

OPENINGS: tuple[Policy, ...] = (EverythingOpen(), OpenAdminPort(), OpenHighRiskPort(), OpenUnlistedPort())
ALL_THREE = ("open-admin-port", "open-high-risk-port", "open-unlisted-port")
PORT = Unknown('variable "port" has no value')


def judged(*rules: Rule, policies: tuple[Policy, ...] = OPENINGS) -> Report:
    """Each verdict one by one."""
    return assess([infrastructure(*rules)], policies, Settings())


def told(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    """Policy and further policies of each finding that is left."""
    return sorted((finding.policy, finding.also) for finding in subsume(report).findings)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (rule(), [("open-admin-port", ALL_THREE[1:])]),
        (rule(ports=5432), [("open-high-risk-port", ALL_THREE[2:])]),
        (rule(ports=9999), [("open-unlisted-port", ())]),
        (rule(ports=443), []),
        (rule("all", None), [("everything-open", ALL_THREE)]),
        (rule(ports=(0, 65535)), [("everything-open", ALL_THREE)]),
        # The range holds ports that the narrower policies do not name: nothing is needless.
        (rule(ports=(3389, 3400)), [("open-admin-port", ALL_THREE[1:2]), ("open-unlisted-port", ())]),
        (rule(ports=(20, 22)), [("open-admin-port", ()), ("open-high-risk-port", ALL_THREE[2:])]),
        (rule(ports=(22, 23)), [("open-admin-port", ()), ("open-high-risk-port", ALL_THREE[2:])]),
        # Undecided as a whole, for the same reason.
        (rule(source=NO_VALUE), [("open-admin-port", ALL_THREE[1:])]),
        (rule("all", None, NO_VALUE), [("everything-open", ALL_THREE)]),
        (rule(ports=PORT), [("everything-open", ALL_THREE)]),
    ],
)
def test_one_rule(subject: Rule, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert told(judged(subject)) == expected


def test_the_finding_that_is_left_breaks_the_controls_of_all() -> None:
    each = judged(rule()).findings
    [left] = subsume(judged(rule())).findings
    assert set(left.controls) == {control for finding in each for control in finding.controls}
    assert len(left.controls) == len(set(left.controls))


def test_rules_and_equal_rules_are_kept_apart() -> None:
    expected = [("open-admin-port", ALL_THREE[1:])]
    assert told(judged(rule(), rule(source="::/0"))) == expected * 2
    assert told(judged(rule(), rule())) == expected * 2
    assert told(judged(rule(), rule(address="aws_security_group_rule.b"))) == expected * 2


def test_a_policy_that_is_not_asked_makes_nothing_needless() -> None:
    assert told(judged(rule(), policies=OPENINGS[2:])) == [("open-high-risk-port", ALL_THREE[2:])]


def changed(report: Report, policy: str, **fields: object) -> Report:
    """The report with the finding of one policy changed."""
    findings: list[Finding] = [
        replace(finding, **fields) if finding.policy == policy else finding for finding in report.findings
    ]
    return replace(report, findings=tuple(findings))


def test_a_worse_finding_is_never_needless() -> None:
    report = changed(judged(rule()), "open-unlisted-port", severity=Severity.CRITICAL)
    assert told(report) == [("open-admin-port", ALL_THREE[1:2]), ("open-unlisted-port", ())]


def test_a_suppressed_finding_takes_along_what_it_stands_for() -> None:
    report = changed(judged(rule()), "open-admin-port", status="suppressed", suppression="bastion")
    assert told(report) == [("open-admin-port", ALL_THREE[1:])]


def test_a_suppressed_broader_finding_leaves_the_narrower() -> None:
    report = changed(judged(rule()), "open-unlisted-port", status="suppressed", suppression="on purpose")
    [left] = subsume(report).findings
    assert (left.policy, left.status) == ("open-admin-port", "new")


def test_a_finding_of_a_policy_that_a_path_disables_stands_for_nothing() -> None:
    report = changed(judged(rule()), "open-admin-port", status="suppressed", suppression="disabled", enabled=False)
    assert told(report) == [("open-admin-port", ()), ("open-high-risk-port", ALL_THREE[2:])]


def test_what_was_there_does_not_stand_for_what_is_new() -> None:
    report = changed(judged(rule()), "open-admin-port", status="existing")
    assert told(report) == [("open-admin-port", ()), ("open-high-risk-port", ALL_THREE[2:])]
    report = changed(judged(rule()), "open-high-risk-port", status="existing")
    assert told(report) == [("open-admin-port", ALL_THREE[1:])]


def test_what_was_fixed_is_told_once_too() -> None:
    report = replace(judged(), comparison=Comparison("base", fixed=judged(rule()).findings))
    comparison = subsume(report).comparison
    assert comparison is not None
    assert [(finding.policy, finding.also) for finding in comparison.fixed] == [("open-admin-port", ALL_THREE[1:])]


def test_what_another_tool_says_is_not_lost() -> None:
    report = changed(judged(rule()), "open-high-risk-port", evidence={"ports": [22], "checkov": ["CKV_AWS_1"]})
    assert told(report) == [("open-admin-port", ALL_THREE[2:]), ("open-high-risk-port", ALL_THREE[2:])]


def test_only_policies_that_there_are_are_implied() -> None:
    known = {policy.id for policy in POLICIES}
    implied = {policy.id: set(policy.implies) for policy in POLICIES}
    assert set().union(*implied.values()) <= known
    assert all(name not in implied[other] for name, others in implied.items() for other in others)


def test_the_evidence_of_other_policies_may_hold_anything() -> None:
    odd = Finding("own", Verdict.FAIL, Severity.LOW, "a.b", "is odd", None, evidence={"ports": {"from": [22]}})
    report = judged(rule())
    left = subsume(replace(report, findings=(*report.findings, odd))).findings
    assert [finding.policy for finding in left] == ["open-admin-port", "own"]


def test_many_rules_that_nothing_tells_apart() -> None:
    left = subsume(judged(*[rule(source=NO_VALUE)] * 2000)).findings
    assert {(finding.policy, finding.also) for finding in left} == {("open-admin-port", ALL_THREE[1:])}
    assert len(left) == 2000
