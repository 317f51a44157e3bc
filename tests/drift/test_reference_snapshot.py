"""What the next run compares with."""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.drift.reference_snapshot import baseline
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.rules import rule_text
from tests.drift.models import DB, HTTPS, OPEN, block, drift, group, live, live_group, state, web

DECLARED = state(group(ingress=[block()]))
"""TCP 443 from 10.0.0.0/8."""


def texts(places: Sequence[Infrastructure]) -> list[str]:
    return sorted(f"{rule.security_group}: {rule_text(rule)}" for place in places for rule in place.rules)


def test_without_differences_it_is_the_live_side() -> None:
    actual = live(web(HTTPS), live_group("db", DB, [OPEN]))
    assert baseline(actual, (), drift(DECLARED, live(web(HTTPS)))) == list(actual)


def test_of_a_group_that_differs_it_is_the_earlier_one() -> None:
    before, now = live(web(HTTPS)), live(web(HTTPS, OPEN))
    assert texts(baseline(now, before, drift(DECLARED, now))) == texts(before)


def test_without_an_earlier_run_the_differences_are_undone() -> None:
    now = live(web(OPEN))
    assert texts(baseline(now, (), drift(DECLARED, now))) == texts(live(web(HTTPS)))
