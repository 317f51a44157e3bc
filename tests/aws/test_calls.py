"""Which calls are made, how many, and that no other is possible."""

from __future__ import annotations

from collections import Counter

import boto3
import pytest

from sgwarden.aws import read
from sgwarden.aws.accounts import AccountSelection
from sgwarden.aws.calls import Account, Interrupted, Log, is_reading
from sgwarden.aws.failures import NotRead
from tests.aws import world
from tests.aws.double import Double, Fault


def test_every_call_only_reads(aws: Double) -> None:
    aws.answers = world.answers()
    result = read.read(AccountSelection())
    names = {operation for operation, _ in aws.seen}
    assert {name for name in names if not name.startswith(("Describe", "Get", "List", "Lookup"))} == set()
    assert sum(result.log.calls.values()) == len(aws.seen)
    assert len(names) == 34


@pytest.mark.parametrize(
    ("service", "operation"),
    [("ec2", "RevokeSecurityGroupIngress"), ("sns", "Publish"), ("iam", "CreateRole"), ("ec2", "Describer")],
)
def test_other_calls_are_refused(service: str, operation: str) -> None:
    assert not is_reading(service, operation)


def test_clients_have_no_writing_calls(aws: Double) -> None:
    account = Account(aws.session(None), Log(), "test")
    for service in (
        "ec2",
        "cloudtrail",
        "logs",
        "cloudwatch",
        "sns",
        "events",
        "iam",
        "kms",
        "config",
        "organizations",
    ):
        operations = account.client(service, "eu-west-1").meta.service_model.operation_names
        assert [name for name in operations if not name.startswith(("Describe", "Get", "List", "Lookup"))] == []
        assert operations


def test_a_writing_call_never_leaves_the_process(aws: Double) -> None:
    session = boto3.Session("a", "b", region_name="eu-west-1")
    account = Account(session, Log(), "test")
    with pytest.raises(PermissionError, match="ec2:DeleteSecurityGroup is no reading call"):
        account.call("ec2", "eu-west-1", "delete_security_group", GroupId="sg-1")
    assert account.log.calls == Counter()


def test_throttled_calls_are_tried_again(aws: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    account = Account(aws.session(None), Log(), "test")
    aws.faults = {("DescribeNetworkAcls", 0): Fault(503, "RequestLimitExceeded", times=2)}
    assert account.pages("ec2", "eu-west-1", "describe_network_acls", "NetworkAcls") == []
    assert aws.attempts == 3


def test_a_run_that_was_given_up_calls_nothing_more(aws: Double) -> None:
    log = Log()
    account = Account(aws.session(None), log, "test")
    log.stop()
    with pytest.raises(Interrupted):
        account.call("ec2", "eu-west-1", "describe_regions")


def test_a_token_that_comes_again_ends_the_pages(aws: Double) -> None:
    account = Account(aws.session(None), Log(), "test")
    aws.answers = {"DescribeNetworkAcls": lambda region, _: {"NetworkAcls": [{}], "NextToken": "same"}}
    with pytest.raises(NotRead, match="same next token was received twice"):
        account.pages("ec2", "eu-west-1", "describe_network_acls", "NetworkAcls")
