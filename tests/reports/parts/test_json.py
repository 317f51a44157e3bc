"""JSON as every document is written."""

from __future__ import annotations

from sgwarden.findings import SuppressionNote
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.json import skipped_document, suppression_document, to_json


def test_text_is_not_escaped_and_ends_with_a_line_break() -> None:
    assert to_json({"a": ["é", 1]}) == '{\n  "a": [\n    "é",\n    1\n  ]\n}\n'


def test_what_was_not_read() -> None:
    assert skipped_document(Skipped("module.a", "is not on disk", Location("main.tf", 3, 5))) == {
        "what": "module.a",
        "reason": "is not on disk",
        "complete": False,
        "location": {"file": "main.tf", "line": 3, "end_line": 5},
    }
    assert skipped_document(Skipped("a", "b", complete=True))["location"] is None


def test_a_suppression() -> None:
    note = SuppressionNote("comment", ("a",), Location("main.tf", 3, 3), "", "why", "2026-12-24", "expired", 2, "ended")
    assert suppression_document(note) == {
        "origin": "comment",
        "policies": ["a"],
        "criteria": "",
        "location": {"file": "main.tf", "line": 3, "end_line": 3},
        "reason": "why",
        "until": "2026-12-24",
        "status": "expired",
        "findings": 2,
        "message": "ended",
    }
