"""Drift as JUnit XML: a suite for each account and region, a case for each difference.

What does not count is a skipped case, what was not read a case with an error.
"""

from __future__ import annotations

from itertools import groupby

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.junit import Case, Suite, to_junit, unread_suites
from sgwarden.reports.parts.text import unread


def render(comparison: Comparison, context: DriftContext) -> str:
    """Return the comparison as one JUnit document; a clean one holds a case that passed."""
    suites = [
        Suite(place, [_case(each, comparison.counts(each)) for each in members])
        for place, members in groupby(sorted(comparison.differences, key=titles.place), key=titles.place)
    ]
    missing = [(each.what, each.reason) for each in unread(comparison.skipped)]
    missing += [("a policy", failure) for failure in comparison.failures]
    suites += unread_suites(missing)
    undecided = [
        Case("undecided", f"{each.group} {each.what}", "skipped", each.reason) for each in comparison.undecided
    ]
    suites += [Suite("undecided", undecided)] if undecided else []
    if not suites:
        suites = [Suite("drift", [Case("drift", f"{comparison.groups_declared} security groups are as declared")])]
    return to_junit("sgwarden drift", suites)


def _case(each: Difference, counts: bool) -> Case:
    group, name = f"drift.{each.kind}", f"{titles.name(each)} {titles.title(each)}"
    if counts:
        lines = [*each.change, titles.effect(each), *each.notes, *(remedy.text for remedy in each.remedies)]
        text = "\n".join(line for line in lines if line)
        return Case(group, name, "failure", titles.title(each), text, str(each.severity))
    reason = each.suppressed.reason if each.suppressed is not None else each.service or "information"
    return Case(group, name, "skipped", reason)
