"""Other ways to notice the events: EventBridge rules and AWS Config."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.model.monitoring import ConfigRecorder, EventRule, EventTarget, Monitoring, Subscription, Topic
from sgwarden.model.values import Unknown
from sgwarden.monitoring.eventbridge import find_alternatives

EVENTS = '{"source": ["aws.ec2"], "detail": {"eventName": [{"wildcard": "*SecurityGroup*"}]}}'
FUNCTION = EventTarget(address="t", target="arn:aws:lambda:eu-west-1:1:function:notify")
RULE = EventRule(address="aws_cloudwatch_event_rule.a", name="a", event_pattern=EVENTS, targets=(FUNCTION,))
TOPIC = "arn:aws:sns:eu-west-1:1:alerts"


def _alternatives(monitoring: Monitoring, number: int = 10) -> tuple[str, ...]:
    return find_alternatives(control(number), monitoring, DEFAULT_BENCHMARK)


def test_a_rule_with_a_live_target_is_named() -> None:
    assert _alternatives(Monitoring(event_rules=(RULE,))) == (
        "aws_cloudwatch_event_rule.a (EventBridge, its region alone)",
    )


@pytest.mark.parametrize(
    "rule",
    [
        replace(RULE, state="DISABLED"),
        replace(RULE, state=Unknown("var.state")),
        replace(RULE, targets=()),
        replace(RULE, event_pattern='{"detail": {"eventName": ["CreateSecurityGroup"]}}'),
        replace(RULE, event_pattern='{"detail": '),
        replace(RULE, may_exist=Unknown("var.count")),
        replace(RULE, targets=(replace(FUNCTION, target=TOPIC),)),
    ],
)
def test_what_is_not_certain_is_not_named(rule: EventRule) -> None:
    assert _alternatives(Monitoring(event_rules=(rule,))) == ()


BUS = "arn:aws:events:eu-west-1:1:event-bus/audit"
FORWARDS = replace(RULE, account="1", region="eu-west-1", targets=(EventTarget(address="f", target=BUS),))
BEHIND = replace(RULE, address="b", name="b", account="1", region="eu-west-1", event_bus_name="audit")


@pytest.mark.parametrize(
    ("behind", "named"),
    [
        (BEHIND, True),
        (replace(BEHIND, event_bus_name=BUS), True),
        (replace(BEHIND, event_pattern='{"source": ["aws.ec2", "aws.iam"]}'), True),
        (replace(BEHIND, event_pattern='{"source": ["aws.iam"]}'), False),
        (replace(BEHIND, event_pattern='{"detail": {"eventName": ["CreateSecurityGroup"]}}'), False),
        (replace(BEHIND, event_bus_name="other"), False),
        (replace(BEHIND, region="eu-central-1"), False),
        (replace(BEHIND, state="DISABLED"), False),
        (replace(BEHIND, targets=FORWARDS.targets), False),
    ],
)
def test_a_bus_needs_a_rule_that_passes_the_events_on(behind: EventRule, named: bool) -> None:
    found = _alternatives(Monitoring(event_rules=(FORWARDS, behind)))
    assert found == (("aws_cloudwatch_event_rule.a (EventBridge, its region alone)",) if named else ())


@pytest.mark.parametrize("exhaustive", [True, False])
@pytest.mark.parametrize(
    "target",
    [
        BUS,
        BUS.replace(":1:", ":2:"),
        BUS.replace("eu-west-1", "eu-central-1"),
        Unknown("later", "aws_cloudwatch_event_bus.audit", "arn"),
    ],
)
def test_a_bus_behind_which_nothing_is_known_is_no_target(target: str | Unknown, exhaustive: bool) -> None:
    rule = replace(FORWARDS, targets=(EventTarget(address="f", target=target),))
    assert _alternatives(Monitoring(event_rules=(rule,), exhaustive=exhaustive)) == ()


def test_a_rule_on_another_bus_does_not_see_calls() -> None:
    assert _alternatives(Monitoring(event_rules=(replace(RULE, event_bus_name="audit"),))) == ()


def test_two_rules_may_cover_the_events_together() -> None:
    halves = [
        replace(RULE, address=name, event_pattern=f'{{"detail": {{"eventName": [{{"wildcard": "{glob}"}}]}}}}')
        for name, glob in (("b", "*SecurityGroupIngress"), ("a", "*SecurityGroupEgress"), ("c", "*teSecurityGroup"))
    ]
    assert _alternatives(Monitoring(event_rules=tuple(halves))) == ("a and b and c (EventBridge, their regions alone)",)


def test_a_topic_must_let_events_publish() -> None:
    rule = replace(RULE, targets=(replace(FUNCTION, target=TOPIC),))
    topic = Topic(address="aws_sns_topic.a", arn=TOPIC, name="alerts")
    subscription = Subscription(address="s", topic_arn=TOPIC, protocol="email", pending_confirmation=False)
    monitoring = Monitoring(event_rules=(rule,), topics=(topic,), subscriptions=(subscription,))
    assert _alternatives(monitoring) == ()  # the policy of a new topic lets alarms publish alone


def test_config_counts_for_security_groups_when_it_notifies() -> None:
    recorder = ConfigRecorder(address="r", is_enabled=True, all_supported=True, sns_topic_arn=TOPIC)
    silent = replace(recorder, address="s", sns_topic_arn=None)
    other = replace(recorder, address="o", all_supported=False, resource_types=("AWS::EC2::Instance",))
    monitoring = Monitoring(config_recorders=(recorder, silent, other))
    assert _alternatives(monitoring) == ("r (AWS Config with notifications, its region alone)",)
    assert _alternatives(monitoring, 7) == ()
