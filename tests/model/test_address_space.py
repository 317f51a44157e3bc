"""How much of the public internet networks cover."""

from __future__ import annotations

import pytest

from sgwarden.model.address_space import public_addresses


@pytest.mark.parametrize(
    ("cidrs", "trusted", "count"),
    [
        ([], (), 0),
        (["8.8.8.8/32"], (), 1),
        (["8.8.8.0/24", "8.8.8.8/32"], (), 256),
        (["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "100.64.0.0/10"], (), 0),
        (["8.0.0.0/8"], ("8.128.0.0/9", "2600::/16"), 2**23),
        (["192.0.0.0/22"], (), 3 * 256 - 256),
        (["2600::/64"], (), 2**64),
        (["fc00::/7", "fe80::/10", "2001:db8::/32"], (), 0),
        (["::/1", "8000::/1"], (), 2**125 - 2**96 - 2**105 - 2**108 - 2**112),
    ],
)
def test_public_addresses(cidrs: list[str], trusted: tuple[str, ...], count: int) -> None:
    assert public_addresses(cidrs, trusted) == count


def test_the_two_halves_are_as_much_as_the_whole() -> None:
    assert public_addresses(["0.0.0.0/1", "128.0.0.0/1"]) == public_addresses(["0.0.0.0/0"]) > 3.6e9
