"""``sgwarden baseline update``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.test_scan import CLOSED, OPEN, write

Sgwarden = Callable[..., Run]
FILE = "sgwarden-baseline.json"


def test_findings_are_added_and_then_fixed(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    added = sgwarden("baseline", "update", "--only", "open-admin-port")
    assert (added.code, added.err) == (0, "")
    assert added.out.splitlines()[-1] == f"{FILE}: 1 findings, 1 added, 0 fixed, 0 not looked at"
    assert sgwarden("scan", "--only", "open-admin-port", "--baseline", FILE).code == 0
    write(work, CLOSED)
    fixed = sgwarden("baseline", "update", "--only", "open-admin-port")
    assert fixed.out.splitlines()[-1] == f"{FILE}: 0 findings, 0 added, 1 fixed, 0 not looked at"


def test_check_writes_nothing(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    assert sgwarden("baseline", "update", "--check").code == 1
    assert not (work / FILE).exists()
    assert sgwarden("baseline", "update").code == 0
    before = (work / FILE).read_bytes()
    assert sgwarden("baseline", "update", "--check").code == 0
    assert (work / FILE).read_bytes() == before
    assert json.loads(before)["findings"]


def test_a_baseline_holds_all_findings(sgwarden: Sgwarden) -> None:
    for option in (["--diff-base", "main"], ["--new-only"], ["--fail-on-existing"]):
        assert sgwarden("baseline", "update", *option) == Run(
            2, "", "sgwarden: a baseline holds all findings; give paths and --baseline FILE alone\n"
        )
