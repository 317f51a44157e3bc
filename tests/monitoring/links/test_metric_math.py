"""Metric math: the values of an expression with one event, and with none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.monitoring import MetricQuery
from sgwarden.model.truth import Maybe
from sgwarden.monitoring.links.link import Check
from sgwarden.monitoring.links.metric_math import compute_values
from tests.monitoring.failure_modes import Case, assert_breaks

CHANGES = MetricQuery("changes", None, False, "Changes", "Audit", "Sum", 300)
OTHERS = MetricQuery("others", None, False, "Others", "Audit", "Sum", 300)


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
    assert isinstance(found.answer, Maybe)


CASES = [
    Case(
        "alarm_metric_math",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it computes changes + others, which has no data while one of its metrics has none",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
