"""Names of differences in one line."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.drift.differences import Difference, Ownership
from sgwarden.drift.titles import effect, name, place, title
from tests.policies.models import rule


def difference(kind: str, **fields: Any) -> Difference:
    base = {"account": "111122223333", "region": "eu-west-1", "group_id": "sg-1", "group_name": "web", "address": None}
    return Difference(kind=kind, **{**base, **fields})  # type: ignore[arg-type]


HIDDEN = rule(sensitive=frozenset({"peer"}))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (difference("rule_added", rule_live=rule("all")), "extra rule: ingress all protocols from 0.0.0.0/0"),
        (difference("rule_removed", rule_declared=rule()), "rule gone: ingress tcp 22 from 0.0.0.0/0"),
        (difference("rule_changed", change=("a", "b")), "rule changed: a; b"),
        (
            difference("rule_changed", attribute="description", rule_declared=HIDDEN, rule_live=rule()),
            "description changed: ingress tcp 22 from a sensitive address",
        ),
        (difference("rule_recreated", rule_live=rule()), "rule made again under another id: ingress tcp 22 from 0.0.0.0/0"),
        (difference("group_missing"), "security group gone"),
        (difference("group_unmanaged"), "security group that Terraform does not know"),
        (difference("prefix_list_changed"), "entries of the prefix list changed"),
        (difference("attribute_changed", attribute="tags"), "tags changed"),
    ],
)  # fmt: skip
def test_title(subject: Difference, text: str) -> None:
    assert title(subject) == text


def test_name_and_place() -> None:
    assert (name(difference("group_missing")), place(difference("group_missing"))) == (
        "sg-1 (web)",
        "111122223333/eu-west-1",
    )
    bare = difference("group_missing", account=None, region=None, group_name=None)
    assert (name(bare), place(bare)) == ("sg-1", "place unknown")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (difference("rule_added", exclusive=True), "the next apply undoes it"),
        (
            difference("rule_added", ownership=Ownership("none", inferred=True)),
            "no apply undoes it (ownership inferred from the state alone)",
        ),
        (
            difference("rule_added", swallowed=True),
            "no apply undoes it; a refresh has written it to the state, so plans are silent about it",
        ),
        (difference("group_unmanaged"), ""),
    ],
)
def test_effect(subject: Difference, text: str) -> None:
    assert effect(subject) == text
