"""Groups that one side lacks.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

from sgwarden.model.infrastructure import Skipped
from tests.drift.models import (
    APP,
    DB,
    OPEN,
    WEB,
    block,
    briefs,
    drift,
    group,
    live,
    live_group,
    none,
    state,
    web,
)


def test_case_12_a_default_group_that_nobody_adopted_does_not_count() -> None:
    result = drift(state(group()), live(web(), live_group("default", DB, [OPEN])))
    assert [(each.kind, each.service, result.counts(each)) for each in result.differences] == [
        ("group_unmanaged", "default", False)
    ]


def test_case_19_a_group_that_was_forgotten_is_unmanaged() -> None:
    result = drift(state(group("db", DB)), live(live_group("db", DB), web(OPEN)))
    assert [(each.kind, each.group_id, each.opens_to_internet) for each in result.differences] == [
        ("group_unmanaged", WEB, True)
    ]


def test_case_68_a_deleted_group_is_one_difference() -> None:
    result = drift(state(group(ingress=[block(), block(["10.9.0.0/16"])]), group("db", DB)), live(live_group("db", DB)))
    assert briefs(result) == [("group_missing", WEB, "gone, with 2 rules")]
    assert len(result.differences[0].declared["rules"]) == 2


def test_case_69_a_group_made_again_under_the_same_name() -> None:
    result = drift(state(group()), live(live_group("web", APP)))
    assert [(each.kind, each.group_id) for each in result.differences] == [
        ("group_missing", WEB),
        ("group_unmanaged", APP),
    ]
    assert result.differences[0].notes[0].startswith(f"replaced by {APP}")
    assert WEB in result.differences[1].notes[0]


def test_case_76_a_group_of_another_account_is_not_missing() -> None:
    result = drift(state(group(), group("far", DB, account="999988887777")), live(web()))
    assert briefs(result) == []
    assert result.skipped == (
        Skipped("999988887777/eu-west-1", "security groups of it are declared and it was not read"),
    )
    assert not result.complete


def test_case_77_a_shared_group_is_not_unmanaged() -> None:
    result = drift(state(group()), live(web(), live_group("shared", DB, [OPEN], account="999988887777")))
    none(result)
    assert [note.kind for note in result.notes] == ["shared_group"]
