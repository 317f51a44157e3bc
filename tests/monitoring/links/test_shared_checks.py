"""Regions and keys, which several links check."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.monitoring import Key, Monitoring
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.shared_checks import key_check, key_of, region_check
from tests.monitoring.failure_modes import Case, assert_breaks

KEY = Key(address="aws_kms_key.a", key_id="1234", arn="arn:aws:kms:eu-west-1:1:key/1234", aliases=("alias/audit",))


def test_only_regions_that_certainly_differ_fail() -> None:
    assert region_check("eu-west-1", "us-east-1", "the log group").answer is False
    assert region_check("eu-west-1", "us-east-1", "the log group").found == (
        "it is in eu-west-1, and the log group is in us-east-1"
    )
    others = (None, "eu-west-1", Unknown("var.region"))
    assert [region_check("eu-west-1", other, "x").answer for other in others] == [True, True, True]


def test_a_key_is_found_by_id_arn_and_alias() -> None:
    monitoring = Monitoring(keys=(KEY,))
    assert [key_of(name, monitoring) for name in ("1234", KEY.arn, "alias/audit")] == [KEY, KEY, KEY]
    assert [key_of(name, monitoring) for name in (None, "alias/other")] == [None, None]


def test_a_disabled_key_fails() -> None:
    assert key_check(KEY, "kms_key_id").answer is True
    disabled = key_check(Key(address="aws_kms_key.a", is_enabled=False), "kms_key_id")
    assert (disabled.answer, disabled.found) == (False, "the key aws_kms_key.a is disabled")


CASES = [
    Case(
        "alarm_in_another_region",
        True,
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it is in us-east-1, and the log group is in eu-central-1",
    ),
    Case(
        "log_group_key_disabled",
        True,
        "log group",
        "aws_cloudwatch_log_group.trail",
        "the key aws_kms_key.chain is disabled",
    ),
    Case(
        "topic_in_another_region",
        True,
        "topic",
        "aws_sns_topic.alerts",
        "it is in us-east-1, and aws_cloudwatch_metric_alarm.groups is in eu-central-1",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
