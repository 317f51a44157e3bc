"""From the trail to its log group: the ARN, the role that delivers, and the group itself.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
The role needs logs:CreateLogStream and logs:PutLogEvents on log streams of the group, and must trust
cloudtrail.amazonaws.com. Metric filters need the log class STANDARD
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html). CloudWatch Logs looks at the key
when it is given to the group, so a key outside the code is taken to work.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sgwarden.model.monitoring import Key, LogGroup, Monitoring, Role, Text, Trail
from sgwarden.model.policy_statements import Request, all_of, allows, any_of, service_context
from sgwarden.model.refinements import parts_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import REGION, Answer, matches, same
from sgwarden.monitoring.arns import arns, joined, shown
from sgwarden.monitoring.links.link import Check, Link, LinkKind, link, missing

_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
_NO_FILTERS = ("INFREQUENT_ACCESS", "DELIVERY")


class Delivered(Struct, frozen=True):
    """Where a trail delivers to."""

    delivery: Link
    log_group: Link | None
    """None: it delivers nowhere."""
    name: Text
    """Of the log group."""
    region: Text = None


def delivered(trail: Trail, monitoring: Monitoring) -> Delivered:
    """The delivery of one trail and the group at its end."""
    arn = trail.cloud_watch_logs_group_arn
    if arn is None:
        check = Check(
            False,
            "cloud_watch_logs_group_arn is not set: the trail delivers to S3 alone",
            "set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn",
        )
        return Delivered(link(LinkKind.DELIVERY, trail, [check]), None, None)
    group = next((each for each in monitoring.log_groups if _is_of(arn, each) is True), None)
    delivery = link(LinkKind.DELIVERY, trail, _checks(trail, arn, group, monitoring), "delivers to CloudWatch Logs")
    if group is None:
        reason = arn.reason if isinstance(arn, Unknown) else f"the log group {shown(arn)} is not in {monitoring.place}"
        found = f"the log group {shown(arn)} is not in {monitoring.place}"
        gone = monitoring.exhaustive and monitoring.complete and not _is_foreign(arn, monitoring)
        outside = missing(LinkKind.LOG_GROUP, False if gone else Unknown(reason), found, "", delivery)
        return Delivered(delivery, outside, _name_in(arn), _region_in(arn) or trail.region)
    return Delivered(delivery, group_link(group, monitoring), group.name, group.region)


def _region_in(arn: Text) -> str | None:
    """The region of an ARN that is written out."""
    return (arn.split(":")[3] or None) if isinstance(arn, str) and arn.count(":") > 5 else None


def _is_foreign(arn: Text, monitoring: Monitoring) -> bool:
    """Whether a log group is of another account, as that of an organization's trail is for its members."""
    pieces = arn.split(":") if isinstance(arn, str) else []
    if len(pieces) < 7:
        return True
    seen = (*monitoring.metric_filters, *monitoring.alarms, *monitoring.log_groups, *monitoring.topics)
    accounts = {each.account for each in seen}
    return pieces[4] not in accounts


def _is_of(arn: Text, group: LogGroup) -> Answer:
    """Whether an ARN, with or without ``:*``, is the group's."""
    assert arn is not None
    for spelling in arns(group, "logs", _rest(group)):
        if matches(joined(spelling, ":*"), arn) is True or same(spelling, arn) is True:
            return True
    written, region = _name_in(arn), _region_in(arn)
    if region is not None and isinstance(group.region, str) and group.region != region:
        return False  # a group of the same name in another region
    return isinstance(written, str) and group.name is not None and same(written, group.name) is True


def _rest(group: LogGroup) -> Text:
    return None if group.name is None else joined("log-group:", group.name)


def _name_in(arn: Text) -> Text:
    """The name of the log group in an ARN that is written out; else something unknown."""
    if isinstance(arn, str):
        pieces = arn.split(":")
        return pieces[6] if len(pieces) > 6 else None
    if arn is None:
        return None
    last = parts_of(arn)[-1]
    if isinstance(last, str) and ":log-group:" in last:
        return last.rpartition(":log-group:")[2].removesuffix(":*")
    return Unknown(arn.reason)


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
        f'cloud_watch_logs_group_arn is {shown(arn)}, without the ":*" at its end, and CloudTrail refuses it',
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
            Unknown(reason), f"the role {shown(role_arn)} is not in {monitoring.place}", "", "cloud_watch_logs_role_arn"
        )
        return
    yield from _role_checks(role, group, arn)


def _ends_in_star(arn: str | Unknown, exact: bool) -> Answer:
    last = parts_of(arn)[-1]
    if isinstance(last, str):
        return last.endswith(":*")
    if last.attribute == "arn" and last.address is not None:
        # A plan tells the reference and not what stands around it; on apply CloudTrail refuses an ARN without ":*".
        return not exact
    return Unknown(last.reason)


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
    spellings = (
        arns(group, "logs", _rest(group), stream) if group is not None else (joined(_without_star(arn), stream),)
    )
    answers = [
        allows((policy.may_exist or policy.document for policy in role.policies), Request(action, resources=spellings))
        for action in _ACTIONS
    ]
    lacking = [action for action, answer in zip(_ACTIONS, answers, strict=True) if answer is not True]
    yield Check(
        all_of(answers),
        f"no policy of {role.address} allows {' and '.join(lacking)} on the log streams of the group",
        f'allow {" and ".join(_ACTIONS)} on "${{aws_cloudwatch_log_group.NAME.arn}}:*"',
        "cloud_watch_logs_role_arn",
    )


def _without_star(arn: str | Unknown) -> str | Unknown:
    *before, last = parts_of(arn)
    return joined(*before, last.removesuffix(":*") if isinstance(last, str) else last)


def group_link(group: LogGroup, monitoring: Monitoring) -> Link:
    """Whether records that reach the group reach its metric filters."""
    return link(LinkKind.LOG_GROUP, group, _group_checks(group, monitoring), "takes metric filters")


def _group_checks(group: LogGroup, monitoring: Monitoring) -> Iterator[Check]:
    kind = group.log_group_class
    if isinstance(kind, Unknown):
        yield Check(kind, "log_group_class is not known", "", "log_group_class")
    else:
        yield Check(
            kind not in _NO_FILTERS,
            f"log_group_class is {kind}, which has no metric filters",
            'use log_group_class = "STANDARD" (a new log group: the class cannot be changed)',
            "log_group_class",
        )
    key = key_of(group.kms_key_id, monitoring)
    if key is None:
        return
    yield key_enabled(key, "kms_key_id")
    service = joined("logs.", REGION if group.region is None else group.region, ".amazonaws.com")
    yield Check(
        _logs_may_use(key, service),
        f"the policy of {key.address} does not let {shown(service)} encrypt: no record is stored",
        f'allow kms:Encrypt*, kms:Decrypt*, kms:GenerateDataKey* and kms:Describe* for Service "{shown(service)}"',
        "kms_key_id",
    )


def _logs_may_use(key: Key, service: str | Unknown) -> Answer:
    """The principal of the region, or the one without a region, which is accepted too."""
    if key.policy is None:
        return False
    context = service_context(key.account, None)
    return all_of(
        any_of(allows([key.policy], Request(action, name, context=context)) for name in (service, "logs.amazonaws.com"))
        for action in ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
    )


def key_of(identifier: Text, monitoring: Monitoring) -> Key | None:
    """The key of the code that an id, ARN or alias names."""
    if identifier is None:
        return None
    for key in monitoring.keys:
        if any(name is not None and same(identifier, name) is True for name in (key.key_id, key.arn, *key.aliases)):
            return key
    return None


def key_enabled(key: Key, argument: str) -> Check:
    """Whether the key can be used at all."""
    enabled = True if key.is_enabled is None else key.is_enabled
    return Check(enabled, f"the key {key.address} is disabled", f"set is_enabled = true in {key.address}", argument)
