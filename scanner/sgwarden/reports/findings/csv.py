"""CSV for spreadsheets: one row a finding."""

from __future__ import annotations

import csv
import io
import re

from sgwarden.findings import Report
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.sanitize import visible_lines

COLUMNS = (
    "policy", "verdict", "severity", "status", "root", "security_group", "address", "file", "line", "message", "fix",
    "controls", "fingerprint",
)  # fmt: skip

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""How a formula begins, also in the wide characters of some locales."""


def render(report: Report, context: Context) -> str:
    """The findings as CSV (RFC 4180 with plain line feeds), the header always there; fixed ones last."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in (*report.findings, *(report.comparison.fixed if report.comparison else ())):
        place = finding.location
        row = (
            finding.policy,
            str(finding.verdict),
            str(finding.severity),
            finding.status,
            finding.root,
            finding.security_group or "",
            finding.address,
            context.uri_of(place.file) if place else "",
            str(place.line) if place else "",
            finding.message,
            finding.fix,
            " ".join(finding.controls),
            finding.fingerprint,
        )
        writer.writerow([harmless(cell) for cell in row])
    return output.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection) and that
    holds no control but line breaks, as RFC 4180 asks for.
    """
    return f"'{visible_lines(cell)}" if _FORMULA.match(cell) else visible_lines(cell)
