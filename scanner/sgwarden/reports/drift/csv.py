"""Drift for spreadsheets: one row a difference."""

from __future__ import annotations

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.csv import to_csv

COLUMNS = (
    "kind", "severity", "counts", "account", "region", "security_group", "name", "address", "what", "change", "exclusive",
    "opens_to_internet", "exposure_changes", "risk", "service", "suppressed", "first_seen", "fingerprint",
)  # fmt: skip


def render(comparison: Comparison, context: DriftContext) -> str:
    """Return a row for each difference."""
    return to_csv(COLUMNS, [_row(each, comparison.counts(each)) for each in comparison.differences])


def _row(each: Difference, counts: bool) -> tuple[str, ...]:
    suppressed = f"{each.suppressed.by}: {each.suppressed.reason}" if each.suppressed is not None else ""
    return (
        each.kind,
        str(each.severity),
        _yes(counts),
        each.account or "",
        each.region or "",
        each.group_id,
        each.group_name or "",
        " ".join(each.addresses),
        titles.title(each),
        "; ".join(each.change),
        _yes(each.exclusive),
        _yes(each.opens_to_internet),
        _yes(each.exposure_changes),
        " ".join(each.risk),
        each.service or "",
        suppressed,
        each.memory.first_seen if each.memory is not None else "",
        each.fingerprint,
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"
