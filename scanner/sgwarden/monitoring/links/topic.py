"""The topic: does its policy let the alarm publish, and may CloudWatch use its key?

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html and
https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns (alarms cannot publish to a topic under alias/aws/sns;
a key needs kms:Decrypt and kms:GenerateDataKey* for cloudwatch.amazonaws.com). The policy that SNS gives new topics lets
alarms of the account publish, and not EventBridge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from sgwarden.model.monitoring import Declared, Monitoring, Text, Topic
from sgwarden.model.policy_statements import Request, allows, service_context
from sgwarden.model.truth import Truth, all_of, first_decision, maybe
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import matches
from sgwarden.monitoring.arns import arn_spellings, display, join_text
from sgwarden.monitoring.links.link import (
    Check,
    Link,
    LinkKind,
    LinkPath,
    best_path,
    decide_link,
    key_check,
    key_of,
    missing_link,
    region_check,
)
from sgwarden.monitoring.links.subscription import is_topic, subscription_link

CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTS = "events.amazonaws.com"
_AWS_KEY = "alias/aws/sns"


class Publisher(Struct, frozen=True):
    """An alarm or an event rule that publishes to a topic."""

    resource: Declared
    service: str
    arns: tuple[str | Unknown, ...]


def notification_path(
    publisher: Publisher, actions: Sequence[str | Unknown], monitoring: Monitoring, near: Link
) -> LinkPath:
    """Return the best path from the actions of an alarm to a subscription."""
    return best_path(_action_path(publisher, action, monitoring, near) for action in actions)


def _action_path(publisher: Publisher, action: str | Unknown, monitoring: Monitoring, near: Link) -> LinkPath:
    topic = next((each for each in monitoring.topics if is_topic(action, each)), None)
    if topic is not None:
        return LinkPath(
            (
                decide_link(
                    LinkKind.TOPIC,
                    topic,
                    _topic_checks(topic, publisher, monitoring),
                    f"lets {publisher.service} publish",
                ),
                subscription_link(topic, monitoring),
            )
        )
    answer, found, fix = _outside(action, monitoring.place)
    return LinkPath((missing_link(LinkKind.TOPIC, answer, found, fix, near),))


def _outside(action: str | Unknown, place: str) -> tuple[Truth, str, str]:
    fix = "set alarm_actions to the ARN of an SNS topic"
    if isinstance(action, str):
        pieces = action.split(":")
        if len(pieces) < 6 or pieces[0] != "arn":
            return False, f"the action {action} is no ARN", fix
        if pieces[2] != "sns":
            return False, f"the action {action} is no SNS topic", fix
        outside = f"the topic {action} is not in {place}"
        return maybe(outside), outside, ""
    if action.address is not None and ".aws_sns_topic." in f".{action.address}" and action.attribute == "name":
        return False, f"the action {action.address}.name is a name and no ARN", f"use {action.address}.arn"
    kind = (action.address or "").rpartition("module.")[2]
    if kind.startswith(_OTHER_ACTIONS) and action.attribute in ("arn", "id"):
        return False, f"the action {display(action)} is no SNS topic", fix
    return maybe(action.reason), f"the action {display(action)} is not in {place}", ""


_OTHER_ACTIONS = ("aws_lambda_", "aws_autoscaling_policy", "aws_appautoscaling_policy", "aws_ssm", "aws_sqs_queue")


def _topic_checks(topic: Topic, publisher: Publisher, monitoring: Monitoring) -> Iterator[Check]:
    yield region_check(topic.region, publisher.resource.region, publisher.resource.address)
    yield publish_check(topic, publisher)
    yield from _key_checks(topic, publisher, monitoring)


def publish_check(topic: Topic, publisher: Publisher) -> Check:
    """Return the check that the policy of the topic lets the service publish for the publisher."""
    if topic.policy is None:
        answer: Truth = publisher.service == CLOUDWATCH
    else:
        spellings = arn_spellings(topic, "sns", topic.name)
        answers = [
            allows(
                [topic.policy],
                Request("sns:Publish", publisher.service, spellings, service_context(topic.account, arn)),
            )
            for arn in publisher.arns
        ]
        answer = first_decision(answers)
    return Check(
        answer,
        f"the policy of {topic.address} does not let {publisher.service} publish for {publisher.resource.address}",
        f'allow sns:Publish for Service "{publisher.service}" in the policy of the topic',
        "policy",
    )


def _key_checks(topic: Topic, publisher: Publisher, monitoring: Monitoring) -> Iterator[Check]:
    identifier = topic.kms_master_key_id
    if identifier is None:
        return
    argument = "kms_master_key_id"
    written = matches("*" + _AWS_KEY, identifier)
    if written is True:
        yield Check(
            False,
            f"it is encrypted with the key that AWS manages ({_AWS_KEY}), which {publisher.service} cannot use",
            f"encrypt with a key of your own whose policy lets {publisher.service} use kms:Decrypt and kms:GenerateDataKey*",
            argument,
        )
        return
    key = key_of(identifier, monitoring)
    if key is None:
        reason = (
            identifier.reason
            if isinstance(identifier, Unknown)
            else f"the key {identifier} is not in {monitoring.place}"
        )
        yield Check(
            maybe(reason), f"the key {display(identifier)} of the topic is not in {monitoring.place}", "", argument
        )
        return
    yield key_check(key, argument)
    context = service_context(key.account, next(iter(publisher.arns), None))
    answers = [
        allows([key.policy], Request(action, publisher.service, context=context)) if key.policy is not None else False
        for action in ("kms:Decrypt", "kms:GenerateDataKey")
    ]
    yield Check(
        all_of(*answers),
        f"the policy of {key.address} does not let {publisher.service} use the key: nothing is published",
        f'allow kms:Decrypt and kms:GenerateDataKey* for Service "{publisher.service}" in the policy of {key.address}',
        argument,
    )


def alarm_publisher(resource: Declared, name: Text) -> Publisher:
    """Return an alarm as a publisher."""
    rest = None if name is None else join_text("alarm:", name)
    return Publisher(resource, CLOUDWATCH, arn_spellings(resource, "cloudwatch", rest))


def rule_publisher(resource: Declared, name: Text) -> Publisher:
    """Return an event rule as a publisher."""
    rest = None if name is None else join_text("rule/", name)
    return Publisher(resource, EVENTS, arn_spellings(resource, "events", rest))
