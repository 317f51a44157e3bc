"""The log group: can it have metric filters, and may CloudWatch Logs use its key?

Metric filters need the log class STANDARD
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html). CloudWatch Logs checks the
key when it is given to the group, so a key outside the code is taken to work.
"""

from __future__ import annotations

from collections.abc import Iterator

from sgwarden.model.monitoring import Key, LogGroup, Monitoring, Text
from sgwarden.model.policy_statements import Request, allows, service_context
from sgwarden.model.refinements import parts_of
from sgwarden.model.truth import Truth, all_of, any_of, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import REGION, matches, same
from sgwarden.monitoring.arns import arn_spellings, display, join_text
from sgwarden.monitoring.links.link import Check, Link, LinkKind, decide_link, key_check, key_of

_NO_FILTERS = ("INFREQUENT_ACCESS", "DELIVERY")


def group_link(group: LogGroup, monitoring: Monitoring) -> Link:
    """Return the link of a log group: do records that reach it reach its metric filters?"""
    return decide_link(LinkKind.LOG_GROUP, group, _group_checks(group, monitoring), "takes metric filters")


def _group_checks(group: LogGroup, monitoring: Monitoring) -> Iterator[Check]:
    kind = group.log_group_class
    if isinstance(kind, Unknown):
        yield Check(truth_of(kind), "log_group_class is not known", "", "log_group_class")
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
    yield key_check(key, "kms_key_id")
    service = join_text("logs.", REGION if group.region is None else group.region, ".amazonaws.com")
    yield Check(
        _logs_may_use(key, service),
        f"the policy of {key.address} does not let {display(service)} encrypt: no record is stored",
        f'allow kms:Encrypt*, kms:Decrypt*, kms:GenerateDataKey* and kms:Describe* for Service "{display(service)}"',
        "kms_key_id",
    )


def _logs_may_use(key: Key, service: str | Unknown) -> Truth:
    """Return whether the policy allows the principal of the region, or the one without a region."""
    if key.policy is None:
        return False
    context = service_context(key.account, None)
    return all_of(
        *(
            any_of(
                *(
                    allows([key.policy], Request(action, name, context=context))
                    for name in (service, "logs.amazonaws.com")
                )
            )
            for action in ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
        )
    )


def is_log_group(arn: Text, group: LogGroup) -> Truth:
    """Return whether an ARN, with or without ``:*``, is the group's."""
    assert arn is not None
    for spelling in log_group_arns(group):
        if matches(join_text(spelling, ":*"), arn) is True or same(spelling, arn) is True:
            return True
    written, region = name_in(arn), region_in(arn)
    if region is not None and isinstance(group.region, str) and group.region != region:
        return False  # a group of the same name in another region
    return isinstance(written, str) and group.name is not None and same(written, group.name) is True


def log_group_arns(group: LogGroup, suffix: str = "") -> tuple[str | Unknown, ...]:
    """Return the spellings of the group's ARN, each followed by ``suffix``."""
    rest = None if group.name is None else join_text("log-group:", group.name)
    return arn_spellings(group, "logs", rest, suffix)


def name_in(arn: Text) -> Text:
    """Return the name of the log group in an ARN; Unknown if the ARN is not written out."""
    if isinstance(arn, str):
        pieces = arn.split(":")
        return pieces[6] if len(pieces) > 6 else None
    if arn is None:
        return None
    last = parts_of(arn)[-1]
    if isinstance(last, str) and ":log-group:" in last:
        return last.rpartition(":log-group:")[2].removesuffix(":*")
    return Unknown(arn.reason)


def region_in(arn: Text) -> str | None:
    """Return the region of an ARN that is written out."""
    return (arn.split(":")[3] or None) if isinstance(arn, str) and arn.count(":") > 5 else None
