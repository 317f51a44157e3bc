"""How ports are named."""

from __future__ import annotations

import pytest

from sgwarden.model import wording


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((22,), "port 22 (SSH)"), ((22, 99), "ports 22 (SSH) and 99"), ((1, 2, 3), "ports 1, 2 and 3")],
)
def test_ports(numbers: tuple[int, ...], text: str) -> None:
    assert wording.ports(numbers) == text
