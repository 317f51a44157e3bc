"""Mute rules: which alarms they are for, and whether their windows leave a gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sgwarden.model.monitoring import Alarm, CompositeAlarm, MuteRule
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.mute import duration_minutes, longest_gap, mute_checks
from tests.monitoring.failure_modes import Case, assert_breaks

ALARM = Alarm(address="aws_cloudwatch_metric_alarm.a", alarm_name="a", region="eu-west-1")
RULE = MuteRule(
    address="aws_cloudwatch_alarm_mute_rule.m", expression="cron(0 0 * * *)", duration="P1D", alarm_names=("a",)
)
WINDOW = "cron(0 18 * * *) for PT12H"
CASES = [
    Case(
        "alarm_always_muted",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "aws_cloudwatch_alarm_mute_rule.nights always mutes it (cron(0 6,18 * * *) for PT12H): it tells nobody",
    ),
    Case(
        "alarm_muted_at_times",
        False,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        f"when aws_cloudwatch_alarm_mute_rule.nights mutes aws_cloudwatch_metric_alarm.groups ({WINDOW})",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({}, [False]),
        ({"alarm_names": ("b",)}, []),
        ({"alarm_names": ("b", "a")}, [False]),
        ({"alarm_names": Unknown("var.names")}, [Maybe(("var.names",))]),
        ({"region": "eu-central-1"}, []),
        ({"may_exist": Unknown("var.count")}, [Maybe(("var.count",))]),
        ({"status": "EXPIRED"}, []),
        ({"duration": Unknown("var.length")}, [Maybe(("var.length",))]),
    ],
)
def test_rules_for_the_alarm(changes: dict[str, Any], answers: list[object]) -> None:
    assert [check.answer for check in mute_checks(ALARM, [replace(RULE, **changes)])] == answers


@pytest.mark.parametrize(
    "changes",
    [
        {"duration": "PT23H"},
        {"expression": "at(2026-12-24T00:00)"},
        {"expression": "cron(0 0 1 * *)", "duration": "P15D"},
        {"expire_date": "2027-01-01T00:00:00Z"},
        {"start_date": "2027-01-01T00:00:00Z"},
        {"duration": "a day"},
    ],
)
def test_windows_that_end_leave_it_undecided(changes: dict[str, Any]) -> None:
    (check,) = mute_checks(ALARM, [replace(RULE, **changes)])
    assert isinstance(check.answer, Maybe)


def test_a_composite_alarm_is_muted_by_its_own_name() -> None:
    composite = CompositeAlarm(address="aws_cloudwatch_composite_alarm.c", alarm_name="c")
    assert list(mute_checks(composite, [RULE])) == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("PT4H", 240), ("P1D", 1440), ("P2DT12H", 3600), ("P1W", 10080), ("PT90M", 90), ("4 hours", None)],
)
def test_durations(text: str, minutes: int | None) -> None:
    assert duration_minutes(text) == minutes


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("cron(0 0 * * *)", 1440),
        ("cron(0 */6 * * *)", 360),
        ("cron(30 1,13 ? * *)", 720),
        ("cron(0 2 * * SUN)", 10080),
        ("cron(0 18 * * MON-FRI)", 4320),
        ("cron(0 18 * * 1-5)", 4320),
        ("cron(* * * * *)", 1),
        ("cron(0 0 1 * *)", None),
        ("cron(0 0 * 6 *)", None),
        ("cron(0 L * * *)", None),
        ("at(2026-12-24T00:00)", None),
    ],
)
def test_the_longest_gap_of_a_schedule(expression: str, minutes: int | None) -> None:
    assert longest_gap(expression) == minutes
