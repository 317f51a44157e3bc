"""How checks decide a link, and which path is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Key, Monitoring, Topic
from sgwarden.model.truth import Maybe, Truth
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.link import (
    Check,
    Link,
    LinkKind,
    LinkPath,
    best_path,
    decide_link,
    key_check,
    key_of,
    region_check,
)
from tests.monitoring.failure_modes import Case, assert_breaks

PLACE, ARGUMENT = Location("main.tf", 1, 3), Location("main.tf", 2, 2)
TOPIC = Topic(address="aws_sns_topic.a", location=PLACE, origins={"policy": ARGUMENT})


def _link(address: str, answer: Truth) -> Link:
    return Link(LinkKind.TOPIC, address, answer)


def test_a_failing_check_decides_before_an_undecided_one() -> None:
    checks = [Check(Maybe(("var.x",)), "unclear"), Check(False, "refused", "allow it", "policy"), Check(False, "later")]
    assert decide_link(LinkKind.TOPIC, TOPIC, checks) == Link(
        LinkKind.TOPIC, "aws_sns_topic.a", False, "refused", "allow it", ARGUMENT
    )
    undecided = decide_link(LinkKind.TOPIC, TOPIC, [Check(True), Check(Maybe(("var.x",)), "unclear")])
    assert (undecided.broken, undecided.reason, undecided.location) == (False, "var.x", PLACE)


def test_a_resource_that_may_not_exist_leaves_the_link_undecided() -> None:
    link = decide_link(LinkKind.TOPIC, Topic(address="a", may_exist=Unknown("var.count")), [])
    assert (link.answer, link.found) == (Maybe(("var.count",)), "whether a exists is not known")


def test_the_path_with_the_fewest_broken_links_is_best_then_the_longest() -> None:
    whole = LinkPath((_link("a", True), _link("b", True)))
    broken = LinkPath((_link("a", True), _link("b", False)))
    unknown = LinkPath((_link("a", True), _link("b", Maybe(("x",)))))
    short = LinkPath((_link("a", True),))
    assert sorted([short, broken, unknown, whole], key=LinkPath.rank)[:2] == [whole, unknown]
    assert best_path([broken, unknown]) == unknown
    assert best_path([]) == LinkPath(())
    assert broken.first_break == _link("b", False)


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
