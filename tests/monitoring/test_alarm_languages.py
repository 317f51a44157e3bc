"""Metric math and the rules of composite alarms."""

from __future__ import annotations

import pytest

from sgwarden.model.monitoring import Alarm, CompositeAlarm, MetricQuery
from sgwarden.model.refinements import text
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.composite_alarm import composite_checks, mentions
from sgwarden.monitoring.links.link import Check
from sgwarden.monitoring.links.metric_math import compute_values

CHANGES = MetricQuery("changes", None, False, "Changes", "Audit", "Sum", 300)
OTHERS = MetricQuery("others", None, False, "Others", "Audit", "Sum", 300)
ALARM = Alarm(
    address="aws_cloudwatch_metric_alarm.a",
    alarm_name="a",
    arn=Unknown("arn of a", "aws_cloudwatch_metric_alarm.a", "arn"),
)
B = Unknown("arn of b", "aws_cloudwatch_metric_alarm.b", "arn")


@pytest.mark.parametrize(
    ("expression", "events", "quiet"),
    [
        ("changes", (1.0,), ()),
        ("changes * 2 - 1", (1.0,), ()),
        ("FILL(changes, 0) + FILL(others, 0)", (1.0,), (0.0,)),
        ("SUM([changes, others])", (1.0,), ()),
        ("SUM(METRICS())", (1.0,), ()),
        ("MAX([FILL(changes, 0), FILL(others, 0)])", (1.0,), (0.0,)),
        ("AVG([FILL(changes,0), FILL(others,0)])", (0.5,), (0.0,)),
        ("(changes + 3) / 2", (2.0,), ()),
    ],
)
def test_expressions(expression: str, events: tuple[float, ...], quiet: tuple[float, ...]) -> None:
    queries = (MetricQuery("all", expression, True), CHANGES, OTHERS)
    assert compute_values(queries, CHANGES, (1.0,), ()) == (events, quiet)


@pytest.mark.parametrize("expression", ["changes + others", "MIN([others])"])
def test_without_data_of_the_others_there_is_none(expression: str) -> None:
    found = compute_values((MetricQuery("all", expression, True), CHANGES, OTHERS), CHANGES, (1.0,), ())
    assert isinstance(found, Check)
    assert found.answer is False


@pytest.mark.parametrize(
    "expression",
    ["IF(changes > 0, 1)", "RATE(changes)", "FILL(changes, REPEAT)", "changes +", "(changes", "nobody", "all", "SEARCH('x', 'Sum', 300)", "((" * 500],
)  # fmt: skip
def test_what_is_not_understood_is_undecided(expression: str) -> None:
    found = compute_values((MetricQuery("all", expression, True), CHANGES, OTHERS), CHANGES, (1.0,), ())
    assert isinstance(found, Check)
    assert isinstance(found.answer, Unknown)


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
        (Unknown("a rule"), None),
    ],
)
def test_rules(rule: str | Unknown, answer: bool | None) -> None:
    (check,) = composite_checks(CompositeAlarm(address="aws_cloudwatch_composite_alarm.c", alarm_rule=rule), ALARM)
    assert (None if isinstance(check.answer, Unknown) else check.answer) == answer


def test_only_alarms_that_are_named_are_meant() -> None:
    composite = CompositeAlarm(address="aws_cloudwatch_composite_alarm.c", alarm_rule="ALARM(a) OR ALARM(bb)")
    others = [Alarm(address=name, alarm_name=name) for name in ("a", "b", "bb")]
    assert [mentions(composite, each) for each in others] == [True, False, True]
