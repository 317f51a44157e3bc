"""Prefix lists and what of them is known."""

from __future__ import annotations

import pytest

from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.values import Unknown

SOME = Unknown("some")


@pytest.mark.parametrize(
    ("cidrs", "expected"),
    [
        ((), ()),
        (("192.0.2.0/24", "10.0.0.0/8"), ("10.0.0.0/8", "192.0.2.0/24")),
        (("192.0.2.0/24", SOME), None),
        (SOME, None),
    ],
)
def test_known_cidrs(cidrs: tuple[str | Unknown, ...] | Unknown, expected: tuple[str, ...] | None) -> None:
    assert PrefixList("a", "pl-1", None, cidrs, None).known_cidrs == expected
