"""Types of fields that check more than their shape."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from msgspec import ValidationError

from sgwarden.config.field_types import Date, Network, NonBlank, PolicyId
from sgwarden.config.validate import Refused, convert

HINT = 'must be a network such as "198.51.100.0/24", not '


@pytest.mark.parametrize("text", ["10.0.0.0/8", "2001:db8::/32", "2001:DB8::/32", "0.0.0.0/0"])
def test_networks(text: str) -> None:
    assert Network.parse(text) == text


@pytest.mark.parametrize(
    ("value", "what", "next_step"),
    [
        ("10.1.2.3/8", HINT + '"10.1.2.3/8"', 'did you mean "10.0.0.0/8"?'),
        ("10.1.2.3", HINT + '"10.1.2.3"', ""),
        ("10.0.0.0/33", HINT + '"10.0.0.0/33"', ""),
        (10, HINT + "10", ""),
        ([], HINT + "an array", ""),
    ],
)
def test_what_is_no_network(value: object, what: str, next_step: str) -> None:
    with pytest.raises(Refused) as caught:
        Network.parse(value)
    assert (caught.value.what, caught.value.next_step) == (what, next_step)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Date, "2027-01-31", date(2027, 1, 31)),
        (Date, date(2027, 1, 31), date(2027, 1, 31)),
        (Date, datetime(2027, 1, 31), None),
        (Date, "2027-02-30", None),
        (PolicyId, "open-admin-port", "open-admin-port"),
        (PolicyId, "open-admin-port\n", None),
        (PolicyId, "Open", None),
        (NonBlank, " a\nb", " a\nb"),
        (NonBlank, " \n", None),
    ],
)
def test_texts_and_dates(kind: Any, value: object, expected: object) -> None:
    if expected is not None:
        assert convert(value, kind) == expected
        return
    with pytest.raises(ValidationError):
        convert(value, kind)
