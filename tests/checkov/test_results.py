"""What Checkov printed, decoded and counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.checkov.results import Record, Results, decode

SUMMARY = {"passed": 0, "failed": 0, "skipped": 0, "resource_count": 2, "checkov_version": "3.2.0"}
CHECK = {
    "check_id": "CKV_AWS_24", "check_name": "No SSH", "resource": "aws_security_group.a", "file_abs_path": "/main.tf",
    "file_line_range": [0, 4], "check_result": {"suppress_comment": "why"}, "severity": None, "guideline": "url",
}  # fmt: skip
RECORD = Record(
    "CKV_AWS_24", "No SSH", "failed", "aws_security_group.a", "/main.tf", 1, 4, None, "url", "why"
)  # fmt: skip


def document(failed: int = 1, **results: Any) -> dict[str, Any]:
    return {"summary": {**SUMMARY, "failed": failed}, "results": {"failed_checks": [CHECK], **results}}


def test_one_report_and_several() -> None:
    assert decode(json.dumps(document(parsing_errors=["/b", "/a"]))) == Results((RECORD,), ("/a", "/b"), "3.2.0", 2)
    assert decode(json.dumps([document(), document()])).records == (RECORD, RECORD)
    assert decode(json.dumps([document(), document()])).resources == 4


def test_a_run_that_found_nothing_prints_the_summary_alone() -> None:
    assert decode(json.dumps(SUMMARY)) == Results((), (), "3.2.0", 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (document(failed=2), "it counts 2 failed checks and lists 1"),
        ({}, "no report of Checkov: KeyError 'checkov_version'"),
        ([3], "no report of Checkov: AttributeError"),
        ({**document(), "results": {"failed_checks": [{}]}}, "no report of Checkov: KeyError"),
    ],
)
def test_other_documents_are_refused(content: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode(json.dumps(content))
