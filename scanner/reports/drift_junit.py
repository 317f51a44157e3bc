"""Drift as JUnit XML: a suite for each account and region, a case for each difference.

What does not count is a skipped case, what was not read a case with an error.
"""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape

from scanner.drift import wording
from scanner.drift.differences import Comparison, Difference
from scanner.reports.drift import DriftContext
from scanner.reports.junit import _attribute, _clean, _tag


def render(comparison: Comparison, context: DriftContext) -> str:
    """The comparison as one JUnit document; a clean one holds a case that passed."""
    suites: list[tuple[int, int, int, int, str]] = []
    for place, members in groupby(sorted(comparison.differences, key=wording.place), key=wording.place):
        found = list(members)
        failed = sum(comparison.counts(each) for each in found)
        cases = [_case(each, comparison.counts(each)) for each in found]
        skipped = len(found) - failed
        suites.append((len(found), failed, 0, skipped, _tag(place, len(found), failed, 0, skipped, cases)))
    troubles = [(each.what, each.reason) for each in comparison.skipped if not each.complete]
    troubles += [("a policy", failure) for failure in comparison.failures]
    if troubles:
        cases = [
            f"    <testcase classname={_attribute('not read')} name={_attribute(what)}>\n"
            f"      <error message={_attribute(reason)}/>\n    </testcase>\n"
            for what, reason in troubles
        ]
        suites.append((len(cases), 0, len(cases), 0, _tag("not read", len(cases), 0, len(cases), 0, cases)))
    if comparison.undecided:
        cases = [
            f"    <testcase classname={_attribute('undecided')} name={_attribute(f'{each.group} {each.what}')}>\n"
            f"      <skipped message={_attribute(each.reason)}/>\n    </testcase>\n"
            for each in comparison.undecided
        ]
        suites.append((len(cases), 0, 0, len(cases), _tag("undecided", len(cases), 0, 0, len(cases), cases)))
    if not suites:
        name = f"{comparison.groups_declared} security groups are as declared"
        case = f"    <testcase classname={_attribute('drift')} name={_attribute(name)}/>\n"
        suites.append((1, 0, 0, 0, _tag("drift", 1, 0, 0, 0, [case])))
    tests, failures, errors, skips = (sum(suite[n] for suite in suites) for n in range(4))  # type: ignore[misc]
    head = f'<testsuites name="sgwarden drift" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skips}">\n'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + head + "".join(suite[4] for suite in suites) + "</testsuites>\n"


def _case(each: Difference, counts: bool) -> str:
    name = f"{wording.name(each)} {wording.title(each)}"
    head = f"    <testcase classname={_attribute(f'drift.{each.kind}')} name={_attribute(name)}>\n"
    if counts:
        lines = [*each.change, wording.effect(each), *each.notes, *(remedy.text for remedy in each.remedies)]
        body = escape(_clean("\n".join(line for line in lines if line)))
        inner = f'      <failure type="{each.severity}" message={_attribute(wording.title(each))}>{body}</failure>\n'
    else:
        why = each.suppressed.reason if each.suppressed is not None else each.service or "information"
        inner = f"      <skipped message={_attribute(why)}/>\n"
    return f"{head}{inner}    </testcase>\n"
