"""ARNs of resources: by reference, or written out."""

from __future__ import annotations

from sgwarden.model.monitoring import Topic
from sgwarden.model.values import Unknown
from sgwarden.monitoring.arns import arn_spellings, display, join_text

REFERENCE = Unknown("arn of a", "aws_sns_topic.a", "arn")


def test_a_known_arn_is_the_only_spelling() -> None:
    topic = Topic(address="aws_sns_topic.a", arn="arn:aws:sns:eu-west-1:1:a", region="eu-west-1", account="1")
    assert arn_spellings(topic, "sns", "a", ":*") == ("arn:aws:sns:eu-west-1:1:a:*",)


def test_a_reference_may_also_be_written_out() -> None:
    topic = Topic(address="aws_sns_topic.a", arn=REFERENCE, region="eu-west-1", account="1")
    assert arn_spellings(topic, "sns", "a") == (REFERENCE, "arn:aws:sns:eu-west-1:1:a")
    assert arn_spellings(topic, "sns", None) == (REFERENCE,)


def test_texts_for_people_name_references_and_reasons() -> None:
    assert display(join_text("topic/", REFERENCE, "!")) == "topic/aws_sns_topic.a.arn!"
    assert [display(None), display("x"), display(Unknown("var.a has no value"))] == [
        "(none)",
        "x",
        "(var.a has no value)",
    ]
