"""The Terraform module; `test_live` applies it."""

from __future__ import annotations

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK
from sgwarden.generate import terraform
from sgwarden.generate.design import Design, MonitoredEvents, Watch, design_chain, select_events

(KEYS,) = select_events(["4.7"], DEFAULT_BENCHMARK)


def _blocks(text: str) -> list[str]:
    return [line.removesuffix(" {") for line in text.splitlines() if line.endswith(" {") and not line.startswith(" ")]


def test_a_whole_chain_declares_every_link() -> None:
    assert [block for block in _blocks(terraform.render(design_chain([KEYS]))) if block.startswith("resource")] == [
        'resource "aws_s3_bucket" "trail"',
        'resource "aws_s3_bucket_public_access_block" "trail"',
        'resource "aws_s3_bucket_policy" "trail"',
        'resource "aws_cloudtrail" "main"',
        'resource "aws_cloudwatch_log_group" "trail"',
        'resource "aws_iam_role" "trail_delivery"',
        'resource "aws_iam_role_policy" "trail_delivery"',
        'resource "aws_cloudwatch_log_metric_filter" "monitoring"',
        'resource "aws_cloudwatch_metric_alarm" "monitoring"',
        'resource "aws_sns_topic" "monitoring"',
        'resource "aws_sns_topic_policy" "monitoring"',
        'resource "aws_sns_topic_subscription" "monitoring"',
    ]


def test_beside_existing_links_only_the_others_are_declared() -> None:
    design = Design(
        watches=(Watch(KEYS, "{ $.eventName = DisableKey }"),),
        log_group="aws_cloudwatch_log_group.logs.name",
        topic="aws_sns_topic.alerts.arn",
        subscription=False,
    )
    text = terraform.render(design)
    assert _blocks(text) == [
        'variable "monitoring_prefix"',
        "locals",
        'resource "aws_cloudwatch_log_metric_filter" "monitoring"',
        'resource "aws_cloudwatch_metric_alarm" "monitoring"',
    ]
    assert "log_group_name = aws_cloudwatch_log_group.logs.name" in text
    assert "alarm_actions       = [aws_sns_topic.alerts.arn]" in text


def test_template_marks_in_a_pattern_are_escaped() -> None:
    monitored: MonitoredEvents = KEYS
    design = Design(
        watches=(Watch(monitored, '{ $.a = "${x} %{y} \\\\d" }'),), log_group="g", topic="t", subscription=False
    )
    assert f'    {monitored.slug} = "{{ $.a = \\"$${{x}} %%{{y}} \\\\\\\\d\\" }}"' in terraform.render(design)


def test_an_empty_design_says_so() -> None:
    design = Design(
        watches=(), topic="aws_sns_topic.alerts.arn", subscription=False, notes=("a: it is stopped; start it",)
    )
    assert terraform.render(design) == "# Nothing to add.\n# Mend by hand:\n# - a: it is stopped; start it\n"
