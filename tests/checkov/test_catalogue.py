"""The list of our policies for Checkov's process is that of the registry."""

from __future__ import annotations

from sgwarden.checkov.catalogue import FILE, load
from sgwarden_policies.registry import POLICIES
from tests.checkov.write_catalogue import text


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == text()


def test_every_policy_is_in_it() -> None:
    assert [policy.id for policy in load().policies] == [policy.id for policy in POLICIES]
