"""One spelling for each protocol, port range, CIDR block and group id."""

from __future__ import annotations

import pytest

from sgwarden.sources.resources.attribute_reader import MalformedAttribute
from sgwarden.sources.resources.normalize import cidr_ipv4, cidr_ipv6, group_id


def test_cidr_blocks() -> None:
    assert cidr_ipv4("10.1.2.3/8") == "10.0.0.0/8"
    assert cidr_ipv6("2001:0DB8:0::1/32") == "2001:db8::/32"
    with pytest.raises(MalformedAttribute, match='"nowhere" is no IPv4 CIDR block'):
        cidr_ipv4("nowhere")
    with pytest.raises(MalformedAttribute, match="is no IPv6 CIDR block"):
        cidr_ipv6("10.0.0.0/8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sg-0123abcd", "sg-0123abcd"),
        ("111122223333/sg-0123abcd", "sg-0123abcd"),
        ("arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd", "sg-0123abcd"),
        ("web", None),
    ],
)
def test_ids_of_groups(text: str, expected: str | None) -> None:
    assert group_id(text) == expected
