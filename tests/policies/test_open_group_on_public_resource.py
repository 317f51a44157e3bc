"""open-group-on-public-resource: ways in from the internet, and where they lead."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.findings import Severity
from sgwarden.model.infrastructure import Attachment
from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.open_group_on_public_resource import OpenGroupOnPublicResource
from tests.policies.models import HERE, NO_VALUE, group, infrastructure, only, outcomes, rule

WEB, DB = "aws_security_group.web", "aws_security_group.db"
SERVER = "aws_instance.server"
WHY = 'unknown: variable "admin_cidrs" has no value.'
WAY = f"ingress tcp 22 from 0.0.0.0/0 of {WEB}"


def attached(
    address: str = SERVER, groups: Any = (WEB,), public: bool | Unknown | None = True, **more: Any
) -> Attachment:
    """A resource in security groups."""
    return Attachment(address, address.split(".")[0], groups, public, location=Location("main.tf", 40, 45), **more)


@pytest.mark.parametrize(
    ("subject", "rules", "expected"),
    [
        (
            attached(public_because="associate_public_ip_address = true"),
            [rule()],
            [
                (
                    "fail",
                    SERVER,
                    f"Public resource {SERVER} (associate_public_ip_address = true) admits the internet by {WAY}.",
                )
            ],
        ),
        (attached(public=False), [rule()], [("pass", SERVER)]),
        (attached(public=None), [rule()], []),
        (attached(), [rule(ports=443)], [("pass", SERVER)]),
        (attached(), [rule(source="10.0.0.0/8")], [("pass", SERVER)]),
        (attached(groups=(DB,)), [rule()], [("pass", SERVER)]),
        (
            attached(groups=("sg-0123",)),
            [rule()],
            [
                (
                    "undecided",
                    SERVER,
                    f"Public resource {SERVER} may admit the internet by a group whose rules are unknown; "
                    "unknown: the rules of sg-0123, which this input does not hold.",
                )
            ],
        ),
        (
            attached(public=NO_VALUE),
            [rule()],
            [("undecided", SERVER, f"Public resource {SERVER} may admit the internet by {WAY}; {WHY}")],
        ),
        (
            attached(),
            [rule(may_exist=NO_VALUE)],
            [("undecided", SERVER, f"Public resource {SERVER} may admit the internet by {WAY}; {WHY}")],
        ),
        (
            attached(groups=NO_VALUE),
            [rule()],
            [
                (
                    "undecided",
                    SERVER,
                    f"Public resource {SERVER} may admit the internet by a group whose rules are unknown; {WHY}",
                )
            ],
        ),
        (attached(groups=NO_VALUE, public=False), [rule()], [("pass", SERVER)]),
        (
            attached(groups=(NO_VALUE, WEB)),
            [rule()],
            [("fail", SERVER, f"Public resource {SERVER} admits the internet by {WAY}.")],
        ),
    ],
)
def test_verdicts(subject: Attachment, rules: list[Rule], expected: list[tuple[str, ...]]) -> None:
    facts = infrastructure(*rules, groups=[group(), group(DB)], attachments=(subject,))
    assert outcomes(OpenGroupOnPublicResource(), facts) == expected


def test_the_way_goes_on_through_groups_that_trust_one_another() -> None:
    rules = [
        rule(),
        rule(ports=5432, source=WEB, security_group=DB, address=DB),
        rule(ports=9000, source=DB, security_group="aws_security_group.store", may_exist=NO_VALUE),
    ]
    attachments = (
        attached(targets=("aws_instance.behind",)),
        attached("aws_instance.behind", (), None),
        attached("aws_db_instance.main", (DB,), False),
        attached("aws_instance.store", ("aws_security_group.store",), False),
    )
    finding = only(
        OpenGroupOnPublicResource(), infrastructure(*rules, groups=[group(), group(DB)], attachments=attachments)
    )
    assert finding.severity is Severity.CRITICAL
    assert finding.message == (
        f"Public resource {SERVER} admits the internet by {WAY}, "
        "and onward to aws_instance.behind and aws_db_instance.main."
    )
    assert finding.evidence["paths"] == [
        ["internet", SERVER, "forwards to", "aws_instance.behind"],
        ["internet", SERVER, f"ingress tcp 5432 from {WEB} of {DB}", "aws_db_instance.main"],
    ]
    assert (finding.security_group, finding.location, finding.related) == (WEB, HERE, (Location("main.tf", 40, 45),))


def test_groups_that_trust_one_another_in_a_circle_end() -> None:
    rules = [rule(), rule(source=DB), rule(source=WEB, security_group=DB, address=DB), rule(source=None)]
    attachments = (attached(), attached("aws_instance.b", (DB, WEB), False))
    finding = only(OpenGroupOnPublicResource(), infrastructure(*rules, attachments=attachments))
    assert len(finding.evidence["paths"]) == 1
