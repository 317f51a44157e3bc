"""``sgwarden policies``."""

from __future__ import annotations

import json
from collections.abc import Callable

from sgwarden_policies.registry import POLICIES
from tests.cli.conftest import Run

Sgwarden = Callable[..., Run]


def test_policies_as_text(sgwarden: Sgwarden) -> None:
    lines = sgwarden("policies").out.splitlines()
    assert [line.split()[0] for line in lines] == [policy.id for policy in POLICIES]
    assert lines[1].split(maxsplit=2)[1:] == ["critical", "All ports open to the internet"]


def test_policies_as_json_and_markdown(sgwarden: Sgwarden) -> None:
    document = json.loads(sgwarden("policies", "--format", "json").out)
    assert [each["id"] for each in document["policies"]] == [policy.id for policy in POLICIES]
    table = sgwarden("policies", "--format", "markdown").out.splitlines()
    assert table[:2] == ["| Policy | Severity | Finds | Controls |", "| --- | --- | --- | --- |"]
    assert len(table) == 2 + len(POLICIES)
