"""JUnit XML, which every CI server shows: suites of cases.

The document is what the strictest reader takes, the xUnit plugin of Jenkins (``junit-10.xsd``): no attributes of our
own. Readers merge cases of one name, so that names are unique in their suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

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


class Suite(NamedTuple):
    """Cases under one heading."""

    name: str
    cases: Sequence[Case]


def unread_suites(unread: Iterable[tuple[str, str]]) -> list[Suite]:
    """Return a suite with an error for each pair of what was not read and why; no suite without any."""
    cases = [Case("not read", what, "error", reason) for what, reason in unread]
    return [Suite("not read", cases)] if cases else []


def to_junit(name: str, suites: Sequence[Suite]) -> str:
    """Return the whole document, with the counts of its suites."""
    counts = _counts([case for suite in suites for case in suite.cases])
    counts = counts.rpartition(" skipped=")[0]  # which no schema knows at the top
    inner = "".join(map(_suite, suites))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={_attribute(name)} {counts}>\n{inner}</testsuites>\n'
    )


def _suite(suite: Suite) -> str:
    seen: dict[tuple[str, str], int] = {}
    elements = []
    for case in suite.cases:
        number = seen[case.group, case.name] = seen.get((case.group, case.name), 0) + 1
        elements.append(_case(case, f"{case.name} ({number})" if number > 1 else case.name))
    head = f"  <testsuite name={_attribute(suite.name)} {_counts(suite.cases)}>"
    return f"{head}\n{''.join(elements)}  </testsuite>\n"


def _case(case: Case, name: str) -> str:
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
