"""Beside existing code only what it lacks is written, and then the chain holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.generate import terraform
from sgwarden.generate.design import Design, design_missing, select_events
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.monitoring.chain import evaluate_chain
from sgwarden.sources.hcl import Reader
from tests.paths import FIXTURES

MONITORING = FIXTURES / "monitoring"
WANTED = select_events(["4.10"], DEFAULT_BENCHMARK)


def read(directory: Path) -> Infrastructure:
    return Reader(directory, base=directory).read(directory).infrastructure


def lacking(directory: Path, name: str) -> Design:
    """What is missing of the base with one variant."""
    shutil.copy(MONITORING / "base" / "main.tf", directory / "main.tf")
    for number, kind in enumerate(("twin", "variant")):
        path = MONITORING / name / f"{kind}_override.tf"
        if path.exists():
            shutil.copy(path, directory / f"{number}_override.tf")
    return design_missing(WANTED, read(directory).monitoring, DEFAULT_BENCHMARK)


@pytest.mark.parametrize(
    ("name", "resources"),
    [
        ("filter_absent", ["aws_cloudwatch_log_metric_filter.monitoring", "aws_cloudwatch_metric_alarm.monitoring"]),
        (
            "filter_misses_an_event",
            ["aws_cloudwatch_log_metric_filter.monitoring", "aws_cloudwatch_metric_alarm.monitoring"],
        ),
        ("alarm_absent", ["aws_cloudwatch_metric_alarm.security_group_changes"]),
        ("subscription_absent", ["aws_sns_topic_subscription.monitoring"]),
    ],
)
def test_what_is_missing_completes_the_chain(tmp_path: Path, name: str, resources: list[str]) -> None:
    design = lacking(tmp_path, name)
    text = terraform.render(design)
    (tmp_path / "monitoring.tf").write_text(text)
    written = [".".join(line.split('"')[1::2]) for line in text.splitlines() if line.startswith("resource ")]
    assert written == resources
    assert design.notes == ()
    assert evaluate_chain(control(10), read(tmp_path).monitoring, DEFAULT_BENCHMARK).answer is True


def test_only_the_missed_events_get_a_filter(tmp_path: Path) -> None:
    design = lacking(tmp_path, "filter_misses_an_event")
    assert [watch.pattern for watch in design.watches] == ["{ ($.eventName = DeleteSecurityGroup) }"]


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("trail_single_region", "aws_cloudtrail.main: is_multi_region_trail is not true"),
        ("alarm_threshold_two", "aws_cloudwatch_metric_alarm.groups: it asks for Sum >= 2"),
        ("role_untrusted", "aws_cloudtrail.main: aws_iam_role.delivery does not trust cloudtrail.amazonaws.com"),
    ],
)
def test_what_exists_is_mended_by_hand(tmp_path: Path, name: str, note: str) -> None:
    design = lacking(tmp_path, name)
    assert design.empty
    assert len(design.notes) == 1
    assert design.notes[0].startswith(note)
    assert f"# - {note}" in terraform.render(design)


def test_nothing_is_added_to_a_whole_chain(tmp_path: Path) -> None:
    shutil.copy(MONITORING / "base" / "main.tf", tmp_path / "main.tf")
    design = design_missing(WANTED, read(tmp_path).monitoring, DEFAULT_BENCHMARK)
    assert (design.empty, design.notes) == (True, ())


def test_an_unknown_control_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cis-aws-7.0.0 has no monitoring control 4.10; one of 5.1, "):
        select_events(["4.10"], "cis-aws-7.0.0")
