"""JUnit XML, which every CI server shows: a suite for each policy, a case for each finding.

Undecided, suppressed and existing findings are skipped cases; what was not read is a case with an error. The document
is what the strictest reader takes, the xUnit plugin of Jenkins (``junit-10.xsd``): no attributes of our own. Readers
merge cases of one name, so that names are unique in their suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from sgwarden.findings import Finding, Report, Verdict
from sgwarden.reports.parts.context import Context

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, escaped or not: https://www.w3.org/TR/xml/#charsets"""


class Case(NamedTuple):
    """One case of a suite; without an outcome it has passed."""

    group: str
    name: str
    outcome: str = ""
    """``failure``, ``error`` or ``skipped``."""
    message: str = ""
    text: str = ""
    """More than the message; empty: the message again, because some readers look at the text alone."""
    kind: str = ""
    """The severity of a failure."""


def render(report: Report, context: Context) -> str:
    """The report as one JUnit document."""
    troubles = [(skipped.what, skipped.reason) for skipped in report.skipped if not skipped.complete]
    troubles += [(failure.partition(":")[0], failure) for failure in report.failures]
    suites = [(policy.id, _cases(policy.id, report)) for policy in report.policies]
    suites += [("not read", unread(troubles))] if troubles else []
    return document("sgwarden", suites)


def unread(troubles: Iterable[tuple[str, str]]) -> list[Case]:
    """Cases with an error for what was not read, and why."""
    return [Case("not read", what, "error", reason) for what, reason in troubles]


def document(name: str, suites: Sequence[tuple[str, Sequence[Case]]]) -> str:
    """The whole document, with the counts of its suites."""
    counts = _counts([case for _, cases in suites for case in cases])
    counts = counts.rpartition(" skipped=")[0]  # which no schema knows at the top
    inner = "".join(_suite(title, cases) for title, cases in suites)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={_attribute(name)} {counts}>\n{inner}</testsuites>\n'
    )


def _cases(policy: str, report: Report) -> list[Case]:
    """A case for each finding, and one for whatever passed."""
    several = len({source.path for source in report.sources}) > 1
    cases = [_case(finding, several) for finding in report.findings if finding.policy == policy]
    passed = report.passed.get(policy, 0)
    return [*cases, Case(policy, f"{passed} passed")] if passed else cases


def _case(finding: Finding, several_roots: bool) -> Case:
    parts = [finding.address, *finding.identity, f"in {finding.root}" if several_roots else ""]
    name = " ".join(part for part in parts if part)
    place = f"{finding.location.file}:{finding.location.line}\n" if finding.location else ""
    if finding.verdict is Verdict.FAIL and finding.status == "new":
        text = f"{place}{finding.message}\nFix: {finding.fix}".strip()
        return Case(finding.policy, name, "failure", finding.message, text, str(finding.severity))
    why = {
        "suppressed": f"suppressed: {finding.suppression or finding.message}",
        "existing": f"existing: {finding.message}",
    }.get(finding.status, finding.message)
    return Case(finding.policy, name, "skipped", why, f"{place}{why}")


def _suite(title: str, cases: Sequence[Case]) -> str:
    seen: dict[tuple[str, str], int] = {}
    written = []
    for case in cases:
        number = seen[case.group, case.name] = seen.get((case.group, case.name), 0) + 1
        written.append(_written(case, f"{case.name} ({number})" if number > 1 else case.name))
    return f"  <testsuite name={_attribute(title)} {_counts(cases)}>\n{''.join(written)}  </testsuite>\n"


def _written(case: Case, name: str) -> str:
    head = f"    <testcase classname={_attribute(case.group)} name={_attribute(name)}"
    if not case.outcome:
        return f"{head}/>\n"
    kind = f" type={_attribute(case.kind)}" if case.kind else ""
    text = escape(_clean(case.text or case.message))
    inner = f"<{case.outcome}{kind} message={_attribute(case.message)}>{text}</{case.outcome}>"
    return f"{head}>\n      {inner}\n    </testcase>\n"


def _counts(cases: Sequence[Case]) -> str:
    outcomes = [case.outcome for case in cases]
    failures, errors, skipped = (outcomes.count(each) for each in ("failure", "error", "skipped"))
    return f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))
