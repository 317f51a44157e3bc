"""Assessment: every policy runs, a broken one turns the run red, equal input gives equal fingerprints."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sgwarden.findings import Outcome
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.policies.models import group, infrastructure, rule


class Broken(OpenAdminPort):
    """A policy with a fault of its own."""

    id = "broken"

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        raise ValueError("no such port")


def test_a_policy_that_raises_is_a_failure_and_the_others_still_run() -> None:
    report = assess([infrastructure(rule())], [Broken(), OpenAdminPort()], Settings())
    assert report.failures == ("broken: ValueError: no such port (in .)",)
    assert [finding.policy for finding in report.findings] == ["open-admin-port"]
    assert not report.complete


def test_counts_what_was_seen_and_passed() -> None:
    skipped = Skipped("module.vpc", "not installed")
    facts = infrastructure(rule(ports=443), rule(), skipped=(skipped,), resources_seen=9)
    report = assess([facts], [OpenAdminPort()], Settings())
    assert (report.passed, report.resources, report.security_groups, report.rules) == ({"open-admin-port": 1}, 9, 1, 2)
    assert (report.skipped, report.complete) == ((skipped,), False)


def test_what_is_left_out_on_purpose_leaves_the_report_complete() -> None:
    facts = infrastructure(rule(), skipped=(Skipped("data.x", "not of interest", complete=True),))
    assert assess([facts], [OpenAdminPort()], Settings()).complete


def test_fingerprints_do_not_know_lines_or_files() -> None:
    moved = replace(rule(), location=Location("elsewhere.tf", 70, 71))
    prints = [
        assess([infrastructure(each)], [OpenAdminPort()], Settings()).findings[0].fingerprint
        for each in (rule(), moved)
    ]
    assert prints[0] == prints[1]
    assert len(prints[0]) == 32


def test_fingerprints_tell_rules_of_one_resource_apart_and_number_equal_ones() -> None:
    facts = infrastructure(rule(), rule(ports=3389), rule(source="::/0"), rule())
    fingerprints = {finding.fingerprint for finding in assess([facts], [OpenAdminPort()], Settings()).findings}
    assert len(fingerprints) == 4


def test_findings_are_sorted_whatever_the_order_of_the_rules() -> None:
    rules = [rule(ports=3389), rule(source="::/0"), rule()]
    reports = [assess([infrastructure(*order)], [OpenAdminPort()], Settings()) for order in (rules, rules[::-1])]
    assert reports[0].findings == reports[1].findings


def test_changed_only_leaves_out_what_the_plan_does_not_touch() -> None:
    kept = rule(address="aws_security_group_rule.kept", actions=("no-op",))
    made = rule(address="aws_security_group_rule.made", actions=("create",))
    mute = rule(address="aws_security_group_rule.mute")
    facts = infrastructure(kept, made, mute, groups=[group(actions=("no-op",))])
    report = assess([facts], [OpenAdminPort()], Settings(), changed_only=True)
    assert [finding.address for finding in report.findings] == [made.address, mute.address]


def test_findings_of_several_roots_carry_their_root() -> None:
    roots = [infrastructure(rule(), source=Source("hcl", path)) for path in ("b", "a")]
    report = assess(roots, [OpenAdminPort()], Settings())
    assert [finding.root for finding in report.findings] == ["a", "b"]
    assert len({finding.fingerprint for finding in report.findings}) == 2
