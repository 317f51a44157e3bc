"""The chain as a whole: the base holds, every folder of the fixtures is a case of one link, and its twin holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.monitoring.chain import evaluate_chain
from sgwarden.sources.hcl import Reader
from tests.monitoring import test_gaps
from tests.monitoring.failure_modes import BASE, FOLDERS, Case, assert_breaks, read, security_group_chain, twin_of
from tests.monitoring.links import (
    test_alarm,
    test_composite_alarm,
    test_delivery,
    test_filter,
    test_link,
    test_log_group,
    test_metric_math,
    test_mute,
    test_subscription,
    test_topic,
    test_trail,
    test_watched_metric,
)

MODULES = (
    test_gaps,
    test_alarm,
    test_composite_alarm,
    test_delivery,
    test_filter,
    test_log_group,
    test_metric_math,
    test_mute,
    test_link,
    test_subscription,
    test_topic,
    test_trail,
    test_watched_metric,
)
CASES = [
    Case("alarm_absent", True, "alarm", None, "no alarm watches the metric Audit/SecurityGroupChanges"),
    Case(
        "filter_absent",
        True,
        "metric filter",
        None,
        "no metric filter on aws_cloudwatch_log_group.trail is for these events",
    ),
    Case(
        "trail_absent", True, "trail", None, "no trail is in the code that delivers to aws_cloudwatch_log_group.trail"
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)


def test_every_folder_is_a_case() -> None:
    cases = [case.folder for case in CASES]
    cases += [case.folder for module in MODULES for case in module.CASES]
    assert sorted(path.name for path in FOLDERS.iterdir()) == sorted(["base", *cases])


def test_the_base_holds_with_every_link(tmp_path: Path) -> None:
    chain = security_group_chain(read(tmp_path))
    assert (chain.answer, chain.broken, chain.gaps.empty) == (True, None, True)
    assert [str(link.kind) for link in chain.links] == [
        "trail", "delivery", "log group", "metric filter", "alarm", "topic", "subscription",
    ]  # fmt: skip
    assert chain.filters == ("aws_cloudwatch_log_metric_filter.groups",)


@pytest.mark.parametrize(
    "folder", [path.parent for path in sorted(FOLDERS.glob("*/twin_override.tf"))], ids=lambda path: path.name
)
def test_the_twin_holds(tmp_path: Path, folder: Path) -> None:
    assert security_group_chain(read(tmp_path, *twin_of(folder))).answer is True


def test_any_complete_chain_satisfies(tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "main.tf")
    (tmp_path / "more.tf").write_text(
        'resource "aws_cloudtrail" "another" {\n  name = "another"\n  s3_bucket_name = "b"\n}\n'
        'resource "aws_cloudwatch_log_metric_filter" "broken" {\n  name = "broken"\n  log_group_name = "cloudtrail"\n'
        '  pattern = "{ $.eventName = CreateSecurityGroup }"\n  metric_transformation {\n    name = "X"\n'
        '    namespace = "Y"\n    value = "0"\n  }\n}\n'
    )
    found = Reader(tmp_path, base=tmp_path).read(tmp_path).infrastructure.monitoring
    assert evaluate_chain(control(10), found, DEFAULT_BENCHMARK).answer is True
