"""The other controls: what each needs of a trail besides the chain that all share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control, controls
from sgwarden.generate import terraform
from sgwarden.generate.design import design_chain, select_events
from sgwarden.monitoring.chain import evaluate_chain
from sgwarden.monitoring.merge_roots import together
from sgwarden.sources.hcl import Reader


def failing(directory: Path, override: str) -> list[int]:
    """Numbers of the controls that a whole generated chain with the override no longer meets."""
    (directory / "main.tf").write_text(terraform.render(design_chain(select_events([], DEFAULT_BENCHMARK))))
    (directory / "x_override.tf").write_text(override)
    found = Reader(directory, base=directory).read(directory).infrastructure.monitoring
    return [each.number for each in controls() if evaluate_chain(each, found, DEFAULT_BENCHMARK).answer is not True]


def selector(body: str) -> str:
    return f'resource "aws_cloudtrail" "main" {{\n  event_selector {{\n{body}\n  }}\n}}\n'


EVERY = [each.number for each in controls()]


@pytest.mark.parametrize(
    ("override", "numbers"),
    [
        ("", []),
        (selector('read_write_type = "All"'), []),
        (selector('read_write_type = "WriteOnly"'), [1, 3]),
        (selector('read_write_type = "ReadOnly"'), EVERY),
        (selector('exclude_management_event_sources = ["kms.amazonaws.com"]'), [7]),
        ('resource "aws_cloudtrail" "main" {\n  include_global_service_events = false\n}\n', [1, 2, 3, 4, 6, 15]),
    ],
    ids=["as generated", "all", "writes", "reads", "without kms", "without global services"],
)
def test_what_controls_need_of_the_trail(tmp_path: Path, override: str, numbers: list[int]) -> None:
    assert failing(tmp_path, override) == numbers


def test_root_modules_can_be_one_chain(tmp_path: Path) -> None:
    base = Path(__file__).resolve().parents[2] / "fixtures" / "monitoring" / "base" / "main.tf"
    text = base.read_text()
    start, end = text.index('resource "aws_cloudwatch_log_metric_filter"'), text.index('resource "aws_kms_key"')
    roots = {
        "trail": text[:start] + text[end:],
        "alarms": 'data "aws_caller_identity" "current" {}\n' + text[start:end],
    }
    roots["alarms"] = roots["alarms"].replace("aws_cloudwatch_log_group.trail.name", '"cloudtrail"')
    roots["alarms"] = (
        roots["alarms"].replace("  kms_master_key_id = aws_kms_key.chain.id\n", "").replace("var.mail", '"a@b"')
    )
    read = []
    for name, code in roots.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(code)
        read.append(Reader(tmp_path, base=tmp_path).read(tmp_path / name).infrastructure)
    assert [evaluate_chain(control(10), each.monitoring, DEFAULT_BENCHMARK).answer is True for each in read] == [
        False,
        False,
    ]
    found = evaluate_chain(control(10), together(read).monitoring, DEFAULT_BENCHMARK)
    assert found.answer is True
    assert [link.address for link in found.links] == [
        "trail: aws_cloudtrail.main",
        "trail: aws_cloudtrail.main",
        "trail: aws_cloudwatch_log_group.trail",
        "alarms: aws_cloudwatch_log_metric_filter.groups",
        "alarms: aws_cloudwatch_metric_alarm.groups",
        "alarms: aws_sns_topic.alerts",
        "alarms: aws_sns_topic_subscription.mail",
    ]


def test_any_complete_chain_satisfies(tmp_path: Path) -> None:
    base = Path(__file__).resolve().parents[2] / "fixtures" / "monitoring" / "base" / "main.tf"
    shutil.copy(base, tmp_path / "main.tf")
    (tmp_path / "more.tf").write_text(
        'resource "aws_cloudtrail" "another" {\n  name = "another"\n  s3_bucket_name = "b"\n}\n'
        'resource "aws_cloudwatch_log_metric_filter" "broken" {\n  name = "broken"\n  log_group_name = "cloudtrail"\n'
        '  pattern = "{ $.eventName = CreateSecurityGroup }"\n  metric_transformation {\n    name = "X"\n'
        '    namespace = "Y"\n    value = "0"\n  }\n}\n'
    )
    found = Reader(tmp_path, base=tmp_path).read(tmp_path).infrastructure.monitoring
    assert evaluate_chain(control(10), found, DEFAULT_BENCHMARK).answer is True
