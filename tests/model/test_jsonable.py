"""Facts of the model as values of JSON."""

from __future__ import annotations

from collections import UserDict

import pytest

from sgwarden.model import jsonable
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown
from tests.policies.models import rule


def test_values() -> None:
    items = {"a": (1, 2.5, None, True), "b": UserDict(x=Unknown("why")), "c": [Sensitive(("s",))], "d": "text"}
    assert jsonable.document(items) == {
        "a": [1, 2.5, None, True],
        "b": {"x": {"unknown": "why"}},
        "c": [{"sensitive": True}],
        "d": "text",
    }


@pytest.mark.parametrize("item", [{1, 2}, object(), Location("main.tf", 1, 1)])
def test_what_is_no_value_is_refused(item: object) -> None:
    with pytest.raises(TypeError, match=f"{type(item).__name__} is no value of JSON"):
        jsonable.value([item])


def test_the_traffic_of_a_rule() -> None:
    subject = rule("udp", (53, Unknown("port")), "10.0.0.0/8", sensitive=frozenset({"peer"}))
    assert jsonable.rule_traffic(subject) == {
        "direction": "ingress",
        "protocol": "udp",
        "from_port": 53,
        "to_port": {"unknown": "port"},
        "peer": {"kind": "cidr_ipv4", "value": {"sensitive": True}},
    }


def test_a_location() -> None:
    place = Location("main.tf", 1, 2, module_path=("module.a",))
    assert jsonable.location(place) == {"file": "main.tf", "line": 1, "end_line": 2}
    assert jsonable.location(place, module_path=True) == {
        "file": "main.tf",
        "line": 1,
        "end_line": 2,
        "module_path": ["module.a"],
    }
    assert jsonable.location(None) is None
