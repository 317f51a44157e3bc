"""Controls and commands to CI servers in texts from elsewhere."""

from __future__ import annotations

from sgwarden.reports.parts.sanitize import escape_controls, escape_texts, safe_for_log
from tests.reports.hostile import HARMLESS, report


def test_what_is_visible() -> None:
    assert escape_controls("plain é 日本 🙂") == "plain é 日本 🙂"
    assert escape_controls("a\nb\t\x1b[31m\x07\u202e\ud800") == r"a\nb\t\u001b[31m\u0007\u202e\ud800"
    assert safe_for_log("\x1b[31mred\x1b[0m\n::x\n\x1b[2J") == "\x1b[31mred\x1b[0m\n: :x\n\\u001b[2J"


def test_a_legible_report_is_the_same_report() -> None:
    whole = report(HARMLESS)
    assert escape_texts(whole) is whole
    spelled_out = escape_texts(report("a\nb"))
    assert spelled_out.findings[0].message == r"a\nb (`a\nb`) opens port 22."
    assert escape_texts(spelled_out) is spelled_out
    assert escape_texts({"a": ["b", ("c\n",)], "d\r": 1}) == {"a": ["b", (r"c\n",)], r"d\r": 1}
