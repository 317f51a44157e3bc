"""Policy documents, asked whether they let somebody do something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.model.monitoring import Document
from sgwarden.model.policy_statements import Request, allows, parse_document, service_context
from sgwarden.model.refinements import text
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import Text

TOPIC = Unknown("the arn of the topic", "aws_sns_topic.a", "arn", not_null=True)
CALLER = Unknown("read from AWS", "data.aws_caller_identity.current", "account_id")
NOBODY = Unknown('variable "a" has no value')
SERVICE = "cloudwatch.amazonaws.com"


def statement(**changes: Any) -> dict[str, Any]:
    """One that lets alarms publish, changed."""
    plain = {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sns:Publish", "Resource": "*"}
    return {name: value for name, value in (plain | changes).items() if value is not None}


def asked(*statements: dict[str, Any], context: dict[str, Text] | None = None) -> bool | None:
    """Whether the statements let an alarm publish to the topic; None when that is open."""
    document = parse_document(json.dumps({"Statement": list(statements)}))
    assert isinstance(document, Document)
    request = Request("sns:Publish", SERVICE, (TOPIC,), service_context(None, None) if context is None else context)
    answer = allows([document], request)
    return None if isinstance(answer, Maybe) else answer


def condition(test: str, key: str, value: object) -> dict[str, Any]:
    return {"Condition": {test: {key: value}}}


DENY = statement(Effect="Deny", Principal="*")


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ((), False),
        ((statement(),), True),
        ((statement(Action=["sns:Get*", "SNS:publish"]),), True),
        ((statement(Action="sns:*"),), True),
        ((statement(Action=None, NotAction="sns:Publish"),), False),
        ((statement(Action=None, NotAction="sns:Delete*"),), True),
        ((statement(Principal={"Service": "events.amazonaws.com"}),), False),
        ((statement(Principal={"AWS": "*"}),), True),
        ((statement(Principal="*"),), True),
        ((statement(Principal={"AWS": "arn:aws:iam::123456789012:root"}),), False),
        ((statement(Principal=None),), False),
        ((statement(Resource="arn:aws:sns:*:*:other"),), None),
        ((statement(Resource=None),), True),
        ((statement(), DENY), False),
        ((statement(), DENY | condition("Bool", "aws:SecureTransport", "false")), True),
        ((statement(), DENY | condition("StringEquals", "aws:SourceVpc", "vpc-1")), True),
        ((statement(**condition("StringEquals", "AWS:SourceOwner", "123456789012")),), None),
        ((statement(**condition("StringEquals", "aws:SourceVpc", "vpc-1")),), False),
        ((statement(**condition("StringEqualsIfExists", "aws:SourceVpc", "vpc-1")),), True),
        ((statement(**condition("StringNotEquals", "aws:SourceVpc", "vpc-1")),), True),
        ((statement(**condition("Null", "aws:SourceVpc", "true")),), True),
        ((statement(**condition("IpAddress", "aws:SourceIp", "10.0.0.0/8")),), None),
        ((statement(**condition("NumericEquals", "aws:SourceAccount", 5)),), None),
    ],
)  # fmt: skip
def test_allows(statements: tuple[dict[str, Any], ...], answer: bool | None) -> None:
    assert asked(*statements) == answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [(CALLER, True), (NOBODY, None), (text(["arn:aws:iam::", CALLER, ":root"], "r"), False)],
    ids=["the account", "unknown", "an ARN"],
)
def test_conditions_on_the_account(value: Text, answer: bool | None) -> None:
    holes = [
        '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": {"StringEquals": {"aws:SourceAccount": '
    ]
    document = parse_document(Unknown("r", parts=(holes[0], value, "}}}}")))  # type: ignore[arg-type]
    found = allows([document], Request("sns:Publish", SERVICE, (TOPIC,), service_context(None, None)))
    assert (None if isinstance(found, Maybe) else found) == answer


def test_the_reference_to_the_topic_matches_itself() -> None:
    document = parse_document(
        Unknown(
            "r",
            parts=('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "', TOPIC, '"}}'),
        )
    )
    assert allows([document], Request("sns:Publish", SERVICE, (TOPIC,))) is True


def test_a_document_that_is_unknown_leaves_the_question_open() -> None:
    assert isinstance(allows([NOBODY], Request("sns:Publish", SERVICE)), Maybe)
    certain = parse_document(json.dumps({"Statement": statement()}))
    assert allows([NOBODY, certain], Request("sns:Publish", SERVICE)) is True


@pytest.mark.parametrize("document", ["{", "[]", '"x"', '{"Statement": ["x"]}'])
def test_other_text_is_no_policy(document: str) -> None:
    with pytest.raises(ValueError):
        parse_document(document)
