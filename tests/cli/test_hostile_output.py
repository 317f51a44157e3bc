"""What a user reads beside a report: names that steer nothing, and what a report had to leave out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.reports.findings import sarif
from tests.cli.conftest import Run

OPEN = """resource "aws_security_group" "g" {
  count = 3
  name  = "g${count.index}"
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


def test_errors_spell_out_what_would_steer_a_terminal(sgwarden: Callable[..., Run], work: Path) -> None:
    run = sgwarden("scan", "no\x1b[2J\x07 ##[error]x\u202e")
    assert run.code == 2
    assert "\x1b" not in run.err and "\u202e" not in run.err and "##[" not in run.err
    assert r"no\u001b[2J\u0007 ## [error]x\u202e" in run.err


def test_a_file_whose_name_is_a_workflow_command(sgwarden: Callable[..., Run], work: Path) -> None:
    (work / "::add-mask::x.tf").write_text(OPEN)
    out = sgwarden("scan", ".").out
    assert ": :add-mask::x.tf:8" in out
    assert [line for line in out.splitlines() if line.strip().startswith("::")] == []


def test_what_a_sarif_report_leaves_out_is_told(
    sgwarden: Callable[..., Run], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    (work / "main.tf").write_text(OPEN)
    whole = sgwarden("scan", ".", "--only", "open-admin-port", "--output", "sarif=x.sarif")
    assert "sgwarden: SARIF: 1 findings of lesser severity were left out: code scanning keeps 2.\n" in whole.err
    assert "left out" not in sgwarden("scan", ".", "--only", "open-admin-port").err
    assert "left out" not in sgwarden("scan", ".", "--only", "open-admin-port", "-q", "-o", "sarif=x.sarif").err
