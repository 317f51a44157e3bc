"""What all monitoring policies share: one control of the benchmark, and the chain that its events must pass.

They judge a source when it holds a trail, or a metric filter that reads CloudTrail records; when it holds a filter whose
pattern is not known, security group changes alone may be undecided. Any other source is left alone, so that a scan of a network does not report missing trails. ``--benchmark`` or naming one
of them with ``--only`` asks them all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from sgwarden.findings import Finding, Outcome, Passed, Severity, Verdict
from sgwarden.model.values import Unknown
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.cloudtrail.catalogue import Control
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.monitoring.chain import Chain
    from sgwarden.settings import Settings

_VERSIONS = ("1.4.0", "1.5.0", "2.0.0", "3.0.0", "4.0.0", "5.0.0", "6.0.0", "7.0.0")
_DOCUMENTS = (
    "https://www.cisecurity.org/benchmark/amazon_web_services",
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
)


def control_ids(number: int, security_hub: str | None = None) -> tuple[str, ...]:
    """A monitoring control in every version of the benchmark: section 4, from 6.0.0 on section 5."""
    section = {"6.0.0": 5, "7.0.0": 5}
    ids = tuple(f"CIS-AWS-{version}:{section.get(version, 4)}.{number}" for version in _VERSIONS)
    return ids if security_hub is None else (*ids, f"SecurityHub:{security_hub}")


class Unnoticed(Policy):
    """Events of one control do not reach anybody. Subclasses set ``number`` and the words."""

    number: ClassVar[int]
    """Of the control within its section."""
    severity = Severity.LOW
    sources = _DOCUMENTS

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """One outcome for the source as a whole."""
        certain = settings.monitoring_asked or speaks(infrastructure)
        if not (certain or (self.severity > Severity.LOW and may_speak(infrastructure))):
            return
        from sgwarden.cloudtrail.catalogue import control
        from sgwarden.monitoring.chain import evaluate_chain

        wanted = control(self.number)
        identity = wanted.id_under(settings.benchmark)
        if identity is None:
            return
        found = evaluate_chain(wanted, infrastructure.monitoring, settings.benchmark)
        if not certain and found.answer is False:
            return  # nothing says that these filters are meant for CloudTrail
        yield self.outcome(found, wanted, wanted.title, identity, infrastructure, settings)

    def outcome(
        self,
        found: Chain,
        control: Control,
        title: str,
        identity: str,
        infrastructure: Infrastructure,
        settings: Settings,
    ) -> Outcome:
        """The finding that names the first broken link, or Passed with the address of the filter."""
        from sgwarden.monitoring.eventbridge import find_alternatives
        from sgwarden.monitoring.redact import HIDDEN, redact, sensitive_texts

        if found.broken is None:
            return Passed(found.filters[0])
        subject = _subject(title, identity)
        others = find_alternatives(control, infrastructure.monitoring, settings.benchmark)
        addresses = [link.address for link in (*reversed(_up_to(found)), *found.links) if link.address]
        undecided = isinstance(found.answer, Unknown)
        secrets = sensitive_texts(infrastructure.monitoring)
        message = redact(_message(subject, found, others), secrets)
        evidence: dict[str, Any] = {
            "control": identity,
            "broken_link": str(found.broken.kind),
            "chain": [_link_document(link, secrets) for link in found.links],
            "missed": list(found.gaps.missed),
            "met_by_other_means": list(others),
        }
        if HIDDEN in message:
            evidence["hidden"] = {"sensitive": True}
        return Finding(
            policy=self.id,
            verdict=Verdict.UNDECIDED if undecided else Verdict.FAIL,
            severity=Severity.LOW if others else self.severity,
            address=addresses[0] if addresses else "the monitoring chain",
            message=message,
            subject=subject,
            location=next((link.location for link in reversed(_up_to(found)) if link.location), None),
            evidence=evidence,
            fix="" if undecided and not found.broken.fix else _sentence(redact(found.broken.fix, secrets)),
            identity=(str(found.broken.kind),),
            controls=tuple(each for each in self.controls if _is_of(each, settings.benchmark)),
            unknowns=(redact(found.answer.reason, secrets),) if isinstance(found.answer, Unknown) else (),
        )


def speaks(infrastructure: Infrastructure) -> bool:
    """Whether the source holds something of a monitoring chain for CloudTrail."""
    monitoring = infrastructure.monitoring
    if monitoring.trails:
        return True
    if not monitoring.metric_filters:
        return False
    from sgwarden.monitoring.links.filter import reads_cloudtrail

    return any(reads_cloudtrail(each) for each in monitoring.metric_filters)


def may_speak(infrastructure: Infrastructure) -> bool:
    """Whether the source holds a metric filter whose pattern is not known, and which may be for CloudTrail."""
    return any(isinstance(each.pattern, Unknown) for each in infrastructure.monitoring.metric_filters)


def _up_to(found: Chain) -> list[Any]:
    """The links up to the broken one."""
    assert found.broken is not None
    place = next(index for index, link in enumerate(found.links) if link is found.broken)
    return list(found.links[: place + 1])


def _subject(title: str, identity: str) -> str:
    """``Monitoring of security group changes (4.10)``; names keep their capitals."""
    name = title.split()[0]
    words = title if not name[1:].isalpha() or not name[1:].islower() else title[:1].lower() + title[1:]
    return f"Monitoring of {words} ({identity})"


def _message(subject: str, found: Chain, others: tuple[str, ...]) -> str:
    broken = found.broken
    assert broken is not None
    where = f"the {broken.kind}" + (f" {broken.address}" if broken.address else "")
    met = f" (met by other means: {', '.join(others)})" if others else ""
    if isinstance(found.answer, Unknown):
        return f"{subject} hangs on {where}{met}; unknown: {found.answer.reason}."
    return f"{subject} breaks at {where}: {broken.found}{met}."


def _link_document(link: Any, secrets: tuple[str, ...]) -> dict[str, Any]:
    """One link for the evidence; its address is never hidden, for it stands in the code."""
    from sgwarden.monitoring.redact import redact

    holds: Any = {"unknown": redact(link.answer.reason, secrets)} if isinstance(link.answer, Unknown) else link.answer
    return {
        "link": str(link.kind),
        "address": link.address,
        "holds": holds,
        "found": link.about if link.answer is True else redact(link.found, secrets),
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""


def _is_of(control: str, benchmark: str) -> bool:
    return control.startswith(f"CIS-AWS-{benchmark.removeprefix('cis-aws-')}:") or not control.startswith("CIS-AWS-")


def chain_example(pattern: str, *, complete: bool) -> str:
    """A chain in Terraform, for ``good`` and (with nobody to tell) for ``bad``."""
    actions = "[aws_sns_topic.alerts.arn]" if complete else "[]"
    return _EXAMPLE.replace("PATTERN", pattern.replace('"', '\\"')).replace("ACTIONS", actions)


def events_pattern(*names: str, source: str | None = None) -> str:
    """A filter pattern that lists events, and asks for their source where the benchmark does."""
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
