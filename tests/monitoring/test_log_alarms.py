"""Alarms that query the trail's log group: what the query finds is not evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.model.monitoring import Alarm
from sgwarden.model.truth import Maybe
from sgwarden.monitoring.chain import Chain, evaluate_chain
from tests.monitoring.failure_modes import read

GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:cloudtrail"
QUERY = 'filter eventName in ["CreateSecurityGroup", "DeleteSecurityGroup"]'


def _chain(directory: Path, alarm: Alarm) -> Chain:
    """The chain of the base without its metric filter, and with the log alarm."""
    whole = read(directory).monitoring
    acting = replace(alarm, alarm_actions=whole.alarms[0].alarm_actions if alarm.alarm_actions == () else ())
    return evaluate_chain(control(10), replace(whole, metric_filters=(), alarms=(acting,)), DEFAULT_BENCHMARK)


def test_a_query_for_the_events_leaves_the_chain_undecided(tmp_path: Path) -> None:
    chain = _chain(tmp_path, Alarm(address="alarm", alarm_name="a", log_query=QUERY, log_groups=(GROUP,)))
    assert chain.answer == Maybe(("what the Logs Insights query of alarm finds",))
    assert [str(link.kind) for link in chain.links][-3:] == ["alarm", "topic", "subscription"]


@pytest.mark.parametrize(
    ("query", "group"),
    [
        (QUERY, "application"),
        (QUERY, GROUP.replace(":cloudtrail", ":other")),
        ('filter eventName = "PutObject"', GROUP),
    ],
)
def test_other_queries_do_not_count(tmp_path: Path, query: str, group: str) -> None:
    chain = _chain(tmp_path, Alarm(address="alarm", alarm_name="a", log_query=query, log_groups=(group,)))
    assert (chain.answer, chain.broken and str(chain.broken.kind)) == (False, "metric filter")


@pytest.mark.parametrize("query", ["filter eventName like /SecurityGroup/", 'filter eventSource = "ec2.amazonaws.com"'])
def test_queries_that_may_find_the_events(tmp_path: Path, query: str) -> None:
    chain = _chain(tmp_path, Alarm(address="alarm", alarm_name="a", log_query=query, log_groups=("cloudtrail",)))
    assert isinstance(chain.answer, Maybe)


def test_a_log_alarm_without_actions_tells_nobody(tmp_path: Path) -> None:
    alarm = Alarm(address="alarm", alarm_name="a", log_query=QUERY, log_groups=(GROUP,), alarm_actions=("x",))
    assert _chain(tmp_path, alarm).answer is False
