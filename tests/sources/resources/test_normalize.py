"""One spelling for each protocol, port range, CIDR block and group id."""

from __future__ import annotations

import pytest

from sgwarden.model.values import Unknown
from sgwarden.sources.resources.attribute_reader import MalformedAttribute
from sgwarden.sources.resources.normalize import cidr_ipv4, cidr_ipv6, group_id, protocol, traffic


def test_cidr_blocks() -> None:
    assert cidr_ipv4("10.1.2.3/8") == "10.0.0.0/8"
    assert cidr_ipv6("2001:0DB8:0::1/32") == "2001:db8::/32"
    with pytest.raises(MalformedAttribute, match='"nowhere" is no IPv4 CIDR block'):
        cidr_ipv4("nowhere")
    with pytest.raises(MalformedAttribute, match="is no IPv6 CIDR block"):
        cidr_ipv6("10.0.0.0/8")


@pytest.mark.parametrize("text", ["foo", "any", "6.0", "6_0", " 6", "٦", "256", "-2", "99999999999", ""])
def test_protocols_that_nobody_understands(text: str) -> None:
    assert protocol(text) is None
    known, first, last = traffic(text, 443, 443)
    assert isinstance(known, Unknown)
    assert (known.reason, known.not_null, first, last) == (f'"{text}" is no protocol that EC2 knows', True, None, None)
    hidden = traffic(text, 443, 443, sensitive=True)[0]
    assert isinstance(hidden, Unknown)
    assert hidden.reason == "the protocol is no protocol that EC2 knows"


def test_protocols() -> None:
    names = {
        "TCP": "tcp",
        "+6": "tcp",
        "017": "udp",
        "-1": "all",
        "ALL": "all",
        "58": "icmpv6",
        "50": "50",
        "ESP": "esp",
    }
    assert {text: protocol(text) for text in names} == names
    assert traffic("6", 22, 23) == ("tcp", 22, 23)
    assert traffic("50", 22, 23) == ("50", None, None)
    later = Unknown("known after apply")
    assert traffic(later, 22, 23) == (later, 22, 23)


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
