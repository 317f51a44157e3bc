"""References between the resources of the monitoring chain, in one spelling each."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.sources.resources.monitoring_references import References


def instance(address: str, **attributes: Any) -> ResourceInstance:
    type_, name = address.split(".")
    return ResourceInstance(
        address=address,
        mode="managed",
        type=type_,
        name=name,
        key=None,
        attributes=attributes,
        location=Location("main.tf", 1, 1),
    )


LATER = Unknown("known only after apply")
TOPIC = instance("aws_sns_topic.alarms", arn=LATER)
ROLE = instance("aws_iam_role.logs", name="logs")
REFERENCES = References([TOPIC, ROLE])


def attribute(address: str, name: str) -> Unknown:
    return Unknown("later", address, name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("arn:aws:sns:eu-west-1:123456789012:a", "arn:aws:sns:eu-west-1:123456789012:a"),
        (attribute("aws_iam_role.logs", "name"), "logs"),
        (attribute("aws_iam_role.logs", "id"), "logs"),
        (attribute("aws_sns_topic.alarms", "arn"), attribute("aws_sns_topic.alarms", "arn")),
        (attribute("aws_sns_topic.alarms", "id"), attribute("aws_sns_topic.alarms", "arn")),
        (attribute("aws_sns_topic.other", "id"), attribute("aws_sns_topic.other", "id")),
        (LATER, LATER),
        (Unknown("later", parts=("role/", attribute("aws_iam_role.logs", "id"))), "role/logs"),
    ],
    ids=[
        "a text",
        "a known attribute",
        "its id",
        "an unknown one",
        "its id unknown",
        "a stranger",
        "bare",
        "a template",
    ],
)
def test_resolved(value: str | Unknown, expected: str | Unknown) -> None:
    assert REFERENCES.resolved(value) == expected


def test_own_attributes() -> None:
    assert REFERENCES.own(ROLE, "name") == "logs"
    assert REFERENCES.own(TOPIC, "arn") == Unknown(
        "aws_sns_topic.alarms.arn is known only after apply", "aws_sns_topic.alarms", "arn", not_null=True
    )
