"""A monitoring chain as Terraform, formatted as `terraform fmt` would."""

from __future__ import annotations

from collections.abc import Iterator

from sgwarden.generate.design import Design

_HEADER = "# Notices API calls: trail -> log group -> metric filters -> alarms -> topic -> subscription.\n"
_CONFIRM = "# After the first apply, confirm the subscription with the link in the mail that SNS sends.\n"

_TERRAFORM = """\
terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}
"""

_VARIABLE_PREFIX = """\
variable "monitoring_prefix" {
  description = "Begins the name of every resource"
  type        = string
  default     = "audit"
}
"""

_VARIABLE_MAIL = """\
variable "monitoring_mail" {
  description = "Mail address that is told about alarms"
  type        = string
}
"""

_VARIABLE_KEY = """\
variable "monitoring_kms_key_arn" {
  description = "Key for the trail, the log group and the topic; its policy must let cloudtrail.amazonaws.com, logs.<region>.amazonaws.com and cloudwatch.amazonaws.com use it"
  type        = string
  default     = null
}
"""

_VARIABLE_RETENTION = """\
variable "monitoring_retention_in_days" {
  description = "How long the log group keeps records; the bucket keeps them for good"
  type        = number
  default     = 365
}
"""

_DATA = """\
data "aws_caller_identity" "monitoring" {}

data "aws_partition" "monitoring" {}

data "aws_region" "monitoring" {}
"""

_TRAIL = """\
resource "aws_s3_bucket" "trail" {
  bucket_prefix = "${var.monitoring_prefix}-trail-"
}

resource "aws_s3_bucket_public_access_block" "trail" {
  bucket = aws_s3_bucket.trail.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "trail" {
  bucket = aws_s3_bucket.trail.id
  policy = data.aws_iam_policy_document.trail_bucket.json

  depends_on = [aws_s3_bucket_public_access_block.trail]
}

data "aws_iam_policy_document" "trail_bucket" {
  statement {
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.trail.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.trail.arn}/AWSLogs/${data.aws_caller_identity.monitoring.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }
}

resource "aws_cloudtrail" "main" {
  name                       = local.trail_name
  s3_bucket_name             = aws_s3_bucket.trail.id
  is_multi_region_trail      = true
  enable_log_file_validation = true
  kms_key_id                 = var.monitoring_kms_key_arn
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.trail_delivery.arn

  depends_on = [aws_s3_bucket_policy.trail, aws_iam_role_policy.trail_delivery]
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "${var.monitoring_prefix}-trail"
  retention_in_days = var.monitoring_retention_in_days
  kms_key_id        = var.monitoring_kms_key_arn
}

resource "aws_iam_role" "trail_delivery" {
  name_prefix        = "${var.monitoring_prefix}-trail-"
  assume_role_policy = data.aws_iam_policy_document.trail_trust.json
}

data "aws_iam_policy_document" "trail_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.monitoring.account_id]
    }
  }
}

resource "aws_iam_role_policy" "trail_delivery" {
  name   = "deliver"
  role   = aws_iam_role.trail_delivery.id
  policy = data.aws_iam_policy_document.trail_delivery.json
}

data "aws_iam_policy_document" "trail_delivery" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.trail.arn}:log-stream:*"]
  }
}
"""

_TRAIL_LOCALS = """\
locals {
  trail_name = "${var.monitoring_prefix}-trail"
  trail_arn  = "arn:${data.aws_partition.monitoring.partition}:cloudtrail:${data.aws_region.monitoring.name}:${data.aws_caller_identity.monitoring.account_id}:trail/${local.trail_name}"
}
"""

_WATCHES = """\
resource "aws_cloudwatch_log_metric_filter" "monitoring" {
  for_each = local.monitoring_patterns

  name           = "${var.monitoring_prefix}-${each.key}"
  log_group_name = LOG_GROUP
  pattern        = each.value

  metric_transformation {
    name      = each.key
    namespace = "${var.monitoring_prefix}-trail"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "monitoring" {
  for_each = aws_cloudwatch_log_metric_filter.monitoring

  alarm_name          = each.value.name
  namespace           = each.value.metric_transformation[0].namespace
  metric_name         = each.value.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [TOPIC]
}
"""

_ALARM = """\
resource "aws_cloudwatch_metric_alarm" "NAME" {
  alarm_name          = "${var.monitoring_prefix}-SLUG"
  namespace           = FILTER.metric_transformation[0].namespace
  metric_name         = FILTER.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [TOPIC]
}
"""

_TOPIC = """\
resource "aws_sns_topic" "monitoring" {
  name              = "${var.monitoring_prefix}-alarms"
  kms_master_key_id = var.monitoring_kms_key_arn
}

resource "aws_sns_topic_policy" "monitoring" {
  arn    = aws_sns_topic.monitoring.arn
  policy = data.aws_iam_policy_document.monitoring_topic.json
}

data "aws_iam_policy_document" "monitoring_topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.monitoring.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.monitoring.account_id]
    }
  }
}
"""

_SUBSCRIPTION = """\
resource "aws_sns_topic_subscription" "monitoring" {
  topic_arn = TOPIC
  protocol  = "email"
  endpoint  = var.monitoring_mail
}
"""


def render(design: Design) -> str:
    """Return the module; beside existing code, only what that lacks."""
    if design.empty:
        return "\n".join(["# Nothing to add.", *_notes(design), ""])
    return "\n".join(_blocks(design))


def _blocks(design: Design) -> Iterator[str]:
    own_trail, own_topic = design.log_group is None, design.topic is None
    topic = design.topic or "aws_sns_topic.monitoring.arn"
    yield _HEADER + (_CONFIRM if design.subscription else "") + "".join(f"{line}\n" for line in _notes(design))
    if own_trail and own_topic:
        yield _TERRAFORM
    if design.watches or design.alarms:
        yield _VARIABLE_PREFIX
    if design.subscription:
        yield _VARIABLE_MAIL
    if (design.watches and own_trail) or (own_topic and not design.empty):
        yield _VARIABLE_KEY
    if design.watches and own_trail:
        yield _VARIABLE_RETENTION
        yield _DATA
        yield _TRAIL_LOCALS
        yield _TRAIL
    elif own_topic:
        yield 'data "aws_caller_identity" "monitoring" {}\n'
    if design.watches:
        yield _patterns(design)
        group = design.log_group or "aws_cloudwatch_log_group.trail.name"
        yield _WATCHES.replace("LOG_GROUP", group).replace("TOPIC", topic)
    for monitored, address in design.alarms:
        names = {"SLUG": monitored.slug, "NAME": monitored.slug.replace("-", "_"), "FILTER": address, "TOPIC": topic}
        alarm = _ALARM
        for name, value in names.items():
            alarm = alarm.replace(name, value)
        yield alarm
    if own_topic:
        yield _TOPIC
    if design.subscription:
        yield _SUBSCRIPTION.replace("TOPIC", topic)


def _notes(design: Design) -> list[str]:
    return ["# Mend by hand:", *(f"# - {note}" for note in design.notes)] if design.notes else []


def _patterns(design: Design) -> str:
    """Return the patterns by name, each on one line, so that its text is that of the benchmark."""
    lines = []
    for watch in design.watches:
        escaped = watch.pattern.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
        lines.append(f"    # {watch.monitored.label} {watch.monitored.title}")
        lines.append(f'    {watch.monitored.slug} = "{escaped}"')
    body = "\n".join(lines)
    return f"locals {{\n  monitoring_patterns = {{\n{body}\n  }}\n}}\n"
