"""The subscription of a topic: does somebody get what is published?

Code does not say whether somebody confirmed a subscription; only a state or a live account shows that it is pending.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sgwarden.model.monitoring import Monitoring, Subscription, Text, Topic
from sgwarden.model.truth import Truth, maybe, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same_in_any
from sgwarden.monitoring.arns import arn_spellings
from sgwarden.monitoring.links.link import Check, Link, LinkKind, LinkPath, best_path, decide_link

_CONFIRMED_BY_HAND = frozenset({"email", "email-json", "http", "https"})


def is_topic(action: str | Unknown, topic: Topic) -> bool:
    """Return True if an ARN or a reference is certainly the topic."""
    return same_in_any(action, arn_spellings(topic, "sns", topic.name)) is True


def subscription_link(topic: Topic, monitoring: Monitoring) -> Link:
    """Return the best subscription of a topic, as a link."""
    links: list[Link] = []
    doubts: list[Unknown] = []
    for subscription in monitoring.subscriptions:
        if subscription.topic_arn is not None and is_topic(subscription.topic_arn, topic):
            links.append(
                decide_link(
                    LinkKind.SUBSCRIPTION, subscription, _subscription_checks(subscription), _about(subscription)
                )
            )
        elif isinstance(subscription.topic_arn, Unknown) and subscription.topic_arn.address is None:
            doubts.append(subscription.topic_arn)
    if links:
        return best_path(LinkPath((each,)) for each in links).links[0]
    found = f"no subscription of {topic.address} is in {monitoring.place}"
    answer: Truth
    if doubts:
        answer = maybe(doubts[0].reason)
        found = f"whether a subscription is to {topic.address} is not known"
    elif monitoring.exhaustive:
        answer = False
    else:
        answer = maybe(f"{found}; whether one was made by hand is not known")
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
            truth_of(not pending if isinstance(pending, bool) else pending),
            "it waits for its confirmation: nothing is delivered",
            "confirm it with the link in the message that SNS sent to the endpoint",
            "endpoint",
        )
    policy = subscription.filter_policy
    if policy is None:
        return
    if isinstance(policy, Unknown):
        yield Check(truth_of(policy), "its filter_policy is not known", "", "filter_policy")
        return
    yield _filter_policy(policy, subscription.filter_policy_scope)


def _filter_policy(policy: str, scope: Text) -> Check:
    """Return the check of a filter policy.

    Notifications of alarms have no message attributes, so every condition on one drops them.
    """
    fix = "remove filter_policy"
    try:
        conditions = json.loads(policy)
    except ValueError:
        return Check(False, "its filter_policy is no JSON", fix, "filter_policy")
    if not isinstance(conditions, dict) or not conditions:
        return Check(True)
    if isinstance(scope, Unknown):
        return Check(truth_of(scope), "its filter_policy_scope is not known", "", "filter_policy_scope")
    if scope == "MessageBody":
        reason = "what its filter_policy makes of the body of an alarm's message"
        return Check(maybe(reason), "it has a filter_policy on the message", fix, "filter_policy")
    accepts = all(_accepts_absence(alternatives) for alternatives in conditions.values())
    names = ", ".join(sorted(conditions))
    found = f"its filter_policy asks for the attribute {names}, which messages of alarms do not have: all are dropped"
    return Check(accepts, found, fix, "filter_policy")


def _accepts_absence(alternatives: object) -> bool:
    return isinstance(alternatives, list) and {"exists": False} in alternatives
