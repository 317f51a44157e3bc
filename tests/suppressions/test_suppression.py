"""One suppression: its name and its last day."""

from __future__ import annotations

from datetime import date

import pytest

from sgwarden.model.locations import Location
from sgwarden.suppressions.suppression import Origin, Suppression


@pytest.mark.parametrize(
    ("origin", "policies", "expected"),
    [
        ("comment", ("open-admin-port", "*"), "open-admin-port, everything"),
        ("configuration", (), "everything"),
        ("checkov", ("open-admin-port",), "checkov:skip=CKV_AWS_24"),
        ("ignore file", ("drift",), "checkov:skip=CKV_AWS_24"),
    ],
)
def test_name(origin: Origin, policies: tuple[str, ...], expected: str) -> None:
    assert Suppression(origin, policies, Location("f", 1, 1), "checkov:skip=CKV_AWS_24").name == expected


def test_the_last_day() -> None:
    ends = Suppression("comment", ("*",), Location("f", 1, 1), "", until=date(2027, 1, 31))
    endless = Suppression("comment", ("*",), Location("f", 1, 1), "")
    days = [date(2027, 1, 30), date(2027, 1, 31), date(2027, 2, 1)]
    assert [(ends.expired(day), ends.days_left(day)) for day in days] == [(False, 1), (False, 0), (True, -1)]
    assert [(endless.expired(day), endless.days_left(day)) for day in days] == [(False, None)] * 3
