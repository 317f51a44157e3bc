"""Composite alarms: their rules, and what mutes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.monitoring import Alarm, CompositeAlarm
from sgwarden.model.refinements import text
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.composite_alarm import composite_checks, mentions
from tests.monitoring.failure_modes import Case, assert_breaks

ALARM = Alarm(
    address="aws_cloudwatch_metric_alarm.a",
    alarm_name="a",
    arn=Unknown("arn of a", "aws_cloudwatch_metric_alarm.a", "arn"),
)
B = Unknown("arn of b", "aws_cloudwatch_metric_alarm.b", "arn")


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ("ALARM(a) OR ALARM(b)", True),
        ("ALARM(a) AND ALARM(b)", False),
        ("OK(a)", False),
        ("NOT OK(a)", True),
        ("ALARM(b)", False),
        ("ALARM(a) AND (OK(b) OR ALARM(c))", None),
        ("ALARM(a) AND NOT ALARM(b)", None),
        ("TRUE", True),
        ("INSUFFICIENT_DATA(a)", False),
        ("ALARM(a", None),
        ("AT_LEAST(1, ALARM, (a, b))", None),
        (text(["ALARM(", ALARM.arn, ") OR ALARM(", B, ")"], "r"), True),  # type: ignore[list-item]
        (text(["ALARM(", ALARM.arn, ") AND ALARM(", B, ")"], "r"), False),  # type: ignore[list-item]
        (text(["ALARM(", Unknown("var.b"), ")"], "r"), None),
        (Unknown("a rule"), None),
    ],
)
def test_rules(rule: str | Unknown, answer: bool | None) -> None:
    (check,) = composite_checks(CompositeAlarm(address="aws_cloudwatch_composite_alarm.c", alarm_rule=rule), ALARM)
    assert (None if isinstance(check.answer, Maybe) else check.answer) == answer


def test_only_alarms_that_are_named_are_meant() -> None:
    composite = CompositeAlarm(address="aws_cloudwatch_composite_alarm.c", alarm_rule="ALARM(a) OR ALARM(bb)")
    others = [Alarm(address=name, alarm_name=name) for name in ("a", "b", "bb")]
    assert [mentions(composite, each) for each in others] == [True, False, True]


CASES = [
    Case(
        "composite_and",
        True,
        "alarm",
        "aws_cloudwatch_composite_alarm.any",
        'its rule ALARM("security-group-changes") AND ALARM(aws_cloudwatch_metric_alarm.load.arn) does not hold when aws_cloudwatch_metric_alarm.groups alone is in ALARM',
    ),
    Case(
        "composite_muted",
        False,
        "alarm",
        "aws_cloudwatch_composite_alarm.loud",
        "the state of other alarms in the rule ALARM(security-group-changes) AND NOT ALARM(release)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
