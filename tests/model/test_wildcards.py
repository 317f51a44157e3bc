"""Texts with unknown parts, compared."""

from __future__ import annotations

import pytest

from sgwarden.model.refinements import text
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import ACCOUNT, PARTITION, REGION, Text, matches, partition_of, same

GROUP = Unknown("the arn of a", "aws_cloudwatch_log_group.a", "arn")
OTHER = Unknown("the arn of b", "aws_cloudwatch_log_group.b", "arn")
CALLER = Unknown("read from AWS", "module.m.data.aws_caller_identity.current", "account_id")
HERE = Unknown("read from AWS", "data.aws_region.current", "name")
WHERE = Unknown("read from AWS", "data.aws_partition.current", "partition")
NOBODY = Unknown('variable "a" has no value')


def joined(*pieces: Text) -> Text:
    return text(pieces, "unknown text")


SPELLED = joined("arn:", PARTITION, ":logs:", REGION, ":", ACCOUNT, ":log-group:trail:log-stream:x")


@pytest.mark.parametrize(
    ("pattern", "subject", "answer"),
    [
        ("*", NOBODY, True),
        ("a*c", "abc", True),
        ("a?c", "abbc", False),
        (joined(GROUP, ":*"), joined(GROUP, ":log-stream:x"), True),
        (joined(GROUP, ":other:*"), joined(GROUP, ":log-stream:x"), False),
        (joined(GROUP, "*x"), joined(GROUP, ":log-stream:x"), True),
        (GROUP, OTHER, False),
        (GROUP, joined(GROUP, ":log-stream:x"), False),
        (GROUP, "release", False),
        (joined(GROUP, ":a:*"), joined(OTHER, ":a:x"), None),
        (joined("x", NOBODY), "yz", False),
        (joined("x", NOBODY), "xz", None),
        ("arn:aws:logs:*:*:log-group:trail:*", SPELLED, True),
        ("arn:*:logs:*:*:log-group:trail:*", SPELLED, True),
        ("arn:*:logs:*:*:log-group:other:*", SPELLED, False),
        (joined("arn:", PARTITION, ":logs:", HERE, ":", CALLER, ":log-group:trail:*"), SPELLED, True),
        ("arn:*:iam::*", joined("arn:", PARTITION, ":iam::", ACCOUNT), True),
        (joined("arn:aws:iam::", CALLER, ":root"), ACCOUNT, False),
        ("123456789012", ACCOUNT, None),
        ("?", REGION, None),
        (joined("arn:", WHERE, ":iam:"), "arn:aws:iam:", True),
    ],
)  # fmt: skip
def test_matches(pattern: Text, subject: Text, answer: bool | None) -> None:
    found = matches(pattern, subject)
    assert (None if isinstance(found, Maybe) else found) == answer


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ("a*", "ab", False),
        (NOBODY, NOBODY, None),
        (GROUP, GROUP, True),
        (CALLER, ACCOUNT, True),
        (joined("a", GROUP), joined("a", OTHER), None),
        (joined("a", GROUP), joined("b", GROUP), False),
    ],
)
def test_same(first: Text, second: Text, answer: bool | None) -> None:
    found = same(first, second)
    assert (None if isinstance(found, Maybe) else found) == answer


def test_the_reason_names_what_is_unknown() -> None:
    found = same(joined("a", NOBODY), "ab")
    assert isinstance(found, Maybe)
    assert found.reason == 'variable "a" has no value'


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), (HERE, "aws"), (None, "aws")],
)
def test_the_region_tells_the_partition(region: Text | None, partition: str) -> None:
    assert partition_of(region) == partition
