"""Live accounts under a configuration."""

from __future__ import annotations

from sgwarden.config.effective import effective
from sgwarden.run.audit import audit
from sgwarden.run.options import AuditOptions
from sgwarden.settings import Settings
from tests.drift.models import allow, live, live_group
from tests.run.models import policies

OPEN = allow("tcp", (22, 22), IpRanges=[{"CidrIp": "0.0.0.0/0"}])
OTHER = "444455556666"


def options(**values: object) -> AuditOptions:
    return AuditOptions(effective(None, {}, values), policies("open-admin-port"), Settings())


def test_findings_name_the_region() -> None:
    regions = (*live(live_group("web", ingress=[OPEN])), *live(live_group("app", "sg-2"), region="eu-west-2"))
    report = audit(regions, options())
    assert [(finding.policy, finding.root) for finding in report.findings] == [
        ("open-admin-port", "111122223333/eu-west-1")
    ]


def test_other_accounts_are_left_out_and_named() -> None:
    both = (*live(live_group()), *live(live_group(ingress=[OPEN], account=OTHER), account=OTHER))
    report = audit(both, options(accounts=["111122223333"]))
    assert report.findings == ()
    assert [(each.what, each.reason, each.complete) for each in report.skipped] == [
        (f"account {OTHER} eu-west-1", "the configuration does not list it in accounts", True)
    ]
