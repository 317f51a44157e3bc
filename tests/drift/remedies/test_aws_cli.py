"""Commands of the AWS CLI and the documents that they take."""

from __future__ import annotations

import pytest

from sgwarden.drift.remedies.aws_cli import permission, rule_request, shorthand
from sgwarden.model.security_groups import Rule
from tests.policies.models import rule

WEB, DB = "sg-0aaaaaaaaaaaaaaa1", "sg-0aaaaaaaaaaaaaaa2"


@pytest.mark.parametrize(
    ("subject", "as_permission", "as_request"),
    [
        (
            rule(),
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "why"}]},
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0", "Description": "why"},
        ),
        (
            rule("all", None, "2001:db8::/32", description=None),
            {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]},
            {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv6": "2001:db8::/32"},
        ),
        (
            rule(source="pl-1", description=None),
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": "pl-1"}]},
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListId": "pl-1"},
        ),
        (
            rule(source=f"999988887777/{DB}", kind="security_group", description=None),
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": DB, "UserId": "999988887777"}]},
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "ReferencedGroupId": DB},
        ),
        (
            rule(source=None, description=None),
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": WEB}]},
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "ReferencedGroupId": WEB},
        ),
    ],
)  # fmt: skip
def test_documents_of_ec2(subject: Rule, as_permission: dict[str, object], as_request: dict[str, object]) -> None:
    assert permission(subject, WEB) == as_permission
    assert rule_request(subject, WEB) == as_request


@pytest.mark.parametrize(
    ("value", "written"),
    [("plain", "plain"), ("", '""'), ("a,b", '"a,b"'), ('say "hi"', '"say \\"hi\\""'), ("a\\b", '"a\\\\b"')],
)
def test_the_shorthand_syntax(value: str, written: str) -> None:
    assert shorthand(value) == written
