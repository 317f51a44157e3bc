"""JUnit XML: a suite for each policy, a case for each finding.

Undecided, suppressed and existing findings are skipped cases; what was not read is a case with an error.
"""

from __future__ import annotations

from sgwarden.findings import Finding, Report, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.junit import Case, Suite, to_junit, unread_suites
from sgwarden.reports.parts.text import position, unread


def render(report: Report, context: Context) -> str:
    """Return the report as one JUnit document."""
    missing = [(skipped.what, skipped.reason) for skipped in unread(report.skipped)]
    missing += [(failure.partition(":")[0], failure) for failure in report.failures]
    suites = [Suite(policy.id, _cases(policy.id, report)) for policy in report.policies]
    return to_junit("sgwarden", suites + unread_suites(missing))


def _cases(policy: str, report: Report) -> list[Case]:
    """Return a case for each finding of a policy, and one for whatever passed."""
    several = len({source.path for source in report.sources}) > 1
    cases = [_case(finding, several) for finding in report.findings if finding.policy == policy]
    passed = report.passed.get(policy, 0)
    return [*cases, Case(policy, f"{passed} passed")] if passed else cases


def _case(finding: Finding, several_roots: bool) -> Case:
    parts = [finding.address, *finding.identity, f"in {finding.root}" if several_roots else ""]
    name = " ".join(part for part in parts if part)
    place = f"{position(finding.location)}\n" if finding.location else ""
    if finding.verdict is Verdict.FAIL and finding.status == "new":
        text = f"{place}{finding.message}\nFix: {finding.fix}".strip()
        return Case(finding.policy, name, "failure", finding.message, text, str(finding.severity))
    reason = {
        "suppressed": f"suppressed: {finding.suppression or finding.message}",
        "existing": f"existing: {finding.message}",
    }.get(finding.status, finding.message)
    return Case(finding.policy, name, "skipped", reason, f"{place}{reason}")
