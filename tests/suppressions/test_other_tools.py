"""Comments for other tools, and the policies that their checks mean."""

from __future__ import annotations

from datetime import date

import pytest

from sgwarden.suppressions.other_tools import CHECKOV, Check, ForeignComment, checks, read_foreign_comment
from sgwarden_policies.registry import POLICIES

PORTS = ("open-admin-port", "open-high-risk-port", "open-unlisted-port")
EGRESS = Check(("unrestricted-egress",))


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (
            "#checkov:skip=CKV_AWS_24:a bastion: yes",
            [ForeignComment("checkov", "checkov:skip=CKV_AWS_24", Check(PORTS, frozenset({22})), "a bastion: yes")],
        ),
        (
            "# bridgecrew:skip=CKV_AWS_382,CKV_AWS_1",
            [ForeignComment("checkov", "checkov:skip=CKV_AWS_382", EGRESS)],
        ),
        ("# checkov:skip=CKV_AWS_1:nothing of ours", []),
        (
            "#tfsec:ignore:aws-vpc-no-public-egress-sgr all of it tfsec:ignore:AWS002",
            [ForeignComment("tfsec", "tfsec:ignore:aws-vpc-no-public-egress-sgr", EGRESS, "all of it")],
        ),
        (
            "// trivy:ignore:AVD-AWS-0104:exp:2027-02-01:ws:prod-*",
            [
                ForeignComment(
                    "trivy", "trivy:ignore:AVD-AWS-0104", EGRESS, None, date(2027, 1, 31), "prod-*"
                )
            ],
        ),
        ("# trivy:ignore:aws-0104", [ForeignComment("trivy", "trivy:ignore:aws-0104", EGRESS)]),
        (
            "# trivy:ignore:AVD-AWS-0104:exp:never",
            [
                ForeignComment(
                    "trivy", "trivy:ignore:AVD-AWS-0104", EGRESS, None, None, None, "exp:never is no date"
                )
            ],
        ),
        (
            "# trivy:ignore:aws-0104[cidr=10.0.0.0/8]",
            [
                ForeignComment(
                    "trivy", "trivy:ignore:aws-0104", EGRESS, None, None, None,
                    "ignores by the value of an attribute are not read; write sgwarden:ignore",
                )
            ],
        ),
        ("# trivy:ignore:AVD-DS-0001", []),
        ("# see trivy: it ignores this", []),
    ],
)  # fmt: skip
def test_read_foreign_comment(comment: str, expected: list[ForeignComment]) -> None:
    assert list(read_foreign_comment(comment)) == expected


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("AWS006", "open-admin-port"),
        ("AWS007", "unrestricted-egress"),
        ("AWS008", "open-admin-port"),
        ("AWS009", "unrestricted-egress"),
        ("AWS018", "missing-description"),
        ("AWS049", "network-acl-admin-port"),
    ],
)
def test_the_old_names_of_tfsec(name: str, policy: str) -> None:
    (words,) = read_foreign_comment(f"#tfsec:ignore:{name}")
    assert words.tool == "tfsec" and policy in words.check.policies
    assert list(read_foreign_comment(f"#trivy:ignore:{name}")) == []


def test_the_policies_that_other_checks_mean_exist() -> None:
    every = checks("trivy", "*")
    assert every is not None
    named = {policy for check in CHECKOV.values() for policy in check.policies} | set(every.policies)
    assert named <= {policy.id for policy in POLICIES}
