"""A monitoring chain as a CloudFormation template, in JSON."""

from __future__ import annotations

import json

from sgwarden.generate.design import Design, Watch

_CLOUDTRAIL = "cloudtrail.amazonaws.com"


def render(design: Design) -> str:
    """Return the whole chain as a template."""
    resources: dict[str, object] = {**_trail(), **_topic()}
    for watch in design.watches:
        resources |= _watch(watch)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Notices API calls: trail, log group, metric filters, alarms, topic, subscription",
        "Parameters": {
            "Prefix": {
                "Type": "String",
                "Default": "audit",
                "AllowedPattern": "[a-z0-9][a-z0-9-]{0,30}",
                "Description": "Begins the name of every resource",
            },
            "Mail": {"Type": "String", "Description": "Mail address that is told about alarms"},
            "KmsKeyArn": {
                "Type": "String",
                "Default": "",
                "Description": "Key for the trail, the log group and the topic; empty: none",
            },
        },
        "Conditions": {"HasKey": {"Fn::Not": [{"Fn::Equals": [{"Ref": "KmsKeyArn"}, ""]}]}},
        "Resources": resources,
    }
    return json.dumps(template, indent=2) + "\n"


def _sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def _key() -> dict[str, object]:
    return {"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}


def _policy(*statements: dict[str, object]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _trail() -> dict[str, object]:
    from_trail = {
        "StringEquals": {
            "aws:SourceArn": _sub(
                "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/${Prefix}-trail"
            )
        }
    }
    may_write = {"StringEquals": {**from_trail["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}}
    return {
        "TrailBucket": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                }
            },
        },
        "TrailBucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "TrailBucket"},
                "PolicyDocument": _policy(
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": _CLOUDTRAIL},
                        "Action": "s3:GetBucketAcl",
                        "Resource": {"Fn::GetAtt": ["TrailBucket", "Arn"]},
                        "Condition": from_trail,
                    },
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": _CLOUDTRAIL},
                        "Action": "s3:PutObject",
                        "Resource": _sub("${TrailBucket.Arn}/AWSLogs/${AWS::AccountId}/*"),
                        "Condition": may_write,
                    },
                ),
            },
        },
        "TrailLogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"LogGroupName": _sub("${Prefix}-trail"), "RetentionInDays": 365, "KmsKeyId": _key()},
        },
        "TrailDeliveryRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": _policy(
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": _CLOUDTRAIL},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                    }
                ),
                "Policies": [
                    {
                        "PolicyName": "deliver",
                        "PolicyDocument": _policy(
                            {
                                "Effect": "Allow",
                                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                                "Resource": {"Fn::GetAtt": ["TrailLogGroup", "Arn"]},
                            }
                        ),
                    }
                ],
            },
        },
        "Trail": {
            "Type": "AWS::CloudTrail::Trail",
            "DependsOn": ["TrailBucketPolicy"],
            "Properties": {
                "TrailName": _sub("${Prefix}-trail"),
                "IsLogging": True,
                "IsMultiRegionTrail": True,
                "IncludeGlobalServiceEvents": True,
                "EnableLogFileValidation": True,
                "S3BucketName": {"Ref": "TrailBucket"},
                "KMSKeyId": _key(),
                "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["TrailLogGroup", "Arn"]},
                "CloudWatchLogsRoleArn": {"Fn::GetAtt": ["TrailDeliveryRole", "Arn"]},
            },
        },
    }


def _topic() -> dict[str, object]:
    return {
        "AlarmTopic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": _sub("${Prefix}-alarms"),
                "KmsMasterKeyId": _key(),
                "Subscription": [{"Protocol": "email", "Endpoint": {"Ref": "Mail"}}],
            },
        },
        "AlarmTopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "AlarmTopic"}],
                "PolicyDocument": _policy(
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudwatch.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": {"Ref": "AlarmTopic"},
                        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                    }
                ),
            },
        },
    }


def _watch(watch: Watch) -> dict[str, object]:
    name = "".join(part.capitalize() for part in watch.monitored.slug.split("-"))
    metric = {"MetricNamespace": _sub("${Prefix}-trail"), "MetricName": watch.monitored.slug}
    return {
        f"{name}Filter": {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "FilterName": _sub(f"${{Prefix}}-{watch.monitored.slug}"),
                "LogGroupName": {"Ref": "TrailLogGroup"},
                "FilterPattern": watch.pattern,
                "MetricTransformations": [{**metric, "MetricValue": "1"}],
            },
        },
        f"{name}Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": _sub(f"${{Prefix}}-{watch.monitored.slug}"),
                "AlarmDescription": f"{watch.monitored.label} {watch.monitored.title}",
                "Namespace": _sub("${Prefix}-trail"),
                "MetricName": watch.monitored.slug,
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "Threshold": 1,
                "TreatMissingData": "notBreaching",
                "AlarmActions": [{"Ref": "AlarmTopic"}],
            },
        },
    }
