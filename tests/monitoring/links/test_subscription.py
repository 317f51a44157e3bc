"""Subscriptions: absent, or deaf to alarms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.failure_modes import Case, assert_breaks

CASES = [
    Case(
        "subscription_absent",
        False,
        "subscription",
        None,
        "no subscription of aws_sns_topic.alerts is in the code; whether one was made by hand is not known",
    ),
    Case(
        "subscription_filter_policy",
        True,
        "subscription",
        "aws_sns_topic_subscription.mail",
        "its filter_policy asks for the attribute severity, which messages of alarms do not have: all are dropped",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
