"""Text and pages in Markdown."""

from __future__ import annotations

import pytest

from sgwarden.reports.parts.markdown import Section, block, page, text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ingress tcp 22 (`var.admins`)", "Ingress tcp 22 (`var.admins`)"),
        ("a_b _c_ d*e", r"a_b \_c\_ d\*e"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("1. one", r"1\. one"),
        ("# heading", r"\# heading"),
        ("`a|b` c|d", r"<code>a\|b</code> c\|d"),
    ],
)
def test_text_on_a_page(given: str, shown: str) -> None:
    assert text(given) == shown


def test_a_block_of_code_is_fenced_by_more_backticks_than_it_holds() -> None:
    assert block("a\n`````\nb\x1b", "sh") == ["``````sh", "a\n`````\nb\\u001b", "``````"]


def test_a_page_gives_the_rest_of_one_section_to_the_others() -> None:
    one = Section(("one",), ["a" * 9] * 100, "{} more", 0, 0.1)
    other = Section(("other",), ["b" * 9] * 100, "{} more", 1, 0.1)
    lines = page(["head"], [one, other], 1500)
    assert (lines.count("a" * 9), lines.count("b" * 9)) == (100, 32)
    assert lines[-2:] == ["68 more", ""]
    assert sum(len(line) + 1 for line in lines) <= 1500
    assert page(["head"], [Section(("none",), [], "{} more", 0, 1)]) == ["head"]
