"""The words of comments: ours and those for other tools."""

from __future__ import annotations

from datetime import date

import pytest

from sgwarden.suppressions.comments import MARKERS, Words, own
from sgwarden.suppressions.other_tools import CHECKOV, Check, ForeignWords, checks, foreign
from sgwarden_policies.registry import POLICIES

KNOWN = ("open-admin-port", "open-high-risk-port", "missing-description")
FORM = 'write sgwarden:ignore=POLICY until=2027-01-31 reason="..."'


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# sgwarden:ignore=open-admin-port", Words(("open-admin-port",))),
        ("#sgwarden:ignore=*", Words(("*",))),
        (
            '// sgwarden:ignore=open-admin-port,missing-description until=2027-01-31 reason="a # \\"b\\""',
            Words(("open-admin-port", "missing-description"), date(2027, 1, 31), 'a # "b"'),
        ),
        (
            "/* for now: sgwarden:ignore=open-admin-port\n   reason=ticket-7 until=2027-01-31 */",
            Words(("open-admin-port",), date(2027, 1, 31), "ticket-7"),
        ),
        ('# sgwarden:ignore=open-admin-port reason=" "', Words(("open-admin-port",))),
        (
            "# sgwarden:ignore=open-admin-port until=soon",
            Words(("open-admin-port",), invalid="until=soon is no date; write until=2027-01-31"),
        ),
        (
            "# sgwarden:ignore=open-admin-port until=2027-02-30",
            Words(("open-admin-port",), invalid="until=2027-02-30 is no date; write until=2027-01-31"),
        ),
        ("# sgwarden:ignore", Words(invalid=f"it names no policy; {FORM}")),
        ("# sgwarden:ignore open-admin-port", Words(invalid=f"it names no policy; {FORM}")),
        ("# sgwarden:ignore: open-admin-port", Words(invalid=f"it names no policy; {FORM}")),
        ("# sgwarden:ignore=open-admin-port, missing-description", Words(invalid=f"it names no policy; {FORM}")),
        (
            "# sgwarden:ignore=open-admin",
            Words(("open-admin",), invalid='there is no policy "open-admin"; did you mean "open-admin-port"?'),
        ),
        (
            "# sgwarden:ignore=open-admin-port because of me",
            Words(("open-admin-port",), invalid=f'"because of me" is not understood; {FORM}'),
        ),
        (
            '# sgwarden:ignore=open-admin-port reason="x',
            Words(("open-admin-port",), invalid=f'"reason="x" is not understood; {FORM}'),
        ),
        (
            "# sgwarden:ignore=open-admin-port until=2027-01-31 until=2028-01-31",
            Words(("open-admin-port",), invalid=f'"until=2028-01-31" is not understood; {FORM}'),
        ),
        (
            "# sgwarden:ignore=open-admin-port owner=me",
            Words(("open-admin-port",), invalid=f'"owner=me" is not understood; {FORM}'),
        ),
        (
            "/*\n * sgwarden:ignore=open-admin-port\n * until=2027-01-31\n */",
            Words(("open-admin-port",), date(2027, 1, 31)),
        ),
        ("# sgwarden:ignore=open-admin-port reason='it\"s mine'", Words(("open-admin-port",), reason='it"s mine')),
        ("# sgwarden: ignore=open-admin-port", Words(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
        ("# SGWARDEN:IGNORE=open-admin-port", Words(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
        ("// sgwarden-ignore open-admin-port", Words(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
        ("# sgwarden:skip=open-admin-port", Words(invalid=f"it is not spelled sgwarden:ignore; {FORM}")),
    ],
)
def test_own(comment: str, expected: Words) -> None:
    assert list(own(comment, KNOWN)) == [expected]
    assert MARKERS.search(comment.encode())


def test_two_in_one_comment_and_none() -> None:
    two = '# sgwarden:ignore=open-admin-port reason="a" sgwarden:ignore=missing-description reason="b"'
    assert list(own(two, KNOWN)) == [
        Words(("open-admin-port",), None, "a"),
        Words(("missing-description",), None, "b"),
    ]
    assert list(own("# nothing to see; xsgwarden:ignore=open-admin-port", KNOWN)) == []
    assert list(own("# sgwarden ignores this file; see sgwarden:skip", KNOWN)) == []


PORTS = ("open-admin-port", "open-high-risk-port", "open-unlisted-port")
EGRESS = Check(("unrestricted-egress",))


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (
            "#checkov:skip=CKV_AWS_24:a bastion: yes",
            [ForeignWords("checkov", "checkov:skip=CKV_AWS_24", Check(PORTS, frozenset({22})), "a bastion: yes")],
        ),
        (
            "# bridgecrew:skip=CKV_AWS_382,CKV_AWS_1",
            [ForeignWords("checkov", "checkov:skip=CKV_AWS_382", EGRESS)],
        ),
        ("# checkov:skip=CKV_AWS_1:nothing of ours", []),
        (
            "#tfsec:ignore:aws-vpc-no-public-egress-sgr all of it tfsec:ignore:AWS002",
            [ForeignWords("tfsec", "tfsec:ignore:aws-vpc-no-public-egress-sgr", EGRESS, "all of it")],
        ),
        (
            "// trivy:ignore:AVD-AWS-0104:exp:2027-02-01:ws:prod-*",
            [
                ForeignWords(
                    "trivy", "trivy:ignore:AVD-AWS-0104", EGRESS, None, date(2027, 1, 31), "prod-*"
                )
            ],
        ),
        ("# trivy:ignore:aws-0104", [ForeignWords("trivy", "trivy:ignore:aws-0104", EGRESS)]),
        (
            "# trivy:ignore:AVD-AWS-0104:exp:never",
            [
                ForeignWords(
                    "trivy", "trivy:ignore:AVD-AWS-0104", EGRESS, None, None, None, "exp:never is no date"
                )
            ],
        ),
        (
            "# trivy:ignore:aws-0104[cidr=10.0.0.0/8]",
            [
                ForeignWords(
                    "trivy", "trivy:ignore:aws-0104", EGRESS, None, None, None,
                    "ignores by the value of an attribute are not read; write sgwarden:ignore",
                )
            ],
        ),
        ("# trivy:ignore:AVD-DS-0001", []),
        ("# see trivy: it ignores this", []),
    ],
)  # fmt: skip
def test_foreign(comment: str, expected: list[ForeignWords]) -> None:
    assert list(foreign(comment)) == expected


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
    (words,) = foreign(f"#tfsec:ignore:{name}")
    assert words.tool == "tfsec" and policy in words.check.policies
    assert list(foreign(f"#trivy:ignore:{name}")) == []


def test_the_policies_that_other_checks_mean_exist() -> None:
    every = checks("trivy", "*")
    assert every is not None
    named = {policy for check in CHECKOV.values() for policy in check.policies} | set(every.policies)
    assert named <= {policy.id for policy in POLICIES}
