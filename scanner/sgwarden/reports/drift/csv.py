"""Drift for spreadsheets: one row a difference."""

from __future__ import annotations

import csv
import io

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison
from sgwarden.reports.drift.json import DriftContext
from sgwarden.reports.findings.csv import harmless

COLUMNS = (
    "kind", "severity", "counts", "account", "region", "security_group", "name", "address", "what", "change", "exclusive",
    "opens_to_internet", "exposure_changes", "risk", "service", "suppressed", "first_seen", "fingerprint",
)  # fmt: skip


def render(comparison: Comparison, context: DriftContext) -> str:
    """The differences as CSV (RFC 4180 with plain line feeds), the header always there."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in comparison.differences:
        suppressed = f"{each.suppressed.by}: {each.suppressed.reason}" if each.suppressed is not None else ""
        row = (
            each.kind, str(each.severity), _yes(comparison.counts(each)), each.account or "", each.region or "",
            each.group_id, each.group_name or "", " ".join(each.addresses), titles.title(each), "; ".join(each.change),
            _yes(each.exclusive), _yes(each.opens_to_internet), _yes(each.exposure_changes), " ".join(each.risk),
            each.service or "", suppressed, each.memory.first_seen if each.memory is not None else "", each.fingerprint,
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in row])
    return output.getvalue()


def _yes(value: bool) -> str:
    return "yes" if value else "no"
