"""The suppressions of one run: date, context and report."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from sgwarden.config.effective import effective
from sgwarden.config.files import read
from sgwarden.errors import UsageError
from sgwarden.findings import Facts, Finding, Report, Severity, Verdict
from sgwarden.model.locations import Location
from sgwarden.suppressions.load import Run, apply_suppressions, drift_suppressions, run_context, today, workspace

CODE = 'resource "aws_security_group" "web" {\n}\n'


def test_today() -> None:
    assert today({"SGWARDEN_TODAY": "2027-01-31"}) == date(2027, 1, 31)
    assert today({}) == date.today()
    with pytest.raises(UsageError, match=r"^SGWARDEN_TODAY=soon is no date; write it as 2027-01-31$"):
        today({"SGWARDEN_TODAY": "soon"})


def test_workspace(tmp_path: Path) -> None:
    (tmp_path / "live" / ".terraform").mkdir(parents=True)
    assert workspace("live", tmp_path, None, {}) == "default"
    (tmp_path / "live" / ".terraform" / "environment").write_text("prod\n")
    assert workspace("live", tmp_path, None, {}) == "prod"
    assert workspace("live", tmp_path, None, {"TF_WORKSPACE": "stage"}) == "stage"
    assert workspace("live", tmp_path, "dev", {"TF_WORKSPACE": "stage"}) == "dev"


def test_run_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SGWARDEN_TODAY", "2026-11-21")
    (tmp_path / ".git").mkdir()
    (tmp_path / "live").mkdir()
    (tmp_path / "sgwarden.toml").touch()
    config = effective(read(Path("sgwarden.toml")), {}, {})
    whole = run_context(config, Run(["."]), asked=["a"], kinds=["hcl"])
    assert (whole.today, whole.base, whole.top) == (date(2026, 11, 21), tmp_path, tmp_path.resolve())
    assert (whole.asked, whole.kinds, whole.partial) == ({"a"}, {"hcl"}, False)
    part = run_context(config, Run(["live"], day=date(2027, 1, 1), changes_only=True), asked=[], kinds=[])
    assert (part.today, part.partial, part.changes_only) == (date(2027, 1, 1), True, True)
    regions = effective(read(Path("sgwarden.toml")), {}, {"regions": ["eu-west-1"]})
    assert run_context(regions, Run(), asked=[], kinds=[]).partial
    assert not run_context(config, Run(), asked=[], kinds=[]).partial


def test_the_report_of_a_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(f'# sgwarden:ignore=ours reason="r"\n{CODE}')
    finding = Finding(
        "ours", Verdict.FAIL, Severity.HIGH, "aws_security_group.web", "m", Location("main.tf", 2, 3), root=".",
        facts=Facts("hcl"),
    )  # fmt: skip
    report = apply_suppressions(Report((finding,), {}, ()), effective(None, {}, {}), Run(["."]), ["main.tf"], ["ours"])
    assert [(one.status, one.suppression, one.suppressed_by) for one in report.findings] == [
        ("suppressed", "r", "main.tf:1")
    ]


def test_a_drift_reads_the_code_of_its_roots_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("live", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(f"# sgwarden:ignore=drift\n{CODE}")
    found = drift_suppressions(effective(None, os.environ, {}), [tmp_path / "live"], [], day=date(2026, 11, 21))
    assert [note.location.file for note in found.notes()] == ["live/main.tf"]
