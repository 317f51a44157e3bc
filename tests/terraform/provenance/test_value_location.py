"""Which part of an expression holds a value."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.provenance.value_location import ScalarIndex, ValueQuery, scalar
from sgwarden.terraform.syntax.parse import parse_expression

NETWORKS = """[
  "10.0.0.0/8",
  "0.0.0.0/0",
  "198.51.100.7",
]"""
RULES = """{
  ssh = {
    port = 22
    cidr = "0.0.0.0/0"
  }
  web = {
    port = 443
    cidr = "0.0.0.0/0"
  }
  name = local.name
}"""


@pytest.mark.parametrize(
    ("text", "query", "steps", "line", "leads_on"),
    [
        (NETWORKS, ValueQuery("0.0.0.0/0"), (), 3, False),
        (NETWORKS, ValueQuery("198.51.100.7/32"), (), 4, False),
        (NETWORKS, ValueQuery("192.0.2.1"), (), 1, True),
        (NETWORKS, ValueQuery(), ("1",), 3, True),
        (RULES, ValueQuery("22"), (), 3, False),
        (RULES, ValueQuery("443"), ("web",), 7, False),
        (RULES, ValueQuery("0.0.0.0/0", ({"port": Fraction(443), "cidr": "0.0.0.0/0"},)), (), 8, False),
        (RULES, ValueQuery("0.0.0.0/0", keys=frozenset({"ssh"})), (), 4, False),
        (RULES, ValueQuery("0.0.0.0/0"), (), 1, True),
        (RULES, ValueQuery("any"), ("name",), 10, True),
        ('[\n  for each in var.a :\n  upper("x")\n]', ValueQuery("x"), (), 3, True),
    ],
)
def test_find(text: str, query: ValueQuery, steps: tuple[Hashable, ...], line: int, leads_on: bool) -> None:
    found = ScalarIndex(parse_expression(text)).find(query, steps)
    assert (found.part.span[0], found.source is not None) == (line, leads_on)


def test_keys_that_are_not_written_out_are_left() -> None:
    found = ScalarIndex(parse_expression("{\n  a = local.b\n}")).find(ValueQuery(), ("a", "c", "d"))
    assert found.keys == ("c", "d")


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (22, "22"), (True, "true"), (Sensitive("s"), "s"), (None, None), ((), None), (Unknown("x"), None)],
)
def test_scalar(value: object, text: str | None) -> None:
    assert scalar(value) == text
