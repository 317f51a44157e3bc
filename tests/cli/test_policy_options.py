"""Which policies ``--only`` and ``--skip`` leave."""

from __future__ import annotations

import pytest

from sgwarden.cli.policy_options import policy_by_id, selected
from sgwarden.errors import UsageError
from sgwarden_policies.registry import POLICIES


def test_only_and_skip_hold_commas() -> None:
    names = [policy.id for policy in selected(["open-admin-port, everything-open"], ["everything-open"])]
    assert names == ["open-admin-port"]
    assert selected([], []) == POLICIES


def test_nothing_is_left() -> None:
    with pytest.raises(UsageError, match="--only and --skip leave no policy to ask"):
        selected(["open-admin-port"], ["open-admin-port"])


@pytest.mark.parametrize(
    ("name", "hint"),
    [("open-admin-prot", "did you mean open-admin-port?"), ("zzz", "`sgwarden policies` lists them")],
)
def test_an_unknown_policy(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        policy_by_id(name)
    assert str(caught.value) == f"there is no policy '{name}'; {hint}"
