"""What is denied, throttled, cut off or expired is said, and nothing partial is taken for the whole."""

from __future__ import annotations

import pytest

from sgwarden.aws.accounts import AccountSelection
from sgwarden.errors import SgwardenError
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.sources.live import read_accounts
from tests.aws import world
from tests.aws.double import Double, Fault

HOME = AccountSelection(regions=("eu-west-1",))
DENIED = {
    "ec2": Fault(403, "UnauthorizedOperation", "You are not authorized to perform this operation."),
    "query": Fault(403, "AccessDenied", "User is not authorized"),
    "json": Fault(400, "AccessDeniedException", "User is not authorized"),
}
EC2 = {
    "DescribeSecurityGroups": {"security_groups"},
    "DescribeSecurityGroupRules": set(),
    "DescribeManagedPrefixLists": {"prefix_lists"},
    "DescribeSecurityGroupVpcAssociations": set(),
    "GetManagedPrefixListEntries": set(),
    "DescribeNetworkInterfaces": {"attachments"},
    "DescribeNetworkAcls": {"network_acl_rules"},
}
_DETAILS = ("DescribeSecurityGroupRules", "GetManagedPrefixListEntries", "DescribeSecurityGroupVpcAssociations")
CHAIN = {
    **dict.fromkeys(("GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies"), "query"),
    **dict.fromkeys(("GetPolicy", "GetPolicyVersion", "GetTopicAttributes"), "query"),
    **dict.fromkeys(("ListSubscriptionsByTopic", "GetSubscriptionAttributes"), "query"),
    **dict.fromkeys(("DescribeTrails", "GetTrailStatus", "GetEventSelectors", "DescribeLogGroups"), "json"),
    **dict.fromkeys(("DescribeMetricFilters", "DescribeAlarms", "ListRules", "ListTargetsByRule"), "json"),
    **dict.fromkeys(("DescribeConfigurationRecorders", "DescribeConfigurationRecorderStatus"), "json"),
    **dict.fromkeys(("DescribeDeliveryChannels", "DescribeKey", "GetKeyPolicy", "ListAliases"), "json"),
    **dict.fromkeys(("ListAlarmMuteRules", "GetAlarmMuteRule"), "json"),
}


def read(aws: Double) -> Infrastructure:
    (place,) = read_accounts.read(HOME)
    return place


def whole(aws: Double) -> Infrastructure:
    """What is read without faults."""
    before, aws.faults = aws.faults, {}
    place = read(aws)
    aws.faults = before
    aws._pages.clear()
    return place


def test_nothing_is_unread_without_faults(aws: Double) -> None:
    aws.answers = world.answers()
    place = whole(aws)
    assert (place.unread, place.skipped, place.monitoring.complete) == (frozenset(), (), True)


@pytest.mark.parametrize(("operation", "missing"), EC2.items())
def test_each_denied_call_of_ec2(aws: Double, operation: str, missing: set[str]) -> None:
    aws.answers = world.answers()
    expected = whole(aws)
    aws.faults = {(operation, 0): DENIED["ec2"]}
    place = read(aws)
    assert place.unread == missing
    told = [f"{each.what}: {each.reason}" for each in place.skipped if not each.complete]
    assert any(f"access to ec2:{operation} is denied (UnauthorizedOperation)" in line for line in told)
    for kind in ("security_groups", "rules", "prefix_lists", "network_acl_rules", "attachments"):
        if kind in missing:
            assert getattr(place, kind) == ()
        elif operation not in _DETAILS:
            assert getattr(place, kind) == getattr(expected, kind)
    assert place.monitoring == expected.monitoring


@pytest.mark.parametrize(("operation", "protocol"), CHAIN.items())
def test_each_denied_call_of_the_chain(aws: Double, operation: str, protocol: str) -> None:
    aws.answers = world.answers()
    aws.faults = {(operation, 0): DENIED[protocol]}
    place = read(aws)
    assert place.unread == {"monitoring"}
    assert place.monitoring.complete is False
    assert any(f":{operation} is denied" in each.reason for each in place.skipped)
    assert len(place.rules) == 2


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(503, "RequestLimitExceeded"), "AWS throttled ec2:DescribeSecurityGroups"),
        (Fault(drop=True), "ConnectionClosedError"),
        (Fault(200, body=b"<DescribeSecurityGroupsResponse><securityGroupInfo><item>"), "ResponseParserError"),
        (Fault(500, body=b"<html>Bad gateway</html>"), "ec2:DescribeSecurityGroups failed"),
        (Fault(400, "RequestExpired"), "the credentials have expired"),
    ],
    ids=["throttled", "dropped", "cut", "gateway", "expired"],
)
def test_a_page_that_fails_takes_its_list_with_it(aws: Double, page: int, fault: Fault, reason: str) -> None:
    aws.answers = world.answers()
    aws.faults = {("DescribeSecurityGroups", page): fault}
    place = read(aws)
    assert place.security_groups == ()
    assert place.unread == {"security_groups"}  # rules come from DescribeSecurityGroupRules then
    assert any(reason in each.reason and not each.complete for each in place.skipped)


def test_associations_with_further_vpcs(aws: Double) -> None:
    aws.answers = world.answers()
    assert [group.vpc_associations for group in whole(aws).security_groups] == [("vpc-2",), ()]
    aws.faults = {("DescribeSecurityGroupVpcAssociations", 0): Fault(400, "InvalidAction")}
    place = read(aws)
    assert [group.vpc_associations for group in place.security_groups] == [None, None]
    assert [each.complete for each in place.skipped] == [True]


def test_rules_without_ids_when_their_ids_are_denied(aws: Double) -> None:
    aws.answers = world.answers()
    expected = whole(aws)
    aws.faults = {("DescribeSecurityGroupRules", 1): DENIED["ec2"]}
    place = read(aws)
    assert [rule.id for rule in place.rules] == [None, None]
    assert {(rule.security_group, rule.peer) for rule in place.rules} == {
        (rule.security_group, rule.peer) for rule in expected.rules
    }
    assert [each.what for each in place.skipped] == ["123456789012/eu-west-1 ids of rules"]


def test_a_region_that_is_not_enabled_does_not_stop_the_others(aws: Double) -> None:
    aws.answers = world.answers()
    aws.only = "us-east-1"
    aws.faults = {
        (operation, 0): Fault(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        for operation in EC2
    }
    first, second = read_accounts.read(AccountSelection())
    assert (first.region, first.unread, len(first.rules)) == ("eu-west-1", frozenset(), 2)
    assert second.unread == {"security_groups", "rules", "prefix_lists", "network_acl_rules", "attachments"}
    assert all("the region is not enabled for the account" in s.reason for s in second.skipped if "rules" not in s.what)


def test_regions_by_name(aws: Double) -> None:
    aws.answers = world.answers()
    aws.answers["DescribeRegions"] = [
        {"Regions": [{"RegionName": "eu-west-1"}, {"RegionName": "me-south-1", "OptInStatus": "not-opted-in"}]}
    ]
    first, second = read_accounts.read(AccountSelection(regions=("eu-west-1", "me-south-1")))
    assert (first.region, first.unread) == ("eu-west-1", frozenset())
    assert (second.account, second.region, "rules" in second.unread) == ("123456789012", "me-south-1", True)
    assert [(each.what, each.reason) for each in second.skipped] == [
        ("123456789012/me-south-1", "the region is not enabled for the account")
    ]
    with pytest.raises(SgwardenError, match="did you mean eu-west-1"):
        read_accounts.read(AccountSelection(regions=("eu-wset-1",)))
    aws._pages.clear()
    aws.faults = {("DescribeRegions", 0): DENIED["ec2"]}
    (only,) = read_accounts.read(HOME)
    assert only.unread == frozenset()


def test_an_endpoint_that_cannot_be_reached_is_not_tried_again(aws: Double) -> None:
    aws.answers = world.answers()
    aws.faults = {("DescribeAlarms", 0): Fault(unreachable=True)}
    place = read(aws)
    assert place.unread == {"monitoring"}
    told = {each.what.partition(" ")[2] for each in place.skipped if "EndpointConnectionError" in each.reason}
    assert told == {"alarms", "composite alarms", "log alarms", "alarm mute rules"}
    assert aws.attempts == 1


def test_what_is_gone_is_no_failure(aws: Double) -> None:
    aws.answers = world.answers()
    aws.faults = {("GetTopicAttributes", 0): Fault(404, "NotFound", "Topic does not exist")}
    place = read(aws)
    assert (place.monitoring.topics, place.unread) == ((), frozenset())


def test_subscriptions_that_were_refused_may_be_there(aws: Double) -> None:
    aws.answers = world.answers()
    aws.faults = {("ListSubscriptionsByTopic", 0): DENIED["query"]}
    (subscription,) = read(aws).monitoring.subscriptions
    assert subscription.topic_arn == world.TOPIC
    assert subscription.may_exist is not None


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(403, "ExpiredToken"), "the AWS credentials have expired; sign in again"),
        (Fault(403, "InvalidClientTokenId"), "AWS does not accept the credentials"),
        (Fault(drop=True), "sts:GetCallerIdentity failed: ConnectionClosedError"),
    ],
)
def test_credentials_that_do_not_work_end_the_run(aws: Double, fault: Fault, message: str) -> None:
    aws.faults = {("GetCallerIdentity", 0): fault}
    with pytest.raises(SgwardenError) as raised:
        read_accounts.read(AccountSelection())
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_regions_that_cannot_be_listed(aws: Double) -> None:
    aws.faults = {("DescribeRegions", 0): DENIED["ec2"]}
    (account,) = read_accounts.read(AccountSelection())
    assert (account.account, account.region) == ("123456789012", None)
    assert "security_groups" in account.unread
    assert [each.reason for each in account.skipped] == [
        "its regions cannot be listed: access to ec2:DescribeRegions is denied (UnauthorizedOperation); "
        "name them with --region"
    ]


def test_an_interrupt_stops_the_reading(aws: Double) -> None:
    aws.answers = world.answers()

    def interrupted(place: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_accounts.read(AccountSelection(), interrupted)


def _no_session(profile: str | None) -> object:
    import boto3

    return boto3.Session(profile_name=profile)


@pytest.mark.parametrize(
    ("profile", "message"),
    [((), "there are no AWS credentials"), (("nowhere",), "The config profile (nowhere) could not be found")],
)
def test_no_credentials_at_all(
    aws: Double, monkeypatch: pytest.MonkeyPatch, tmp_path: object, profile: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr("sgwarden.aws.accounts._session", _no_session)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, f"{tmp_path}/none")
    with pytest.raises(SgwardenError) as raised:
        read_accounts.read(AccountSelection(profiles=profile))
    assert message in str(raised.value)
