"""Several accounts: by role, by profile, and all of an organization."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.aws import accounts
from sgwarden.aws.accounts import AccountSelection, role_arns
from sgwarden.aws.calls import Log
from sgwarden.errors import SgwardenError, UsageError
from sgwarden.sources.live import read_accounts
from tests.aws import world
from tests.aws.double import ACCOUNT, Double, Fault

OTHER, THIRD, CLOSED = "222222222222", "333333333333", "444444444444"


@pytest.fixture
def roles(aws: Double, monkeypatch: pytest.MonkeyPatch) -> Double:
    """Sessions of assumed roles talk to the double as well; it answers for the account of the role."""
    aws.answers = world.answers()
    new_session = accounts.new_session

    def session(**arguments: Any) -> Any:
        return aws.attach(new_session(**arguments))

    def assume(region: str, params: Any) -> dict[str, Any]:
        account = str(params["body"]["RoleArn"]).split(":")[4]
        given.append(params["body"])
        return {
            "Credentials": {"AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "T", "Expiration": None},
            "AssumedRoleUser": {"Arn": f"arn:aws:sts::{account}:assumed-role/audit/sgwarden", "AssumedRoleId": "x"},
        }

    given: list[dict[str, Any]] = []
    aws.given = given
    aws.answers["AssumeRole"] = assume
    monkeypatch.setattr(accounts, "new_session", session)
    monkeypatch.setattr(accounts, "_session", lambda profile: session(
        aws_access_key_id="A", aws_secret_access_key="S", region_name="eu-west-1"
    ))  # fmt: skip
    return aws


def test_a_role_with_an_external_id(roles: Double) -> None:
    arn = f"arn:aws:iam::{OTHER}:role/audit"
    (place,) = read_accounts.read(AccountSelection(regions=("eu-west-1",), role_arns=(arn,), external_id="secret"))
    assert (place.account, len(place.rules)) == (OTHER, 2)
    assert [(each["RoleArn"], each["ExternalId"], each["RoleSessionName"]) for each in roles.given] == [
        (arn, "secret", "sgwarden")
    ]


def test_an_organization(roles: Double) -> None:
    roles.answers["ListAccounts"] = [
        {"Accounts": [{"Id": OTHER, "Status": "ACTIVE"}, {"Id": CLOSED, "Status": "SUSPENDED"}]},
        {"Accounts": [{"Id": ACCOUNT, "Status": "ACTIVE"}]},
    ]
    places = read_accounts.read(AccountSelection(regions=("eu-west-1",), organization_role="audit"))
    assert [(place.account, place.region) for place in places] == [
        (ACCOUNT, "eu-west-1"),
        (OTHER, "eu-west-1"),
        (CLOSED, None),
    ]
    assert [each["RoleArn"] for each in roles.given] == [f"arn:aws:iam::{OTHER}:role/audit"]
    (closed,) = places[2].skipped
    assert (closed.what, closed.reason, closed.complete) == (f"account {CLOSED}", "the account is suspended", True)


def test_an_account_whose_role_is_refused_does_not_stop_the_others(roles: Double) -> None:
    roles.answers["ListAccounts"] = [{"Accounts": [{"Id": ACCOUNT}, {"Id": OTHER}]}]
    roles.faults = {("AssumeRole", 0): Fault(403, "AccessDenied", "not authorized")}
    own, other = read_accounts.read(AccountSelection(regions=("eu-west-1",), organization_role="audit"))
    assert (own.account, own.unread) == (ACCOUNT, frozenset())
    assert (other.account, other.region, "security_groups" in other.unread) == (OTHER, None, True)
    assert [each.reason for each in other.skipped] == ["access to sts:AssumeRole is denied (AccessDenied)"]


def test_an_organization_that_cannot_be_listed(roles: Double) -> None:
    roles.faults = {("ListAccounts", 0): Fault(400, "AccessDeniedException")}
    with pytest.raises(SgwardenError, match="organizations:ListAccounts") as raised:
        read_accounts.read(AccountSelection(organization_role="audit"))
    assert "management account" in str(raised.value)


def test_profiles_of_one_account_are_read_once(roles: Double) -> None:
    reached = accounts.reach(AccountSelection(profiles=("a", "b")), Log())
    assert [account.label for account in reached.accounts] == ["profile a"]


@pytest.mark.parametrize("text", ["audit", "arn:aws:iam::1:user/x", "arn:aws:s3:::role/x"])
def test_what_is_no_arn_of_a_role(text: str) -> None:
    with pytest.raises(UsageError):
        role_arns([text])
