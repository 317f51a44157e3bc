"""The JSON document of an assessment; ``scanner/schemas/scan.schema.json`` describes it."""

from __future__ import annotations

import json
from typing import Any

from sgwarden.findings import AssessedRoot, Comparison, Finding, Report, SuppressionNote, Verdict
from sgwarden.model import jsonable
from sgwarden.reports.inventory import skipped_document
from sgwarden.reports.parts.comparison import existing, exposure_document, told
from sgwarden.reports.parts.context import Context


def render(report: Report, context: Context) -> str:
    """The report as one JSON document."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    live = [finding for finding in report.findings if finding.status != "suppressed"]
    return {
        "schema_version": "1",
        "findings": [finding_document(finding) for finding in report.findings],
        "passed": {policy: report.passed[policy] for policy in sorted(report.passed)},
        "skipped": [skipped_document(skipped) for skipped in report.skipped],
        "failures": list(report.failures),
        "missing_variables": [
            {"name": name, "location": jsonable.location(place)} for name, place in report.missing_variables.items()
        ],
        "suppressions": [suppression_document(note) for note in report.suppressions],
        "summary": {
            "fail": sum(finding.verdict is Verdict.FAIL for finding in live),
            "undecided": sum(finding.verdict is Verdict.UNDECIDED for finding in live),
            "suppressed": len(report.findings) - len(live),
            "resources": report.resources,
            "security_groups": report.security_groups,
            "rules": report.rules,
            "complete": report.complete,
        },
        **({"roots": [_root_document(root) for root in report.roots]} if report.roots else {}),
        **({"comparison": _comparison_document(report, report.comparison)} if report.comparison else {}),
    }


def _comparison_document(report: Report, comparison: Comparison) -> dict[str, Any]:
    exposure = comparison.exposure
    return {
        "base": comparison.base,
        "new": len(told(report)),
        "existing": len(existing(report)),
        "fixed": [finding_document(finding) for finding in comparison.fixed],
        "exposure": None if exposure is None else [exposure_document(change) for change in exposure],
        "notes": list(comparison.notes),
        "judging": list(comparison.judging),
    }


def _root_document(root: AssessedRoot) -> dict[str, Any]:
    return {
        "kind": root.source.kind,
        "path": root.source.path,
        "passed": {policy: list(root.passed[policy]) for policy in sorted(root.passed)},
        "incomplete": [f"{skipped.what}: {skipped.reason}" for skipped in root.skipped],
        "failures": list(root.failures),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding as plain values."""
    return {
        "policy": finding.policy,
        "verdict": str(finding.verdict),
        "severity": str(finding.severity),
        "address": finding.address,
        "security_group": finding.security_group,
        "message": finding.message,
        "fix": finding.fix,
        "location": jsonable.location(finding.location, module_path=True),
        "related": [jsonable.location(place, module_path=True) for place in finding.related],
        "root": finding.root,
        "evidence": dict(finding.evidence),
        "unknowns": list(finding.unknowns),
        "controls": list(finding.controls),
        "also": list(finding.also),
        "fingerprint": finding.fingerprint,
        "status": finding.status,
        "suppression": finding.suppression,
        "suppressed_by": finding.suppressed_by,
    }


def suppression_document(note: SuppressionNote) -> dict[str, Any]:
    """One suppression and what came of it."""
    return {
        "origin": note.origin,
        "policies": list(note.policies),
        "criteria": note.criteria,
        "location": jsonable.location(note.location),
        "reason": note.reason,
        "until": note.until,
        "status": note.status,
        "findings": note.findings,
        "message": note.message,
    }
