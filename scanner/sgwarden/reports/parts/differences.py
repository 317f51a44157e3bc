"""What reports of drift for people say of differences that do not count, and of suppressions."""

from __future__ import annotations

from collections.abc import Iterable

from sgwarden.drift.differences import Comparison, Difference
from sgwarden.reports.parts.text import position

_FEW = 3
"""So many alike are shown one by one."""


def new_differences(differences: Iterable[Difference]) -> list[Difference]:
    """Return the differences that the run before did not have; none without a history."""
    return [each for each in differences if each.memory is not None and each.memory.new]


def not_counted(comparison: Comparison) -> tuple[list[Difference], list[str]]:
    """Return differences that do not count: those to show one by one, and a sentence on those of which there are many.

    An account has a default group in every region; together they would bury the rest.
    """
    single: list[Difference] = []
    by_service: dict[str, list[Difference]] = {}
    for each in comparison.differences:
        if comparison.counts(each):
            continue
        alike = each.suppressed is None and each.kind == "group_unmanaged" and not each.opens_to_internet
        (by_service.setdefault(each.service or "", []) if alike else single).append(each)
    sentences = []
    for service, found in sorted(by_service.items()):
        if len(found) <= _FEW:
            single += found
            continue
        regions = len({(each.account, each.region) for each in found})
        option = "default" if service == "default" else "services"
        whose = "default groups that nobody adopted" if option == "default" else f"groups of {service}"
        sentences.append(
            f"{len(found)} {whose}, in {regions} region{'s' if regions > 1 else ''}; --include {option} counts them"
        )
    chosen = {id(each) for each in single}
    return [each for each in comparison.differences if id(each) in chosen], sentences


def reason_not_counted(each: Difference, *, until: bool = False) -> str:
    """Return why a difference does not count; ``until``: with the last day of its suppression."""
    if each.suppressed is None:
        return each.service or "information"
    end = f", until {each.suppressed.until}" if until and each.suppressed.until else ""
    return f"{each.suppressed.by}: {each.suppressed.reason}{end}"


def suppression_messages(comparison: Comparison, *, unused: bool = True) -> list[str]:
    """Return what there is to say about suppressions in the code and in the configuration, a line each."""
    return [
        f"{position(note.location)}: {note.message}"
        for note in comparison.suppressions
        if note.message and (unused or note.status != "unused")
    ]
