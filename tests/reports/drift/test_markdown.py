"""Markdown of drift: in order, and of more than an issue holds."""

from __future__ import annotations

from sgwarden.reports.drift import markdown
from sgwarden.reports.parts.context import DriftContext
from tests.reports.pages import COMMENT, sections
from tests.reports.samples import DRIFT_CONTEXT, drift, huge_drift


def test_the_morning_report_begins_with_what_was_not_read() -> None:
    text = markdown.render(drift(), DRIFT_CONTEXT)
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Not read", "## Still there", "## Gone since the last run", "## What to do", "## Not counted", "## Ignore file",
    ]  # fmt: skip
    assert "<b>" not in text.split("```")[0]
    assert "first seen" not in text
    assert "2026-11-01T06:00:00Z, 20 days, came 2 times" in text


def test_drift_fits_in_an_issue_and_tells_what_is_left_out() -> None:
    number = 3000
    text = markdown.render(huge_drift(number), DriftContext())
    assert COMMENT * 0.5 < len(text) < COMMENT
    told = {heading: (shown, more) for heading, shown, more in sections(text)}
    assert sum(told["What changed"]) == number + 1
    assert sum(told["Not read"]) == number
    first = text.partition("| --- | --- | --- | --- | --- |\n")[2].splitlines()[0]
    assert first.startswith(f"| critical | `sg-{number:08x} (web)`")
    shown = text.count("### ")
    assert f"Commands for {number + 1 - shown} more are not shown." in text
