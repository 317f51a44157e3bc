"""What tests look for on a page of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

COMMENT = 65_536
"""Characters of a comment, an issue or a pull request on GitHub."""


def sections(text: str) -> Iterator[tuple[str, int, int]]:
    """By heading: how many items are shown, and how many are told to be left out."""
    parts = re.split(r"(?m)^(?:###? |<summary>|(?=\| Severity))(.*)$", text)
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        rows = [line for line in body.splitlines() if line.startswith(("| ", "- ")) and not line.startswith("| ---")]
        more = re.findall(r"(?m)^(?:- )?(?:and )?(\d+) more", body)
        shown = sum(not re.match(r"- (?:and )?\d+ more|\| (Severity|Security group|How bad) ", row) for row in rows)
        yield re.sub(r"[|:].*", "", heading).strip() or "findings", shown, int(more[0]) if more else 0
