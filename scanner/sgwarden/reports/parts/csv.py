"""CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from sgwarden.reports.parts.sanitize import escape_lines

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""How a formula begins, also in the wide characters of some locales."""


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return CSV (RFC 4180 with plain line feeds); the header is always there.

    No cell is a formula to a spreadsheet (https://owasp.org/www-community/attacks/CSV_Injection), and none holds a
    control character but line breaks.
    """
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return output.getvalue()


def _safe(cell: str) -> str:
    text = escape_lines(cell)
    return f"'{text}" if _FORMULA.match(cell) else text
