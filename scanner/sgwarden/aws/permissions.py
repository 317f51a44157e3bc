"""The least IAM permissions that each command needs: the calls that ``sgwarden.aws`` makes, as actions.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/ (the actions are
named as the calls). A test holds the table against the calls in the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

IDENTITY = ("sts:GetCallerIdentity",)
"""Always allowed, also without a policy; listed for completeness."""

REGIONS = ("ec2:DescribeRegions",)
NETWORK = (
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroupVpcAssociations",
    "ec2:DescribeSecurityGroups",
    "ec2:GetManagedPrefixListEntries",
)
MONITORING = (
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetAlarmMuteRule",
    "cloudwatch:ListAlarmMuteRules",
    "config:DescribeConfigurationRecorderStatus",
    "config:DescribeConfigurationRecorders",
    "config:DescribeDeliveryChannels",
    "events:ListRules",
    "events:ListTargetsByRule",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "logs:DescribeMetricFilters",
    "sns:GetSubscriptionAttributes",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
)
RECORDS = ("cloudtrail:LookupEvents",)
OTHER_ACCOUNTS = ("organizations:ListAccounts", "sts:AssumeRole")
"""For --organization and for roles of other accounts; a statement of its own, to be left out for one account."""

_LIVE = (*IDENTITY, *REGIONS, *NETWORK, *MONITORING)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "audit": _LIVE,
    "snapshot": _LIVE,
    "drift": (*IDENTITY, *REGIONS, *NETWORK),
    "detect": (*IDENTITY, *REGIONS, *RECORDS),
    "investigate": (*IDENTITY, *REGIONS, "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", *RECORDS),
}
"""Actions by command. Commands that are not here never call AWS."""

_SIDS = {
    "cloudtrail": "Trails",
    "cloudwatch": "Alarms",
    "config": "Recorders",
    "ec2": "Network",
    "events": "EventRules",
    "iam": "DeliveryRoles",
    "kms": "Keys",
    "logs": "MetricFilters",
    "sns": "Topics",
    "sts": "Identity",
}


def policy(command: str | None = None) -> str:
    """Return the IAM policy of a command, or of all commands, as JSON; maybe without statements.

    Every action reads; none of them can be limited to resources that are known beforehand, so the resource is ``*``.
    """
    actions = COMMANDS.get(command, ()) if command is not None else tuple(a for each in COMMANDS.values() for a in each)
    by_service: dict[str, list[str]] = {}
    for action in sorted(set(actions)):
        by_service.setdefault(action.partition(":")[0], []).append(action)
    statements = [
        {"Sid": _SIDS[service], "Effect": "Allow", "Action": listed, "Resource": "*"}
        for service, listed in by_service.items()
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"


def other_accounts(role_name: str) -> str:
    """Return the policy that lets the starting account read others through a role of that name."""
    statements = [
        {"Sid": "ListAccounts", "Effect": "Allow", "Action": "organizations:ListAccounts", "Resource": "*"},
        {
            "Sid": "ReadOtherAccounts",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": f"arn:aws:iam::*:role/{role_name}",
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
