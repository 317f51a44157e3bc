"""Comments in Terraform's JSON syntax, and what they stand at."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.suppressions.json_comments import json_comments

RULE = ("resource", "aws_security_group", "web")


def found(document: Any, indent: int | None = 1) -> list[tuple[str, int, int, int, tuple[str, ...], str]]:
    text = json.dumps(document, indent=indent)
    return [
        (c.text, c.line, c.start, c.end, c.header, c.fault.partition(";")[0][:20]) for c in json_comments(text, bool)
    ]


def resource(**content: Any) -> dict[str, Any]:
    return {"resource": {"aws_security_group": {"web": content}}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (resource(**{"//": "a", "name": "web"}), [("# a", 5, 4, 7, RULE, "")]),
        (resource(ingress=[{"//": "a", "from_port": 22}, {"from_port": 23}]), [("# a", 7, 6, 9, (), "")]),
        (resource(ingress=[{"//": "a", "from_port": 22}]), [("# a", 7, 5, 10, (), "")]),
        ({"module": {"m": {"//": "a\nb", "source": "./m"}}}, [("# a b", 4, 3, 6, ("module", "m"), "")]),
        ({"//": "a", "resource": {}}, [("# a", 2, 0, 0, (), "in JSON it stands in")]),
        ({"resource": {"//": "a"}}, [("# a", 3, 0, 0, (), "in JSON it stands in")]),
        ({"locals": {"//": "a"}}, [("# a", 3, 0, 0, (), "in JSON it stands in")]),
        (resource(**{"//": 3}), []),
        (resource(description="// a"), []),
    ],
)
def test_what_it_stands_at(document: Any, expected: list[tuple[Any, ...]]) -> None:
    assert found(document) == expected


def test_what_shares_its_lines_is_not_covered() -> None:
    (alone,) = found(resource(**{"//": "a", "name": "web"}), None)
    assert alone[2:] == (1, 1, RULE, "")
    (shared,) = found({"resource": {"aws_security_group": {"web": {"//": "a"}, "db": {}}}}, None)
    assert shared[2:] == (0, 0, (), "its object shares a ")


def test_broken_json_has_none() -> None:
    assert json_comments('{"//": "a"', bool) == []
