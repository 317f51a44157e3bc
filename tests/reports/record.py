"""Record what every format renders of one report: ``python -m tests.reports.record``."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from sgwarden.findings import Comparison, ExposureChange, Report, SuppressionNote
from sgwarden.model.locations import Location
from sgwarden.reports.formats import DRIFT_FORMATS, FINDINGS_FORMATS, render_drift, render_findings
from tests.reports import samples

RECORDED = Path(__file__).parent / "recorded"
_ENDINGS = {
    "json": "json", "sarif": "json", "gitlab": "json", "gitlab-sast": "json", "markdown": "md", "junit": "xml", "csv": "csv",
}  # fmt: skip
"""Endings of files that are not plain text, for editors."""


def recorded() -> dict[Path, str]:
    """Return a report of each kind in every format, by the path of its file."""
    findings, context = whole_report(), replace(samples.context(), show_suppressed=True)
    drift, drift_context = samples.drift(), samples.DRIFT_CONTEXT
    return {
        **{_path("findings", name): render_findings(name, findings, context) for name in FINDINGS_FORMATS},
        **{_path("drift", name): render_drift(name, drift, drift_context) for name in DRIFT_FORMATS},
    }


def whole_report() -> Report:
    """Return a report that has something in every part."""
    report = samples.report()
    failed, undecided = report.findings
    place = Location("main.tf", 2, 2)
    suppressed = replace(failed, status="suppressed", suppression="known", suppressed_by="comment at main.tf:2")
    unused = SuppressionNote(
        "comment", ("open-admin-port",), place, "", "gone", None, "unused", 0, "suppresses nothing"
    )
    change = ExposureChange(".", "aws_security_group.web", "web", "tcp 22", (), ("0.0.0.0/0",), True)
    return replace(
        report,
        findings=(failed, undecided, suppressed, replace(undecided, status="existing")),
        failures=("everything-open: ValueError: x",),
        suppressions=(unused,),
        comparison=Comparison("main", (replace(failed, status="fixed"),), (change,), ("a note",), ("a policy is new",)),
    )


def _path(kind: str, name: str) -> Path:
    return RECORDED / kind / f"{name}.{_ENDINGS.get(name, 'txt')}"


if __name__ == "__main__":
    for path, text in recorded().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
