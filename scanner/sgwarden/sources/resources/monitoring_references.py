"""What references between the resources of the monitoring chain stand for, in one spelling each."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from sgwarden.model import refinements
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.values import Unknown, reveal
from sgwarden.model.wildcards import ACCOUNT, surroundings

_IDS = {
    "aws_cloudtrail": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_log_metric_filter": "name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_cloudwatch_composite_alarm": "alarm_name",
    "aws_cloudwatch_event_rule": "name",
    "aws_config_configuration_recorder": "name",
    "aws_iam_policy": "arn",
    "aws_iam_role": "name",
    "aws_kms_alias": "name",
    "aws_kms_key": "key_id",
    "aws_kms_external_key": "key_id",
    "aws_kms_replica_key": "key_id",
    "aws_sns_topic": "arn",
}
"""The attribute that ``id`` repeats, by type. Of a metric filter it is the filter's name, not the metric's.

Source: the resources' SetId calls in hashicorp/aws 5.100.0.
"""


class References:
    """Knows every resource of the chain by address."""

    def __init__(self, instances: Iterable[ResourceInstance], account: str | None = None) -> None:
        self.account = account
        """The account that all of it is in, where the source tells."""
        self._instances = {
            instance.address: instance for instance in instances if instance.mode == "managed" and instance.type in _IDS
        }

    def resolved(self, value: str | Unknown) -> str | Unknown:
        """Return ``value`` with known attributes put in, and ``id`` turned into the attribute that it repeats."""
        if isinstance(value, str):
            return value
        if value.parts:
            return _joined([self.resolved(part) for part in value.parts], value)
        if value.address is None or value.attribute is None:
            return value
        instance = self._instances.get(value.address)
        if instance is None:
            return self.account if self.account is not None and surroundings(value) is ACCOUNT else value
        name = _IDS[instance.type] if value.attribute == "id" else value.attribute
        known = reveal(instance.attributes.get(name))
        if isinstance(known, str) and known:
            return known
        if isinstance(known, Unknown) and _tells(known):
            return known
        return value if name == value.attribute else replace(value, attribute=name)

    def own(self, instance: ResourceInstance, name: str) -> str | Unknown:
        """Return the known value of an attribute of the resource, else an Unknown that refers to it."""
        known = reveal(instance.attributes.get(name))
        if isinstance(known, str) and known:
            return known
        if isinstance(known, Unknown) and _tells(known):
            return known
        reason = f"{instance.address}.{name} is known only after apply"
        return Unknown(reason, instance.address, name, not_null=True)


def _tells(value: Unknown) -> bool:
    """Return True if the unknown can be recognised elsewhere; see `sgwarden.model.wildcards`."""
    return bool(value.parts) or value.address is not None or value.type == "string"


def _joined(pieces: list[str | Unknown], whole: Unknown) -> str | Unknown:
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(str(piece) for piece in pieces)
    return refinements.text(pieces, whole.reason, not_null=whole.not_null)
