"""The status of each finding of a change beside the report of its base."""

from __future__ import annotations

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.gate.compare_reports import compare_reports, suppressed, with_existing
from sgwarden.model.infrastructure import Infrastructure, Skipped
from tests.policies.models import infrastructure, rule

BASE = [infrastructure(rule(ports=22))]


def finding(port: str, status: str = "new", root: str = ".") -> Finding:
    return Finding(
        policy="open-admin-port", verdict=Verdict.FAIL, severity=Severity.HIGH, address="aws_security_group.web",
        fault="is open", location=None, security_group="aws_security_group.web", root=root, status=status,  # type: ignore[arg-type]
        identity=("ingress", "tcp", port, port, "cidr_ipv4", "0.0.0.0/0"),
    )  # fmt: skip


def report_of(*findings: Finding, skipped: tuple[Skipped, ...] = (), failures: tuple[str, ...] = ()) -> Report:
    return Report(findings, {}, skipped, failures)


def statuses(report: Report) -> list[str]:
    return [each.status for each in report.findings]


def test_new_existing_and_fixed() -> None:
    after = [infrastructure(rule(ports=22), rule(ports=3389))]
    earlier = report_of(finding("22"), finding("23"))
    report = compare_reports(report_of(finding("22"), finding("3389")), after, earlier, BASE, "main")
    assert statuses(report) == ["existing", "new"]
    assert report.comparison is not None
    assert (report.comparison.base, report.comparison.notes) == ("main", ())
    assert [(each.identity[2], each.status) for each in report.comparison.fixed] == [("23", "fixed")]


def test_what_is_suppressed_in_the_base_excuses_nothing() -> None:
    earlier = report_of(finding("22", "suppressed"))
    assert statuses(compare_reports(report_of(finding("22")), BASE, earlier, BASE, "main")) == ["new"]


def test_a_base_without_anything_of_it() -> None:
    nothing: list[Infrastructure] = []
    assert statuses(compare_reports(report_of(finding("22")), BASE, None, nothing, "main")) == ["new"]


def test_a_root_that_the_base_has_as_it_is() -> None:
    report = report_of(finding("22", root="same"), finding("22", "suppressed", "same"), finding("22", root="."))
    found = compare_reports(report, BASE, report_of(), BASE, "main", same=frozenset({"same"}))
    assert statuses(found) == ["existing", "suppressed", "new"]


def test_what_only_the_base_could_not_read_is_a_note() -> None:
    unread = Skipped("module.vpc", "is not on disk")
    earlier = report_of(
        skipped=(unread, Skipped("data.x", "not of interest", complete=True)), failures=("p: ValueError",)
    )
    report = compare_reports(report_of(), BASE, earlier, BASE, "main", ("first",))
    assert report.comparison is not None
    assert report.comparison.notes == (
        "first",
        "the base was not wholly read, so what is there may be shown as new: module.vpc: is not on disk",
        "a policy broke over the base: p: ValueError",
    )
    both = compare_reports(report_of(skipped=(unread,)), BASE, report_of(skipped=(unread,)), BASE, "main")
    assert both.comparison is not None
    assert both.comparison.notes == ()


def test_positions() -> None:
    findings = (finding("22"), finding("23", "suppressed"))
    assert suppressed(findings) == frozenset({1})
    assert [each.status for each in with_existing(findings, frozenset({0}))] == ["existing", "suppressed"]
