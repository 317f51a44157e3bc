"""Delivery from the trail to its log group: the ARN of the group, and the role that delivers.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
The role needs logs:CreateLogStream and logs:PutLogEvents on log streams of the group, and must trust
cloudtrail.amazonaws.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sgwarden.model.monitoring import LogGroup, Monitoring, Role, Text, Trail
from sgwarden.model.policy_statements import Request, allows, service_context
from sgwarden.model.refinements import parts_of
from sgwarden.model.truth import Truth, all_of, any_of, maybe
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display, join_text
from sgwarden.monitoring.links.link import Check, Link, LinkKind, decide_link, missing_link
from sgwarden.monitoring.links.log_group import group_link, is_log_group, log_group_arns, name_in, region_in

_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")


class Delivery(Struct, frozen=True):
    """Where a trail delivers to."""

    link: Link
    log_group: Link | None
    """None: it delivers nowhere."""
    name: Text
    """Of the log group."""
    region: Text = None


def delivery_of(trail: Trail, monitoring: Monitoring) -> Delivery:
    """Return the delivery of one trail and the log group at its end."""
    arn = trail.cloud_watch_logs_group_arn
    if arn is None:
        check = Check(
            False,
            "cloud_watch_logs_group_arn is not set: the trail delivers to S3 alone",
            "set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn",
        )
        return Delivery(decide_link(LinkKind.DELIVERY, trail, [check]), None, None)
    group = next((each for each in monitoring.log_groups if is_log_group(arn, each) is True), None)
    delivery = decide_link(
        LinkKind.DELIVERY, trail, _checks(trail, arn, group, monitoring), "delivers to CloudWatch Logs"
    )
    if group is None:
        reason = (
            arn.reason if isinstance(arn, Unknown) else f"the log group {display(arn)} is not in {monitoring.place}"
        )
        found = f"the log group {display(arn)} is not in {monitoring.place}"
        gone = monitoring.exhaustive and monitoring.complete and not _is_foreign(arn, monitoring)
        outside = missing_link(LinkKind.LOG_GROUP, False if gone else maybe(reason), found, "", delivery)
        return Delivery(delivery, outside, name_in(arn), region_in(arn) or trail.region)
    return Delivery(delivery, group_link(group, monitoring), group.name, group.region)


def queries_group(groups: tuple[str | Unknown, ...] | Unknown, name: Text) -> Truth:
    """Return whether one of the log groups, by names or ARNs, is the one of that name."""
    if isinstance(groups, Unknown) or name is None:
        return maybe("the log groups of a query")
    named = (each if isinstance(each, str) and ":" not in each else name_in(each) for each in groups)
    return any_of(*(same(each, name) for each in named if each is not None))


def _is_foreign(arn: Text, monitoring: Monitoring) -> bool:
    """Return True if a log group is of another account, as for members under an organization's trail."""
    pieces = arn.split(":") if isinstance(arn, str) else []
    if len(pieces) < 7:
        return True
    seen = (*monitoring.metric_filters, *monitoring.alarms, *monitoring.log_groups, *monitoring.topics)
    accounts = {each.account for each in seen}
    return pieces[4] not in accounts


def _checks(trail: Trail, arn: str | Unknown, group: LogGroup | None, monitoring: Monitoring) -> Iterator[Check]:
    error = trail.latest_delivery_error
    yield Check(
        error is None,
        f"CloudTrail could not deliver to CloudWatch Logs: {error}",
        "mend what the error names; look at the role, the log group and their keys",
        "cloud_watch_logs_group_arn",
    )
    yield Check(
        _ends_in_star(arn, monitoring.exact),
        f'cloud_watch_logs_group_arn is {display(arn)}, without the ":*" at its end, and CloudTrail refuses it',
        'write "${aws_cloudwatch_log_group.NAME.arn}:*"',
        "cloud_watch_logs_group_arn",
    )
    role_arn = trail.cloud_watch_logs_role_arn
    if role_arn is None:
        yield Check(
            False,
            "cloud_watch_logs_role_arn is not set: CloudTrail has no role to deliver with",
            "set cloud_watch_logs_role_arn",
        )
        return
    role = next((each for each in monitoring.roles if each.arn is not None and same(each.arn, role_arn) is True), None)
    if role is None:
        reason = (
            role_arn.reason if isinstance(role_arn, Unknown) else f"the role {role_arn} is not in {monitoring.place}"
        )
        yield Check(
            maybe(reason),
            f"the role {display(role_arn)} is not in {monitoring.place}",
            "",
            "cloud_watch_logs_role_arn",
        )
        return
    yield from _role_checks(role, group, arn)


def _ends_in_star(arn: str | Unknown, exact: bool) -> Truth:
    last = parts_of(arn)[-1]
    if isinstance(last, str):
        return last.endswith(":*")
    if last.attribute == "arn" and last.address is not None:
        # A plan tells the reference and not what stands around it; on apply CloudTrail refuses an ARN without ":*".
        return not exact
    return maybe(last.reason)


def _role_checks(role: Role, group: LogGroup | None, arn: str | Unknown) -> Iterator[Check]:
    trust = allows(
        [role.assume_role_policy],
        Request("sts:AssumeRole", "cloudtrail.amazonaws.com", context=service_context(role.account, None)),
    )
    yield Check(
        trust,
        f"{role.address} does not trust cloudtrail.amazonaws.com",
        'let Service "cloudtrail.amazonaws.com" assume the role (sts:AssumeRole)',
        "cloud_watch_logs_role_arn",
    )
    # Streams are named ACCOUNT_CloudTrail_REGION; see the source above.
    stream = ":log-stream:*_CloudTrail_*"
    spellings = log_group_arns(group, stream) if group is not None else (join_text(_without_star(arn), stream),)
    answers = [
        allows((policy.may_exist or policy.document for policy in role.policies), Request(action, resources=spellings))
        for action in _ACTIONS
    ]
    lacking = [action for action, answer in zip(_ACTIONS, answers, strict=True) if answer is not True]
    yield Check(
        all_of(*answers),
        f"no policy of {role.address} allows {' and '.join(lacking)} on the log streams of the group",
        f'allow {" and ".join(_ACTIONS)} on "${{aws_cloudwatch_log_group.NAME.arn}}:*"',
        "cloud_watch_logs_role_arn",
    )


def _without_star(arn: str | Unknown) -> str | Unknown:
    *before, last = parts_of(arn)
    return join_text(*before, last.removesuffix(":*") if isinstance(last, str) else last)
