"""From the alarm to a person: the topic, what it lets publish, its key, and its subscriptions.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html and
https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns (alarms cannot publish to a topic under alias/aws/sns;
a key needs kms:Decrypt and kms:GenerateDataKey* for cloudwatch.amazonaws.com). The policy that SNS gives new topics lets
alarms of the account publish, and not EventBridge. Whether somebody confirmed a subscription cannot be known
from code; only a state or a live account shows that it is pending.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from msgspec import Struct

from sgwarden.model.monitoring import Declared, Monitoring, Subscription, Text, Topic
from sgwarden.model.policy_statements import Request, all_of, allows, service_context
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import Answer, first_decision, matches, same_in_any
from sgwarden.monitoring.arns import arns, joined, shown
from sgwarden.monitoring.links.alarm import region_check
from sgwarden.monitoring.links.delivery import key_enabled, key_of
from sgwarden.monitoring.links.link import Check, Link, LinkKind, Path, best, link, missing

CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTS = "events.amazonaws.com"
_AWS_KEY = "alias/aws/sns"
_CONFIRMED_BY_HAND = frozenset({"email", "email-json", "http", "https"})


class Sender(Struct, frozen=True):
    """What publishes: an alarm, or an event rule."""

    resource: Declared
    service: str
    arns: tuple[str | Unknown, ...]


def told(sender: Sender, actions: Sequence[str | Unknown], monitoring: Monitoring, near: Link) -> Path:
    """The best way from the actions of an alarm to a subscription."""
    paths = []
    for action in actions:
        paths.append(_told_by(sender, action, monitoring, near))
    return best(paths)


def _told_by(sender: Sender, action: str | Unknown, monitoring: Monitoring, near: Link) -> Path:
    topic = next((each for each in monitoring.topics if _is_topic(action, each)), None)
    if topic is not None:
        return Path(
            (
                link(LinkKind.TOPIC, topic, _topic_checks(topic, sender, monitoring), f"lets {sender.service} publish"),
                _subscription(topic, monitoring, sender),
            )
        )
    answer, found, fix = _outside(action, monitoring.place)
    return Path((missing(LinkKind.TOPIC, answer, found, fix, near),))


def _is_topic(action: str | Unknown, topic: Topic) -> bool:
    """Whether the action is certainly the topic."""
    return same_in_any(action, arns(topic, "sns", topic.name)) is True


def _outside(action: str | Unknown, place: str) -> tuple[Answer, str, str]:
    fix = "set alarm_actions to the ARN of an SNS topic"
    if isinstance(action, str):
        pieces = action.split(":")
        if len(pieces) < 6 or pieces[0] != "arn":
            return False, f"the action {action} is no ARN", fix
        if pieces[2] != "sns":
            return False, f"the action {action} is no SNS topic", fix
        outside = f"the topic {action} is not in {place}"
        return Unknown(outside), outside, ""
    if action.address is not None and ".aws_sns_topic." in f".{action.address}" and action.attribute == "name":
        return False, f"the action {action.address}.name is a name and no ARN", f"use {action.address}.arn"
    kind = (action.address or "").rpartition("module.")[2]
    if kind.startswith(_OTHER_ACTIONS) and action.attribute in ("arn", "id"):
        return False, f"the action {shown(action)} is no SNS topic", fix
    return Unknown(action.reason), f"the action {shown(action)} is not in {place}", ""


_OTHER_ACTIONS = ("aws_lambda_", "aws_autoscaling_policy", "aws_appautoscaling_policy", "aws_ssm", "aws_sqs_queue")


def _topic_checks(topic: Topic, sender: Sender, monitoring: Monitoring) -> Iterator[Check]:
    yield region_check(topic.region, sender.resource.region, sender.resource.address)
    yield publishing_check(topic, sender)
    yield from _key_checks(topic, sender, monitoring)


def publishing_check(topic: Topic, sender: Sender) -> Check:
    """Whether the policy of the topic lets the service publish for the sender."""
    if topic.policy is None:
        answer: Answer = sender.service == CLOUDWATCH
    else:
        spellings = arns(topic, "sns", topic.name)
        answers = [
            allows(
                [topic.policy], Request("sns:Publish", sender.service, spellings, service_context(topic.account, arn))
            )
            for arn in sender.arns
        ]
        answer = first_decision(answers)
    return Check(
        answer,
        f"the policy of {topic.address} does not let {sender.service} publish for {sender.resource.address}",
        f'allow sns:Publish for Service "{sender.service}" in the policy of the topic',
        "policy",
    )


def _key_checks(topic: Topic, sender: Sender, monitoring: Monitoring) -> Iterator[Check]:
    identifier = topic.kms_master_key_id
    if identifier is None:
        return
    argument = "kms_master_key_id"
    written = matches("*" + _AWS_KEY, identifier)
    if written is True:
        yield Check(
            False,
            f"it is encrypted with the key that AWS manages ({_AWS_KEY}), which {sender.service} cannot use",
            f"encrypt with a key of your own whose policy lets {sender.service} use kms:Decrypt and kms:GenerateDataKey*",
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
            Unknown(reason), f"the key {shown(identifier)} of the topic is not in {monitoring.place}", "", argument
        )
        return
    yield key_enabled(key, argument)
    context = service_context(key.account, next(iter(sender.arns), None))
    answers = [
        allows([key.policy], Request(action, sender.service, context=context)) if key.policy is not None else False
        for action in ("kms:Decrypt", "kms:GenerateDataKey")
    ]
    yield Check(
        all_of(answers),
        f"the policy of {key.address} does not let {sender.service} use the key: nothing is published",
        f'allow kms:Decrypt and kms:GenerateDataKey* for Service "{sender.service}" in the policy of {key.address}',
        argument,
    )


def _subscription(topic: Topic, monitoring: Monitoring, sender: Sender) -> Link:
    links: list[Link] = []
    doubts: list[Unknown] = []
    for subscription in monitoring.subscriptions:
        if subscription.topic_arn is not None and _is_topic(subscription.topic_arn, topic):
            links.append(
                link(LinkKind.SUBSCRIPTION, subscription, _subscription_checks(subscription), _about(subscription))
            )
        elif isinstance(subscription.topic_arn, Unknown) and subscription.topic_arn.address is None:
            doubts.append(subscription.topic_arn)
    if links:
        return best(Path((each,)) for each in links).links[0]
    found = f"no subscription of {topic.address} is in {monitoring.place}"
    answer: Answer
    if doubts:
        answer = Unknown(doubts[0].reason)
        found = f"whether a subscription is to {topic.address} is not known"
    elif monitoring.exhaustive:
        answer = False
    else:
        answer = Unknown(f"{found}; whether one was made by hand is not known")
    fix = f"add an aws_sns_topic_subscription with topic_arn = {topic.address}.arn"
    return Link(LinkKind.SUBSCRIPTION, None, answer, found, fix, topic.location)


def _about(subscription: Subscription) -> str:
    protocol = subscription.protocol if isinstance(subscription.protocol, str) else "endpoint"
    if subscription.pending_confirmation is False:
        return f"{protocol}, confirmed"
    if protocol in _CONFIRMED_BY_HAND:
        return f"{protocol}; code does not tell whether it was confirmed"
    return protocol


def _subscription_checks(subscription: Subscription) -> Iterator[Check]:
    pending = subscription.pending_confirmation
    if pending is not None:
        yield Check(
            not pending if isinstance(pending, bool) else pending,
            "it waits for its confirmation: nothing is delivered",
            "confirm it with the link in the message that SNS sent to the endpoint",
            "endpoint",
        )
    policy = subscription.filter_policy
    if policy is None:
        return
    if isinstance(policy, Unknown):
        yield Check(policy, "its filter_policy is not known", "", "filter_policy")
        return
    yield _filter_policy(policy, subscription.filter_policy_scope)


def _filter_policy(policy: str, scope: Text) -> Check:
    """Notifications of alarms have no message attributes, so every condition on one drops them."""
    fix = "remove filter_policy"
    try:
        conditions = json.loads(policy)
    except ValueError:
        return Check(False, "its filter_policy is no JSON", fix, "filter_policy")
    if not isinstance(conditions, dict) or not conditions:
        return Check(True)
    if isinstance(scope, Unknown):
        return Check(scope, "its filter_policy_scope is not known", "", "filter_policy_scope")
    if scope == "MessageBody":
        reason = "what its filter_policy makes of the body of an alarm's message"
        return Check(Unknown(reason), "it has a filter_policy on the message", fix, "filter_policy")
    accepts = all(_accepts_absence(alternatives) for alternatives in conditions.values())
    names = ", ".join(sorted(conditions))
    found = f"its filter_policy asks for the attribute {names}, which messages of alarms do not have: all are dropped"
    return Check(accepts, found, fix, "filter_policy")


def _accepts_absence(alternatives: object) -> bool:
    return isinstance(alternatives, list) and {"exists": False} in alternatives


def alarm_sender(resource: Declared, name: Text) -> Sender:
    """An alarm as a publisher."""
    rest = None if name is None else joined("alarm:", name)
    return Sender(resource, CLOUDWATCH, arns(resource, "cloudwatch", rest))


def rule_sender(resource: Declared, name: Text) -> Sender:
    """An event rule as a publisher."""
    rest = None if name is None else joined("rule/", name)
    return Sender(resource, EVENTS, arns(resource, "events", rest))
