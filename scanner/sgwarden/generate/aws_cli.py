"""A monitoring chain as commands of the AWS CLI, for a POSIX shell."""

from __future__ import annotations

import json
import shlex

from sgwarden.generate.design import Design

_START = """\
#!/bin/sh
# Notices API calls: trail -> log group -> metric filters -> alarms -> topic -> subscription.
# Usage: MAIL=you@example.com sh this-file
set -eu

: "${MAIL:?mail address that is told about alarms}"
PREFIX="${PREFIX:-audit}"
ACCOUNT="$(aws sts get-caller-identity --query Account --output text)"
PARTITION="$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2)"
REGION="${AWS_REGION:-$(aws configure get region)}"
BUCKET="$PREFIX-trail-$ACCOUNT-$REGION"
TRAIL_ARN="arn:$PARTITION:cloudtrail:$REGION:$ACCOUNT:trail/$PREFIX-trail"
GROUP_ARN="arn:$PARTITION:logs:$REGION:$ACCOUNT:log-group:$PREFIX-trail:*"
"""

_BUCKET = """\
if [ "$REGION" = us-east-1 ]; then
  aws s3api create-bucket --bucket "$BUCKET"
else
  aws s3api create-bucket --bucket "$BUCKET" --create-bucket-configuration "LocationConstraint=$REGION"
fi
aws s3api put-public-access-block --bucket "$BUCKET" --public-access-block-configuration \\
  BlockPublicAcls=true,BlockPublicPolicy=true,IgnorePublicAcls=true,RestrictPublicBuckets=true
aws s3api put-bucket-policy --bucket "$BUCKET" --policy "$(cat <<JSON
BUCKET_POLICY
JSON
)"
"""

_TRAIL = """\
aws logs create-log-group --log-group-name "$PREFIX-trail"
aws logs put-retention-policy --log-group-name "$PREFIX-trail" --retention-in-days 365
aws iam create-role --role-name "$PREFIX-trail" --assume-role-policy-document "$(cat <<JSON
TRUST
JSON
)"
aws iam put-role-policy --role-name "$PREFIX-trail" --policy-name deliver --policy-document "$(cat <<JSON
DELIVERY
JSON
)"
sleep 15 # a new role takes a moment to be known everywhere
aws cloudtrail create-trail --name "$PREFIX-trail" --s3-bucket-name "$BUCKET" \\
  --is-multi-region-trail --enable-log-file-validation --cloud-watch-logs-log-group-arn "$GROUP_ARN" \\
  --cloud-watch-logs-role-arn "arn:$PARTITION:iam::$ACCOUNT:role/$PREFIX-trail"
aws cloudtrail start-logging --name "$PREFIX-trail"
"""

_TOPIC = """\
TOPIC="$(aws sns create-topic --name "$PREFIX-alarms" --query TopicArn --output text)"
aws sns set-topic-attributes --topic-arn "$TOPIC" --attribute-name Policy --attribute-value "$(cat <<JSON
TOPIC_POLICY
JSON
)"
aws sns subscribe --topic-arn "$TOPIC" --protocol email --notification-endpoint "$MAIL"
"""

_WATCH = """\
# LABEL
aws logs put-metric-filter --log-group-name "$PREFIX-trail" --filter-name "$PREFIX-SLUG" \\
  --filter-pattern PATTERN \\
  --metric-transformations "metricName=SLUG,metricNamespace=$PREFIX-trail,metricValue=1"
aws cloudwatch put-metric-alarm --alarm-name "$PREFIX-SLUG" --namespace "$PREFIX-trail" --metric-name SLUG \\
  --statistic Sum --period 300 --evaluation-periods 1 --threshold 1 \\
  --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching --alarm-actions "$TOPIC"
"""


def _document(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def _for_service(service: str, action: str, resource: str | None, condition: dict[str, str]) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    if resource is not None:
        statement["Resource"] = resource
    return statement | {"Condition": {"StringEquals": condition}}


def render(design: Design) -> str:
    """Return the commands of the whole chain, in the order in which they can run."""
    trail, source = "cloudtrail.amazonaws.com", {"aws:SourceArn": "$TRAIL_ARN"}
    bucket = "arn:$PARTITION:s3:::$BUCKET"
    policies = {
        "BUCKET_POLICY": _document(
            _for_service(trail, "s3:GetBucketAcl", bucket, source),
            _for_service(
                trail,
                "s3:PutObject",
                f"{bucket}/AWSLogs/$ACCOUNT/*",
                source | {"s3:x-amz-acl": "bucket-owner-full-control"},
            ),
        ),
        "TRUST": _document(_for_service(trail, "sts:AssumeRole", None, {"aws:SourceAccount": "$ACCOUNT"})),
        "DELIVERY": _document(
            {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "$GROUP_ARN"}
        ),
        "TOPIC_POLICY": _document(
            _for_service("cloudwatch.amazonaws.com", "sns:Publish", "$TOPIC", {"aws:SourceAccount": "$ACCOUNT"})
        ),
    }
    text = "\n".join((_START, _BUCKET, _TRAIL, _TOPIC))
    for name, document in policies.items():
        text = text.replace(f"\n{name}\n", f"\n{document}\n")
    watches = [
        _WATCH.replace("LABEL", f"{watch.monitored.label} {watch.monitored.title}")
        .replace("SLUG", watch.monitored.slug)
        .replace("PATTERN", shlex.quote(watch.pattern))
        for watch in design.watches
    ]
    return "\n".join((text, *watches))
