"""Drift as JUnit XML: a suite for each account and region, a case for each difference.

What does not count is a skipped case, what was not read a case with an error.
"""

from __future__ import annotations

from itertools import groupby

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.reports.drift.json import DriftContext
from sgwarden.reports.findings.junit import Case, document, unread


def render(comparison: Comparison, context: DriftContext) -> str:
    """The comparison as one JUnit document; a clean one holds a case that passed."""
    suites = [
        (place, [_case(each, comparison.counts(each)) for each in members])
        for place, members in groupby(sorted(comparison.differences, key=titles.place), key=titles.place)
    ]
    troubles = [(each.what, each.reason) for each in comparison.skipped if not each.complete]
    troubles += [("a policy", failure) for failure in comparison.failures]
    suites += [("not read", unread(troubles))] if troubles else []
    undecided = [
        Case("undecided", f"{each.group} {each.what}", "skipped", each.reason) for each in comparison.undecided
    ]
    suites += [("undecided", undecided)] if undecided else []
    if not suites:
        suites = [("drift", [Case("drift", f"{comparison.groups_declared} security groups are as declared")])]
    return document("sgwarden drift", suites)


def _case(each: Difference, counts: bool) -> Case:
    group, name = f"drift.{each.kind}", f"{titles.name(each)} {titles.title(each)}"
    if counts:
        lines = [*each.change, titles.effect(each), *each.notes, *(remedy.text for remedy in each.remedies)]
        text = "\n".join(line for line in lines if line)
        return Case(group, name, "failure", titles.title(each), text, str(each.severity))
    why = each.suppressed.reason if each.suppressed is not None else each.service or "information"
    return Case(group, name, "skipped", why)
