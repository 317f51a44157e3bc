"""Differences that do not count, and suppressions."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.drift.differences import Comparison, Memory, Suppression
from sgwarden.findings import SuppressionNote
from sgwarden.model.locations import Location
from sgwarden.reports.parts.differences import (
    new_differences,
    not_counted,
    reason_not_counted,
    suppression_messages,
)
from tests.reports.samples import sample_difference


def test_many_alike_become_a_sentence() -> None:
    default = [replace(sample_difference(n), service="default", region=f"r{n % 2}") for n in range(4)]
    other = [replace(sample_difference(n), service="EKS") for n in range(3)]
    assert not_counted(Comparison(differences=(*default, *other, sample_difference(9)))) == (
        other,
        ["4 default groups that nobody adopted, in 2 regions; --include default counts them"],
    )
    many = [replace(each, service="EKS") for each in default]
    assert not_counted(Comparison(differences=tuple(many)))[1] == [
        "4 groups of EKS, in 2 regions; --include services counts them"
    ]


def test_what_is_suppressed_or_opens_to_the_internet_is_shown_one_by_one() -> None:
    opening = [replace(sample_difference(n), service="default", opens_to_internet=True) for n in range(5)]
    suppressed = [replace(sample_difference(n), suppressed=Suppression("comment", "known", None)) for n in range(5)]
    assert not_counted(Comparison(differences=(*opening, *suppressed))) == ([*opening, *suppressed], [])


def test_reasons() -> None:
    difference = sample_difference(1)
    assert reason_not_counted(difference) == "information"
    assert reason_not_counted(replace(difference, service="EKS")) == "EKS"
    suppressed = replace(difference, suppressed=Suppression("ignore file", "known", "2026-12-24"))
    assert reason_not_counted(suppressed) == "ignore file: known"
    assert reason_not_counted(suppressed, until=True) == "ignore file: known, until 2026-12-24"


def test_new_differences() -> None:
    memories = [Memory("2026-11-01", "2026-11-01", 0, 1, new) for new in (True, False)]
    new, old = (replace(sample_difference(n), memory=memory) for n, memory in enumerate(memories))
    assert new_differences([new, old, sample_difference(3)]) == [new]


def test_messages_of_suppressions() -> None:
    place = Location("main.tf", 2, 2)
    notes = tuple(
        SuppressionNote("comment", (), place, "", None, None, status, 0, message)
        for status, message in (("active", ""), ("expired", "has expired"), ("unused", "suppresses nothing"))
    )
    assert suppression_messages(Comparison(suppressions=notes)) == [
        "main.tf:2: has expired",
        "main.tf:2: suppresses nothing",
    ]
    assert suppression_messages(Comparison(suppressions=notes), unused=False) == ["main.tf:2: has expired"]
