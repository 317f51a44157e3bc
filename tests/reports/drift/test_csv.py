"""CSV of drift."""

from __future__ import annotations

import csv
import io

from sgwarden.reports.drift import csv as csv_format
from tests.reports.samples import DRIFT_CONTEXT, drift


def test_csv_has_a_row_for_each_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_format.render(drift(), DRIFT_CONTEXT))))
    assert len(rows) == len(drift().differences)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
