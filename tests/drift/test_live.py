"""The live side: places, groups and rules with canonical peers."""

from __future__ import annotations

import pytest

from sgwarden.drift.live import Live, concerns_groups
from sgwarden.model.infrastructure import Skipped
from tests.drift.models import ACCOUNT, APP, DB, REGION, WEB, allow, live, live_group


def test_names_that_are_not_unique_are_no_ids() -> None:
    found = Live(live(live_group(), live_group("db", DB), live_group("db", APP)))
    (place,) = found.places
    assert (place.id_by_name("web"), place.id_by_name("db"), place.id_by_name("x")) == (WEB, None, None)


def test_rules_have_canonical_peers() -> None:
    own = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": WEB, "UserId": ACCOUNT}])
    other = allow("tcp", (22, 22), UserIdGroupPairs=[{"GroupId": DB, "UserId": ACCOUNT}])
    found = Live(live(live_group(ingress=[own, other]), live_group("db", DB)))
    assert [(rule.peer.kind, rule.peer.value) for rule in found.rules(WEB)] == [("security_group", DB), ("self", None)]
    assert found.rule_count == 2


@pytest.mark.parametrize(
    ("account", "region", "count"),
    [(ACCOUNT, REGION, 1), (None, None, 1), (ACCOUNT, "us-east-1", 0), ("999988887777", None, 0)],
)
def test_candidates(account: str | None, region: str | None, count: int) -> None:
    assert len(Live(live(live_group())).candidates(account, region)) == count


@pytest.mark.parametrize(
    ("what", "complete"), [("network ACLs of eu-west-1", True), ("rules of eu-west-1", False), ("sg-1", False)]
)
def test_what_was_not_read_of_other_things_leaves_groups_whole(what: str, complete: bool) -> None:
    assert concerns_groups(Skipped(what, "denied")).complete is complete
