"""Pages of policies."""

from __future__ import annotations

from sgwarden.reports.parts.project import HOME, policy_page
from sgwarden_policies.registry import POLICIES
from tests.paths import ROOT


def test_every_policy_has_a_page() -> None:
    for policy in POLICIES:
        start = f"{HOME}/blob/v1.2.3/"
        page = policy_page(policy, "1.2.3")
        assert page.startswith(start)
        assert (ROOT / page.removeprefix(start)).is_file()


def test_policies_of_others_have_none() -> None:
    class Own(type(POLICIES[0])):  # type: ignore[misc]
        pass

    assert policy_page(Own(), "1.2.3") == ""
