"""The JSON document of an assessment; ``scanner/sgwarden/schemas/scan.schema.json`` describes it."""

from __future__ import annotations

from collections.abc import Mapping

from sgwarden.findings import AssessedRoot, Comparison, ExposureChange, Finding, Report, Verdict
from sgwarden.model import jsonable
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.json import skipped_document, suppression_document, to_json
from sgwarden.reports.parts.project import policy_page
from sgwarden.reports.parts.selection import existing_findings, new_findings


def render(report: Report, context: Context) -> str:
    """Return the report as one JSON document."""
    not_suppressed = [finding for finding in report.findings if finding.status != "suppressed"]
    pages = {policy.id: policy_page(policy, context.version) for policy in report.policies}
    document = {
        "schema_version": "1",
        "findings": [_finding(finding, pages) for finding in report.findings],
        "passed": {policy: report.passed[policy] for policy in sorted(report.passed)},
        "skipped": [skipped_document(skipped) for skipped in report.skipped],
        "failures": list(report.failures),
        "missing_variables": [
            {"name": name, "location": jsonable.location(place)} for name, place in report.missing_variables.items()
        ],
        "suppressions": [suppression_document(note) for note in report.suppressions],
        "summary": {
            "fail": sum(finding.verdict is Verdict.FAIL for finding in not_suppressed),
            "undecided": sum(finding.verdict is Verdict.UNDECIDED for finding in not_suppressed),
            "suppressed": len(report.findings) - len(not_suppressed),
            "resources": report.resources,
            "security_groups": report.security_groups,
            "rules": report.rules,
            "complete": report.complete,
        },
        **({"roots": [_root(root) for root in report.roots]} if report.roots else {}),
        **({"comparison": _comparison(report, report.comparison, pages)} if report.comparison else {}),
    }
    return to_json(document)


def _comparison(report: Report, comparison: Comparison, pages: Mapping[str, str]) -> dict[str, object]:
    exposure = comparison.exposure
    return {
        "base": comparison.base,
        "new": len(new_findings(report)),
        "existing": len(existing_findings(report)),
        "fixed": [_finding(finding, pages) for finding in comparison.fixed],
        "exposure": None if exposure is None else [_exposure(change) for change in exposure],
        "notes": list(comparison.notes),
        "judging": list(comparison.judging),
    }


def _exposure(change: ExposureChange) -> dict[str, object]:
    return {
        "root": change.root,
        "security_group": change.security_group,
        "name": change.name,
        "traffic": change.traffic,
        "before": list(change.before),
        "after": list(change.after),
        "opens_to_internet": change.opens,
    }


def _root(root: AssessedRoot) -> dict[str, object]:
    return {
        "kind": root.source.kind,
        "path": root.source.path,
        "passed": {policy: list(root.passed[policy]) for policy in sorted(root.passed)},
        "incomplete": [f"{skipped.what}: {skipped.reason}" for skipped in root.skipped],
        "failures": list(root.failures),
    }


def _finding(finding: Finding, pages: Mapping[str, str]) -> dict[str, object]:
    return {
        "policy": finding.policy,
        "page": pages.get(finding.policy) or None,
        "verdict": str(finding.verdict),
        "severity": str(finding.severity),
        "address": finding.address,
        "security_group": finding.security_group,
        "security_group_name": finding.facts.name,
        "account": finding.facts.account,
        "region": finding.facts.region,
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
