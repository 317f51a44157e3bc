"""Suppressions applied to a report."""

from __future__ import annotations

from posixpath import dirname

from msgspec.structs import replace

from sgwarden.findings import Finding, Report
from sgwarden.suppressions.engine import Suppressions
from sgwarden.suppressions.subject import Subject


def apply(report: Report, suppressions: Suppressions) -> Report:
    """Return the report with suppressed findings marked, and with the status of every suppression."""
    findings = tuple(_applied(finding, suppressions) for finding in report.findings)
    return replace(report, findings=findings, suppressions=suppressions.notes(), comments=suppressions.comments())


def _applied(finding: Finding, suppressions: Suppressions) -> Finding:
    decision = suppressions.decide(subject_of(finding))
    if decision is None or finding.status == "suppressed":
        return finding
    return replace(finding, status="suppressed", suppression=decision.reason, suppressed_by=decision.by)


def subject_of(finding: Finding) -> Subject:
    """Return what suppressions match a finding by."""
    facts = finding.facts
    in_code = facts.kind in ("hcl", "plan", "state")
    directory = finding.root if facts.kind == "hcl" else "" if finding.root == "stdin" else dirname(finding.root)
    return Subject(
        policy=finding.policy,
        address=finding.address,
        security_group=finding.security_group,
        kinds=(facts.kind,),
        id=facts.id,
        account=facts.account,
        region=facts.region,
        tags=dict(facts.tags),
        location=finding.location,
        directory=(directory or ".") if in_code else None,
        root=finding.root,
        ports=_ports(finding),
        about_rule="direction" in finding.evidence,
        elements=finding.elements,
    )


def _ports(finding: Finding) -> frozenset[int] | None:
    """Return the ports that a finding names, or the one port of its rule."""
    named = finding.evidence.get("ports")
    if isinstance(named, list | tuple) and named:
        return frozenset(port for port in named if isinstance(port, int))
    first, last = finding.evidence.get("from_port"), finding.evidence.get("to_port")
    return frozenset({first}) if isinstance(first, int) and first == last else None
