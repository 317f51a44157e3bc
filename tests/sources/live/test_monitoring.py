"""Answers of the services into the chain, field by field."""

from __future__ import annotations

from typing import Any

from sgwarden.aws import read
from sgwarden.aws.accounts import AccountSelection
from sgwarden.aws.answers import Documents
from sgwarden.model.infrastructure import Source
from sgwarden.model.monitoring import (
    Alarm,
    CompositeAlarm,
    ConfigRecorder,
    Document,
    EventRule,
    EventSelector,
    EventTarget,
    FieldSelector,
    Key,
    LogGroup,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    Monitoring,
    MuteRule,
    Role,
    RolePolicy,
    Subscription,
    Topic,
    Trail,
)
from sgwarden.model.values import Unknown
from sgwarden.sources.live.region import infrastructure
from tests.aws import world
from tests.aws.double import ACCOUNT, Double, aws

__all__ = ["aws"]
PLACE: dict[str, Any] = {"account": ACCOUNT, "region": world.HOME}
EMPTY = Document(())


def chain(**lists: Any) -> Monitoring:
    return infrastructure(Documents(ACCOUNT, world.HOME, lists), Source("live", "x")).monitoring


def test_a_whole_chain(aws: Double) -> None:
    aws.answers = world.answers()
    (place,) = read.read(AccountSelection(regions=(world.HOME,))).places
    found = infrastructure(place, Source("live", "x")).monitoring
    key = f"arn:aws:kms:{world.HOME}:{ACCOUNT}:key/k"
    alarm = f"arn:aws:cloudwatch:{world.HOME}:{ACCOUNT}:alarm:"
    rule = f"arn:aws:events:{world.HOME}:{ACCOUNT}:rule/r"
    assert found == Monitoring(
        trails=(
            Trail(
                address=world.TRAIL, arn=world.TRAIL, **PLACE, name="main", is_multi_region_trail=True, enable_logging=False,
                include_global_service_events=True, is_organization_trail=False,
                cloud_watch_logs_group_arn=f"{world.LOG_GROUP}:*", cloud_watch_logs_role_arn=world.ROLE,
                event_selectors=(EventSelector("All", True, ()),), latest_delivery_error="Access denied.",
            ),
        ),
        log_groups=(LogGroup(address=world.LOG_GROUP, arn=world.LOG_GROUP, **PLACE, name="trail", kms_key_id="k"),),
        metric_filters=(
            MetricFilter(
                address="trail:groups", **PLACE, name="groups", pattern="{ $.eventName = x }", log_group_name="trail",
                metric_transformation=MetricTransformation("m", "n", "1", None, {}, None),
            ),
        ),
        alarms=(
            Alarm(
                address=f"{alarm}groups", arn=f"{alarm}groups", **PLACE, alarm_name="groups", metric_name="m",
                namespace="n", threshold=1, actions_enabled=True, alarm_actions=(world.TOPIC,), state="INSUFFICIENT_DATA",
            ),
            Alarm(
                address=f"{alarm}queried", arn=f"{alarm}queried", **PLACE, alarm_name="queried",
                alarm_actions=(world.TOPIC,), log_query="filter eventName = 'x'", log_groups=(world.LOG_GROUP,),
            ),
        ),
        composite_alarms=(
            CompositeAlarm(
                address=f"{alarm}all", arn=f"{alarm}all", **PLACE, alarm_name="all", alarm_rule="ALARM(groups)",
                alarm_actions=(world.TOPIC,),
            ),
        ),
        topics=(
            Topic(address=world.TOPIC, arn=world.TOPIC, **PLACE, name="alerts", fifo_topic=False, kms_master_key_id="k"),
        ),
        subscriptions=(
            Subscription(
                address=f"{world.TOPIC}:1", arn=f"{world.TOPIC}:1", **PLACE, topic_arn=world.TOPIC, protocol="email",
                endpoint="a@example.com", filter_policy="{}", pending_confirmation=False,
            ),
            Subscription(
                address=f"{world.TOPIC}:pending-1", **PLACE, topic_arn=world.TOPIC, protocol="email", endpoint="b@x",
                pending_confirmation=True,
            ),
        ),
        event_rules=(
            EventRule(
                address=rule, arn=rule, **PLACE, name="r", event_pattern='{"detail-type": ["AWS API Call via CloudTrail"]}',
                state="ENABLED", targets=(EventTarget(address=f"{rule}#1", **PLACE, rule="r", target=world.TOPIC),),
            ),
        ),
        roles=(
            Role(
                address=world.ROLE, arn=world.ROLE, **PLACE, name="trail", assume_role_policy=EMPTY,
                policies=(RolePolicy("trail:logs", EMPTY), RolePolicy("arn:aws:iam::aws:policy/X", EMPTY)),
            ),
        ),
        keys=(Key(address=key, arn=key, **PLACE, key_id="k", is_enabled=True, policy=EMPTY, aliases=("alias/k",)),),
        config_recorders=(
            ConfigRecorder(
                address=f"{world.HOME}:default", **PLACE, name="default", is_enabled=True, all_supported=True,
                sns_topic_arn=world.TOPIC,
            ),
        ),
        mute_rules=(
            MuteRule(
                address=world.MUTE_RULE, arn=world.MUTE_RULE, **PLACE, name="nights", expression="cron(0 18 * * *)",
                duration="PT12H", alarm_names=("groups",), status="ACTIVE",
            ),
        ),
        exhaustive=True,
    )  # fmt: skip


def test_advanced_selectors() -> None:
    trail = {"Name": "t", "TrailARN": world.TRAIL, "HomeRegion": world.HOME}
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "NotEquals": ["true"]}]
    found = chain(
        trailList=[trail],
        TrailStatus={world.TRAIL: {"IsLogging": True}},
        Selectors={world.TRAIL: {"AdvancedEventSelectors": [{"FieldSelectors": fields}]}},
    )
    assert found.trails[0].advanced_event_selectors == (
        (
            FieldSelector("eventCategory", {"equals": ("Management",)}),
            FieldSelector("readOnly", {"not_equals": ("true",)}),
        ),
    )
    assert (found.trails[0].event_selectors, found.complete) == ((), False)


def test_a_trail_of_a_region_that_was_not_asked_for() -> None:
    trail = {"Name": "t", "TrailARN": world.TRAIL.replace(world.HOME, "us-east-1"), "HomeRegion": "us-east-1"}
    everything: dict[str, Any] = dict.fromkeys(
        ("logGroups", "metricFilters", "MetricAlarms", "CompositeAlarms", "Rules"), ()
    )
    found = chain(trailList=[trail], TopicAttributes={}, **everything)
    assert (found.trails[0].region, found.complete) == ("us-east-1", False)
    assert isinstance(found.trails[0].enable_logging, Unknown)


def test_metric_math_and_filters_with_more() -> None:
    metrics = [
        {"Id": "e", "Expression": "FILL(m, 0)", "ReturnData": True},
        {"Id": "m", "ReturnData": False, "MetricStat": {"Metric": {"MetricName": "x", "Namespace": "n",
         "Dimensions": [{"Name": "d", "Value": "v"}]}, "Period": 300, "Stat": "Sum"}},
    ]  # fmt: skip
    raw = {
        "filterName": "f", "logGroupName": "g", "filterPattern": "", "fieldSelectionCriteria": "@aws.region = 'x'",
        "emitSystemFieldDimensions": ["@aws.account"],
        "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1", "defaultValue": 0.0}],
    }  # fmt: skip
    found = chain(MetricAlarms=[{"AlarmName": "a", "AlarmArn": "arn:a", "Metrics": metrics}], metricFilters=[raw])
    assert found.alarms[0].metric_queries == (
        MetricQuery("e", "FILL(m, 0)", True),
        MetricQuery("m", None, False, "x", "n", "Sum", 300, None, {"d": "v"}),
    )
    (own,) = found.metric_filters
    assert isinstance(own.pattern, Unknown)
    assert isinstance(own.metric_transformation, MetricTransformation)
    assert own.metric_transformation.default_value == "0"
    assert list(own.metric_transformation.dimensions) == ["@aws.account"]  # type: ignore[arg-type]


def test_an_answer_of_a_strange_form_makes_the_chain_incomplete() -> None:
    place = infrastructure(Documents(ACCOUNT, world.HOME, {"trailList": [{"Name": "no ARN"}]}), Source("live", "x"))
    assert (place.monitoring.trails, place.monitoring.complete) == ((), False)
    assert "unexpected form" in place.skipped[0].reason
