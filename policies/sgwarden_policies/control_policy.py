"""The base class of monitoring policies: one control of the benchmark, and the chain that its events must pass.

They judge a source when it holds a trail, or a metric filter that reads CloudTrail records; when it holds a filter whose
pattern is not known, security group changes alone may be undecided. Any other source is left alone, so that a scan of a
network does not report missing trails. ``--benchmark`` or naming one of them with ``--only`` applies them to any source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from sgwarden.findings import Outcome, Severity
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings

_VERSIONS = ("1.4.0", "1.5.0", "2.0.0", "3.0.0", "4.0.0", "5.0.0", "6.0.0", "7.0.0")
_DOCUMENTS = (
    "https://www.cisecurity.org/benchmark/amazon_web_services",
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
)


def control_ids(number: int, security_hub: str | None = None) -> tuple[str, ...]:
    """Return the ids of a monitoring control in every version of the benchmark: section 4, from 6.0.0 on section 5."""
    section = {"6.0.0": 5, "7.0.0": 5}
    ids = tuple(f"CIS-AWS-{version}:{section.get(version, 4)}.{number}" for version in _VERSIONS)
    return ids if security_hub is None else (*ids, f"SecurityHub:{security_hub}")


class ControlPolicy(Policy):
    """Events of one control do not reach anybody. Subclasses set ``number`` and the texts."""

    number: ClassVar[int]
    """Of the control within its section."""
    severity = Severity.LOW
    sources = _DOCUMENTS

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """Yield one outcome for the source as a whole."""
        certain = settings.monitoring_asked or has_cloudtrail_chain(infrastructure)
        if not (certain or (self.severity > Severity.LOW and _may_have_cloudtrail_chain(infrastructure))):
            return
        from sgwarden_policies.control_outcome import judge_required  # imported late: 70 ms of a scan without a chain

        outcome = judge_required(self, self.number, infrastructure, settings, certain)
        if outcome is not None:
            yield outcome


def is_monitoring(policy: Policy) -> bool:
    """Return True if a policy is about the monitoring chain."""
    return isinstance(policy, ControlPolicy)


def has_cloudtrail_chain(infrastructure: Infrastructure) -> bool:
    """Return True if the source holds a part of a monitoring chain for CloudTrail."""
    monitoring = infrastructure.monitoring
    if monitoring.trails:
        return True
    if not monitoring.metric_filters:
        return False
    from sgwarden.monitoring.links.filter import reads_cloudtrail  # imported late: 60 ms of a scan without a filter

    return any(reads_cloudtrail(each) for each in monitoring.metric_filters)


def _may_have_cloudtrail_chain(infrastructure: Infrastructure) -> bool:
    """Return True if the source holds a metric filter whose pattern is not known, and which may be for CloudTrail."""
    return any(isinstance(each.pattern, Unknown) for each in infrastructure.monitoring.metric_filters)


def chain_example(pattern: str, *, complete: bool) -> str:
    """Return a chain in Terraform, for ``good`` and (with an alarm without actions) for ``bad``."""
    actions = "[aws_sns_topic.alerts.arn]" if complete else "[]"
    return _EXAMPLE.replace("PATTERN", pattern.replace('"', '\\"')).replace("ACTIONS", actions)


def events_pattern(*names: str, source: str | None = None) -> str:
    """Return a filter pattern that lists events, with their source where the benchmark has it."""
    listed = " || ".join(f"($.eventName = {name})" for name in names)
    return f"{{ {listed} }}" if source is None else f"{{ ($.eventSource = {source}) && ({listed}) }}"


_EXAMPLE = """\
resource "aws_cloudtrail" "main" {
  name                       = "main"
  s3_bucket_name             = "audit-logs"
  is_multi_region_trail      = true
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.delivery.arn
}

resource "aws_cloudwatch_log_group" "trail" {
  name = "cloudtrail"
}

resource "aws_iam_role" "delivery" {
  name = "cloudtrail-delivery"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "cloudtrail.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "delivery" {
  role = aws_iam_role.delivery.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.trail.arn}:*"
    }]
  })
}

resource "aws_cloudwatch_log_metric_filter" "changes" {
  name           = "changes"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "PATTERN"

  metric_transformation {
    name      = "Changes"
    namespace = "Audit"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "changes" {
  alarm_name          = "changes"
  namespace           = "Audit"
  metric_name         = aws_cloudwatch_log_metric_filter.changes.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = ACTIONS
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "security@example.com"
}
"""
