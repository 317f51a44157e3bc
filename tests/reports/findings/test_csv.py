"""CSV of findings."""

from __future__ import annotations

import csv
import io

from sgwarden.reports.findings.csv import COLUMNS, render
from tests.reports.samples import EMPTY, FAILED, FIX, context, odd_report, report


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO(render(report(), context()))))
    assert rows[0] == list(COLUMNS)
    assert rows[1][:11] == [
        "open-admin-port", "fail", "high", "", ".", "aws_security_group.web", "aws_security_group.web",
        "infra/main.tf", "7", FAILED, FIX,
    ]  # fmt: skip
    assert len(rows) == 3
    assert render(EMPTY, context()) == ",".join(COLUMNS) + "\n"


def test_csv_holds_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(render(odd_report('=HYPERLINK("x")'), context()))))
    assert rows[1][9] == '\'=HYPERLINK("x")'
