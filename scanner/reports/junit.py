"""JUnit XML, which every CI server shows: a suite for each policy, a case for each finding.

Undecided, suppressed and existing findings are skipped cases; what was not read is a case with an error.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from scanner.findings import Finding, Report, Verdict
from scanner.reports.context import Context

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, escaped or not: https://www.w3.org/TR/xml/#charsets"""


def render(report: Report, context: Context) -> str:
    """The report as one JUnit document."""
    suites = [_suite(policy.id, report) for policy in report.policies]
    unread = [skipped for skipped in report.skipped if not skipped.complete]
    troubles = [(skipped.what, skipped.reason) for skipped in unread]
    troubles += [(failure.partition(":")[0], failure) for failure in report.failures]
    if troubles:
        cases = [
            f"    <testcase classname={_attribute('not read')} name={_attribute(what)}>\n"
            f"      <error message={_attribute(reason)}/>\n    </testcase>\n"
            for what, reason in troubles
        ]
        suites.append((len(cases), 0, len(cases), 0, _tag("not read", len(cases), 0, len(cases), 0, cases)))
    tests, failures, errors, skips = (sum(suite[n] for suite in suites) for n in range(4))  # type: ignore[misc]
    head = f'<testsuites name="sgwarden" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skips}">\n'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + head + "".join(suite[4] for suite in suites) + "</testsuites>\n"


def _suite(policy: str, report: Report) -> tuple[int, int, int, int, str]:
    """Counts of tests, failures, errors and skipped, and the element; what passed is one case a subject."""
    findings = [finding for finding in report.findings if finding.policy == policy]
    passed = report.passed.get(policy, 0)
    cases = [_case(finding) for finding in findings]
    if passed:
        cases.append(f"    <testcase classname={_attribute(policy)} name={_attribute(f'{passed} passed')}/>\n")
    failed = sum(_is_failure(finding) for finding in findings)
    skipped = len(findings) - failed
    return len(cases), failed, 0, skipped, _tag(policy, len(cases), failed, 0, skipped, cases)


def _tag(name: str, tests: int, failures: int, errors: int, skipped: int, cases: list[str]) -> str:
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{''.join(cases)}  </testsuite>\n"


def _is_failure(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL and finding.status == "new"


def _case(finding: Finding) -> str:
    place = f"{finding.location.file}:{finding.location.line}" if finding.location else ""
    file = f' file={_attribute(finding.location.file)} line="{finding.location.line}"' if finding.location else ""
    name = f"{finding.address} {' '.join(part for part in finding.identity if part)}".strip()
    head = f"    <testcase classname={_attribute(finding.policy)} name={_attribute(name)}{file}>\n"
    if _is_failure(finding):
        text = escape(_clean(f"{place}\n{finding.message}\nFix: {finding.fix}".strip()))
        body = f'      <failure type="{finding.severity}" message={_attribute(finding.message)}>{text}</failure>\n'
    else:
        why = {
            "suppressed": f"suppressed: {finding.suppression or finding.message}",
            "existing": f"existing: {finding.message}",
        }.get(finding.status, finding.message)
        body = f"      <skipped message={_attribute(why)}/>\n"
    return f"{head}{body}    </testcase>\n"


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))
