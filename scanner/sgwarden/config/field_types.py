"""Types of fields that several documents share, with the words and the JSON Schema of each."""

from __future__ import annotations

import ipaddress
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from sgwarden.config.validate import Refused, must_be


def pattern(expression: str) -> str:
    """Return a regular expression (of Python and of ECMA 262) that holds from start to end."""
    return rf"^(?:{expression})(?!\n)$"


Severity = Literal["low", "medium", "high", "critical"]
PolicyId = Annotated[str, Meta(title="the id of a policy", pattern=pattern("[a-z0-9]+(?:-[a-z0-9]+)*"))]
NonBlank = Annotated[str, Meta(title="a text that is not empty", pattern=r"\S")]
Date = Annotated[
    date,
    Meta(title="a date such as 2027-01-31", extra_json_schema={"pattern": pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}")}),
]
"""Bare as TOML writes it, or as a text."""


class Network(str):
    """A network in CIDR notation, without host bits."""

    __slots__ = ()
    words = "a network in CIDR notation"

    @classmethod
    def parse(cls, value: object) -> Network:
        """Return the network that a value of a document spells. Raises Refused."""
        expected = 'a network such as "198.51.100.0/24"'
        if not isinstance(value, str) or "/" not in value:
            raise Refused(must_be(expected, value))
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            raise Refused(must_be(expected, value)) from None
        if str(network) != value.lower():
            raise Refused(must_be(expected, value), f'did you mean "{network}"?')
        return cls(value)

    @classmethod
    def json_schema(cls) -> dict[str, object]:
        """Return the JSON Schema, which cannot tell host bits."""
        return {"title": cls.words, "type": "string", "pattern": "^[0-9a-fA-F.:]+/[0-9]+$"}
