"""``sgwarden explain``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES
from tests.cli.conftest import Run

Sgwarden = Callable[..., Run]


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.id for policy in POLICIES])
def test_explain(sgwarden: Sgwarden, policy: Policy) -> None:
    run = sgwarden("explain", policy.id)
    assert run.code == 0
    text = " ".join(run.out.split())
    for part in (policy.title, policy.why, policy.fix, policy.bad, policy.good, *policy.sources, *policy.controls):
        assert " ".join(part.split()) in text


def test_explain_an_unknown_policy(sgwarden: Sgwarden) -> None:
    assert sgwarden("explain", "open-admin-prot") == Run(
        2, "", "sgwarden: there is no policy 'open-admin-prot'; did you mean open-admin-port?\n"
    )
