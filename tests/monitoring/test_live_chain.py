"""What only a live account shows of the chain: a base that holds, and one change that breaks exactly one link."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.model.monitoring import (
    Alarm,
    Document,
    LogGroup,
    MetricFilter,
    MetricTransformation,
    Monitoring,
    Role,
    RolePolicy,
    Statement,
    Subscription,
    Topic,
    Trail,
)
from sgwarden.model.truth import Maybe
from sgwarden.monitoring.chain import Chain, evaluate_chain
from sgwarden.sources.hcl import Reader
from tests.paths import FIXTURES

ACCOUNT, HOME = "123456789012", "eu-west-1"
_BASE = FIXTURES / "monitoring" / "base"


def _pattern() -> str:
    """The pattern of the base case of code."""
    (found,) = Reader(_BASE).read(_BASE).infrastructure.monitoring.metric_filters
    assert isinstance(found.pattern, str)
    return found.pattern


def _arn(service: str, rest: str, region: str = HOME) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{rest}"


def base() -> Monitoring:
    place: dict[str, Any] = {"account": ACCOUNT, "region": HOME}
    trust = Statement(
        "Allow", ("sts:AssumeRole",), None, None, None, (("Service", "cloudtrail.amazonaws.com"),), None, ()
    )
    write = Statement("Allow", ("logs:CreateLogStream", "logs:PutLogEvents"), None, ("*",), None, None, None, ())
    role = _arn("iam", "role/trail", "")
    topic = _arn("sns", "alerts")
    return Monitoring(
        trails=(
            Trail(
                address=_arn("cloudtrail", "trail/main"), **place, name="main", is_multi_region_trail=True,
                enable_logging=True, include_global_service_events=True,
                cloud_watch_logs_group_arn=_arn("logs", "log-group:trail:*"), cloud_watch_logs_role_arn=role,
            ),
        ),
        log_groups=(
            LogGroup(address=_arn("logs", "log-group:trail"), arn=_arn("logs", "log-group:trail"), name="trail", **place),
        ),
        metric_filters=(
            MetricFilter(
                address="trail:groups", **place, name="groups", pattern=_pattern(), log_group_name="trail",
                metric_transformation=MetricTransformation("m", "n", "1", None, {}, None),
            ),
        ),
        alarms=(
            Alarm(
                address=_arn("cloudwatch", "alarm:groups"), arn=_arn("cloudwatch", "alarm:groups"), **place,
                alarm_name="groups", metric_name="m", namespace="n", statistic="Sum", period=300, evaluation_periods=1,
                threshold=1, comparison_operator="GreaterThanOrEqualToThreshold", treat_missing_data="notBreaching",
                actions_enabled=True, alarm_actions=(topic,), state="OK",
            ),
        ),
        topics=(Topic(address=topic, arn=topic, **place, name="alerts"),),
        subscriptions=(
            Subscription(
                address=f"{topic}:1", **place, topic_arn=topic, protocol="email", endpoint="a@example.com",
                pending_confirmation=False,
            ),
        ),
        roles=(
            Role(
                address=role, arn=role, account=ACCOUNT, name="trail", assume_role_policy=Document((trust,)),
                policies=(RolePolicy("trail:logs", Document((write,))),),
            ),
        ),
        exhaustive=True,
    )  # fmt: skip


def evaluated(monitoring: Monitoring) -> Chain:
    return evaluate_chain(control(10), monitoring, DEFAULT_BENCHMARK)


def changed(monitoring: Monitoring, kind: str, **fields: Any) -> Monitoring:
    (only,) = getattr(monitoring, kind)
    return replace(monitoring, **{kind: (replace(only, **fields),)})


def test_the_base_holds() -> None:
    assert evaluated(base()).answer is True


ELSEWHERE = "us-east-1"


@pytest.mark.parametrize(
    ("kind", "fields", "link", "fault"),
    [
        ("trails", {"enable_logging": False}, "trail", "the trail is stopped"),
        ("trails", {"latest_delivery_error": "Access denied."}, "delivery", "could not deliver to CloudWatch Logs"),
        ("subscriptions", {"pending_confirmation": True}, "subscription", "waits for its confirmation"),
        ("metric_filters", {"region": ELSEWHERE}, "metric filter", "the log group of the trail is in eu-west-1"),
        ("alarms", {"region": ELSEWHERE}, "alarm", "it is in us-east-1"),
        ("log_groups", {"region": ELSEWHERE, "arn": _arn("logs", "log-group:trail", ELSEWHERE)}, "log group", "is not in"),
    ],
    ids=["stopped", "delivery-error", "pending", "filter-elsewhere", "alarm-elsewhere", "group-elsewhere"],
)  # fmt: skip
def test_one_change_breaks_one_link(kind: str, fields: dict[str, Any], link: str, fault: str) -> None:
    found = evaluated(changed(base(), kind, **fields))
    assert found.answer is False
    broken = found.broken
    assert broken is not None
    assert (str(broken.kind), fault in broken.found) == (link, True), broken


def test_what_is_gone_is_certain_in_a_whole_account() -> None:
    for kind, link in (("log_groups", "log group"), ("subscriptions", "subscription")):
        found = evaluated(replace(base(), **{kind: ()}))
        broken = found.broken
        assert broken is not None
        assert (str(broken.kind), broken.answer) == (link, False)


def test_what_was_not_read_is_not_gone() -> None:
    found = evaluated(replace(base(), log_groups=(), complete=False))
    assert isinstance(found.answer, Maybe)


def test_an_organization_trail_delivers_elsewhere() -> None:
    owner = "arn:aws:logs:eu-west-1:999999999999:log-group:trail:*"
    monitoring = changed(base(), "trails", is_organization_trail=True, cloud_watch_logs_group_arn=owner)
    found = evaluated(replace(monitoring, log_groups=()))
    assert found.answer is not True
    assert all(each.answer is not False for each in found.links if str(each.kind) == "log group")
