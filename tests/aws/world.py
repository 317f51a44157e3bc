"""Answers of AWS for tests: one small account with a whole chain of monitoring."""

from __future__ import annotations

import json
from typing import Any

from tests.aws.double import ACCOUNT, Answer

HOME = "eu-west-1"


def group(number: int, *permissions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group ``sg-N`` with ingress permissions."""
    return {
        "GroupId": f"sg-{number:08x}", "GroupName": f"group-{number}", "Description": "a group", "VpcId": "vpc-1",
        "OwnerId": ACCOUNT, "IpPermissions": list(permissions), "IpPermissionsEgress": [], "Tags": [], **more,
    }  # fmt: skip


def permission(cidr: str = "10.0.0.0/8", port: int = 443, description: str = "why") -> dict[str, Any]:
    """tcp from one CIDR."""
    return {
        "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr, "Description": description}],
        "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [],
    }  # fmt: skip


def rule(number: int, cidr: str = "10.0.0.0/8", port: int = 443, description: str = "why") -> dict[str, Any]:
    """What DescribeSecurityGroupRules says of ``permission`` in group ``sg-N``."""
    return {
        "SecurityGroupRuleId": f"sgr-{number:08x}", "GroupId": f"sg-{number:08x}", "GroupOwnerId": ACCOUNT,
        "IsEgress": False, "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIpv4": cidr,
        "Description": description, "Tags": [],
    }  # fmt: skip


TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/main"
TOPIC = f"arn:aws:sns:{HOME}:{ACCOUNT}:alerts"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/trail"
LOG_GROUP = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:trail"
_NOTHING = json.dumps({"Statement": []})
MUTE_RULE = f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm-mute-rule:nights"
_ALARM = f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:"


def _at_home(answer: Answer) -> Any:
    return lambda region, _: answer if region == HOME else {}


def answers() -> dict[str, Any]:
    """Two pages of groups and of rules, an interface, an ACL, and the chain in the home region."""
    trail = {
        "Name": "main", "TrailARN": TRAIL, "HomeRegion": HOME, "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True, "IsOrganizationTrail": False,
        "CloudWatchLogsLogGroupArn": f"{LOG_GROUP}:*", "CloudWatchLogsRoleArn": ROLE,
    }  # fmt: skip
    return {
        "DescribeSecurityGroups": [
            {"SecurityGroups": [group(1, permission())]},
            {"SecurityGroups": [group(2, permission("0.0.0.0/0", 22))]},
        ],
        "DescribeSecurityGroupRules": [
            {"SecurityGroupRules": [rule(1)]},
            {"SecurityGroupRules": [rule(2, "0.0.0.0/0", 22)]},
        ],
        "DescribeSecurityGroupVpcAssociations": [
            {
                "SecurityGroupVpcAssociations": [
                    {"GroupId": "sg-00000001", "VpcId": "vpc-2", "State": "associated"},
                    {"GroupId": "sg-00000001", "VpcId": "vpc-3", "State": "disassociated"},
                ]
            }
        ],
        "DescribeManagedPrefixLists": [
            {"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "offices", "OwnerId": ACCOUNT}]}
        ],
        "GetManagedPrefixListEntries": [{"Entries": [{"Cidr": "10.2.0.0/16"}, {"Cidr": "10.1.0.0/16"}]}],
        "DescribeNetworkInterfaces": [
            {
                "NetworkInterfaces": [
                    {
                        "NetworkInterfaceId": "eni-1", "Attachment": {"InstanceId": "i-1"},
                        "Groups": [{"GroupId": "sg-00000002"}], "Association": {"PublicIp": "203.0.113.9"},
                    }
                ]
            }
        ],
        "DescribeNetworkAcls": [
            {
                "NetworkAcls": [
                    {
                        "NetworkAclId": "acl-1",
                        "Entries": [
                            {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "10.0.0.0/8"},
                            {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"},
                        ],
                    }
                ]
            }
        ],
        "DescribeTrails": [{"trailList": [trail]}],
        "GetTrailStatus": [{"IsLogging": False, "LatestCloudWatchLogsDeliveryError": "Access denied."}],
        "GetEventSelectors": [{"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}],
        "GetRole": [{"Role": {"Arn": ROLE, "AssumeRolePolicyDocument": _NOTHING}}],
        "ListRolePolicies": [{"PolicyNames": ["logs"]}],
        "GetRolePolicy": [{"PolicyDocument": _NOTHING}],
        "ListAttachedRolePolicies": [{"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/X"}]}],
        "GetPolicy": [{"Policy": {"DefaultVersionId": "v1"}}],
        "GetPolicyVersion": [{"PolicyVersion": {"Document": _NOTHING}}],
        "DescribeLogGroups": _at_home({"logGroups": [{"logGroupName": "trail", "arn": f"{LOG_GROUP}:*", "kmsKeyId": "k"}]}),
        "DescribeMetricFilters": _at_home(
            {
                "metricFilters": [
                    {
                        "filterName": "groups", "logGroupName": "trail", "filterPattern": "{ $.eventName = x }",
                        "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
                    }
                ]
            }
        ),
        "DescribeAlarms": _at_home(
            {
                "MetricAlarms": [
                    {
                        "AlarmName": "groups", "AlarmArn": f"{_ALARM}groups", "MetricName": "m", "Namespace": "n",
                        "Threshold": 1.0, "AlarmActions": [TOPIC], "ActionsEnabled": True, "StateValue": "INSUFFICIENT_DATA",
                    },
                    {"AlarmName": "cpu", "AlarmArn": f"{_ALARM}cpu", "MetricName": "CPU", "Namespace": "AWS/EC2"},
                ],
                "LogAlarms": [
                    {
                        "AlarmName": "queried", "AlarmArn": f"{_ALARM}queried", "AlarmActions": [TOPIC],
                        "ScheduledQueryConfiguration": {
                            "QueryString": "filter eventName = 'x'", "LogGroupIdentifiers": [LOG_GROUP],
                        },
                    }
                ],
                "CompositeAlarms": [
                    {"AlarmName": "all", "AlarmArn": f"{_ALARM}all", "AlarmRule": "ALARM(groups)", "AlarmActions": [TOPIC]}
                ],
            }
        ),
        "ListRules": _at_home(
            {
                "Rules": [
                    {"Name": "r", "Arn": "arn:aws:events:eu-west-1:123456789012:rule/r", "State": "ENABLED",
                     "EventPattern": json.dumps({"detail-type": ["AWS API Call via CloudTrail"]})},
                    {"Name": "s", "Arn": "arn:aws:events:eu-west-1:123456789012:rule/s", "State": "ENABLED",
                     "ScheduleExpression": "rate(1 day)"},
                ]
            }
        ),
        "ListAlarmMuteRules": _at_home({"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": MUTE_RULE, "Status": "ACTIVE"}]}),
        "GetAlarmMuteRule": [
            {
                "Name": "nights", "AlarmMuteRuleArn": MUTE_RULE, "Status": "ACTIVE",
                "Rule": {"Schedule": {"Expression": "cron(0 18 * * *)", "Duration": "PT12H"}},
                "MuteTargets": {"AlarmNames": ["groups"]},
            }
        ],
        "ListTargetsByRule": [{"Targets": [{"Id": "1", "Arn": TOPIC}]}],
        "DescribeConfigurationRecorders": _at_home({"ConfigurationRecorders": [{"name": "default"}]}),
        "DescribeConfigurationRecorderStatus": [{"ConfigurationRecordersStatus": [{"name": "default", "recording": True}]}],
        "DescribeDeliveryChannels": [{"DeliveryChannels": [{"name": "default", "snsTopicARN": TOPIC}]}],
        "GetTopicAttributes": [{"Attributes": {"TopicArn": TOPIC, "KmsMasterKeyId": "k"}}],
        "ListSubscriptionsByTopic": [
            {
                "Subscriptions": [
                    {"SubscriptionArn": f"{TOPIC}:1", "TopicArn": TOPIC, "Protocol": "email", "Endpoint": "a@example.com"},
                    {"SubscriptionArn": "PendingConfirmation", "TopicArn": TOPIC, "Protocol": "email", "Endpoint": "b@x"},
                    {"SubscriptionArn": "Deleted", "TopicArn": TOPIC, "Protocol": "email", "Endpoint": "c@x"},
                ]
            }
        ],
        "GetSubscriptionAttributes": [{"Attributes": {"PendingConfirmation": "false", "FilterPolicy": "{}"}}],
        "DescribeKey": [{"KeyMetadata": {"KeyId": "k", "Arn": f"arn:aws:kms:{HOME}:{ACCOUNT}:key/k", "Enabled": True}}],
        "GetKeyPolicy": [{"Policy": _NOTHING}],
        "ListAliases": [{"Aliases": [{"AliasName": "alias/k"}]}],
    }  # fmt: skip
