"""The user's Checkov beside our own policies, with an executable that answers as Checkov does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sgwarden.errors import UsageError
from sgwarden.run.options import CheckovOptions
from sgwarden.run.scan import scan
from tests.cli.test_scan import OPEN, write
from tests.run.models import Steps, scan_options, state


@pytest.fixture
def fake_checkov(work: Path) -> str:
    """An executable that finds one fault in main.tf of the directory it is given."""
    failed = {
        "check_id": "CKV_AWS_23", "check_name": "Every rule has a description", "severity": None,
        "check_result": {"result": "FAILED"}, "file_path": "/main.tf", "file_abs_path": str(work / "code" / "main.tf"),
        "resource": "aws_security_group.web", "file_line_range": [6, 20], "guideline": None, "code_block": [],
        "check_class": "x", "resource_address": None, "caller_file_path": None, "suppress_comment": None,
    }  # fmt: skip
    answer = {
        "check_type": "terraform",
        "results": {"passed_checks": [], "failed_checks": [failed], "skipped_checks": [], "parsing_errors": []},
        "summary": {"passed": 0, "failed": 1, "skipped": 0, "parsing_errors": 0, "resource_count": 1, "checkov_version": "3.3.30"},
    }  # fmt: skip
    program = work.parent / "checkov"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint({json.dumps(answer)!r})\n")
    program.chmod(0o755)
    return str(program)


def test_its_findings_are_in_the_report(work: Path, fake_checkov: str) -> None:
    write(work / "code", OPEN)
    progress = Steps()
    report = scan(["code"], scan_options(checkov=CheckovOptions(fake_checkov)), progress).report
    assert progress.steps == ["evaluating code", "running Checkov on code"]
    assert [(finding.policy, finding.root) for finding in report.findings] == [
        ("CKV_AWS_23", "code"), ("open-admin-port", "code"),
    ]  # fmt: skip
    assert [policy.id for policy in report.policies] == ["open-admin-port", "CKV_AWS_23"]


def test_it_reads_no_states(work: Path, fake_checkov: str) -> None:
    (work / "a.tfstate").write_text(state())
    with pytest.raises(UsageError, match="Checkov reads Terraform code and plans alone"):
        scan(["a.tfstate"], scan_options(checkov=CheckovOptions(fake_checkov)))
