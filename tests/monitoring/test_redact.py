"""Sensitive values are redacted as whole words."""

from __future__ import annotations

from sgwarden.model.monitoring import Alarm, Monitoring, Topic
from sgwarden.monitoring.redact import redact, sensitive_texts


def test_only_values_of_sensitive_arguments_are_sensitive() -> None:
    monitoring = Monitoring(
        topics=(Topic(address="a", name="secret-topic", sensitive=("name",)),),
        alarms=(
            Alarm(address="b", alarm_name="open", threshold=2.0, sensitive=("threshold",)),
            Alarm(address="c", alarm_name="open", alarm_actions=("arn:x", "arn:long"), sensitive=("alarm_actions",)),
        ),
    )
    assert sensitive_texts(monitoring) == ("secret-topic", "arn:long", "arn:x", "2")


def test_texts_in_lists_and_objects_are_redacted_as_whole_words() -> None:
    document = {"found": "it is on abc, not abcd", "links": ["abc", 5, None]}
    assert redact(document, ("abc",)) == {"found": "it is on (sensitive), not abcd", "links": ["(sensitive)", 5, None]}
    assert redact(document, ()) is document
