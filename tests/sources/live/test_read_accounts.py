"""Several regions of an account as one."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.sources.live import read_accounts
from tests.sources.test_live_law import live as recorded


def test_several_regions_of_one_account_are_judged_together() -> None:
    first = recorded("vpc_rules")
    second = replace(
        recorded("inline_rules"), region="us-east-1", skipped=(Skipped("x", "y"),), unread=frozenset({"rules"})
    )
    (joined,) = read_accounts.by_account((second, first))
    assert joined.source == Source("live", "123456789012")
    assert (joined.account, joined.region, joined.unread) == ("123456789012", None, {"rules", "monitoring"})
    assert len(joined.rules) == len(first.rules) + len(second.rules)
    assert joined.skipped == (Skipped("x", "y"),)
    assert read_accounts.by_account((first,)) == (first,)
