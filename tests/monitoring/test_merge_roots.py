"""Several root modules as one chain."""

from __future__ import annotations

from pathlib import Path

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.monitoring.chain import evaluate_chain
from sgwarden.monitoring.merge_roots import merge_monitoring_roots
from sgwarden.sources.hcl import Reader
from tests.monitoring.failure_modes import BASE


def test_root_modules_can_be_one_chain(tmp_path: Path) -> None:
    text = BASE.read_text()
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
    found = evaluate_chain(control(10), merge_monitoring_roots(read).monitoring, DEFAULT_BENCHMARK)
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
