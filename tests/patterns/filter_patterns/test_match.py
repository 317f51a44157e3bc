"""Patterns on concrete log events: the documentation's examples, and the rules about absent fields."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.patterns.filter_patterns.match import matches_record, matches_text, split_fields
from sgwarden.patterns.filter_patterns.parse import parse_filter_pattern

EVENT: dict[str, Any] = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "flag": True,
    "bandwidth": 80,
    "ratio": 0.5,
    "text": "22",
    "nested": {"deep": [[0, 1], [4, 5]]},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress != 111.111.* }", False),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[2] = "value" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.eventType = %Trail% }", True),
        ("{ $.arrayKey[*] = %val.{2}% }", True),
        ("{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }", True),
        ("{ $.['cluster.name'] = \"c\" }", True),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.SomeOtherObject IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.arrayKey = value }", False),
        ("{ $.arrayKey != value }", False),
        ("{ $.SomeObject = * }", False),
        ("{ $.SomeObject != x }", False),
        ("{ $.absent = * }", False),
        ("{ $.absent != x }", False),
        ("{ $.flag IS TRUE }", True),
        ("{ $.flag = true }", False),
        ("{ $.flag != false }", False),
        ("{ $.bandwidth > 75 }", True),
        ("{ $.bandwidth >= 8e1 }", True),
        ("{ $.bandwidth < 80 }", False),
        ("{ $.bandwidth = 80.0 }", True),
        ("{ $.bandwidth = 8* }", True),
        ('{ $.bandwidth = "80" }', False),
        ("{ $.bandwidth != 500 }", True),
        ("{ $.bandwidth = %^8% }", True),
        ("{ $.ratio = 5e-1 }", True),
        ("{ $.text = 22 }", True),
        ("{ $.text > 1 }", False),
        ("{ $.nested.deep[1][0] = 4 }", True),
        ("{ $.nested.deep[*] = 4 }", False),
        ("{ $.objectList[*].id != 1 }", True),
        ("{ $.objectList[*].missing NOT EXISTS }", True),
    ],
)
def test_json_patterns_on_one_event(pattern: str, expected: bool) -> None:
    assert matches_record(parse_filter_pattern(pattern), EVENT) is expected


@pytest.mark.parametrize(
    ("pattern", "messages"),
    [
        ("ERROR", [True, True, True]),
        ("ERROR ARGUMENTS", [False, False, True]),
        ("?UNAUTHORIZED ?ARGUMENTS", [False, True, True]),
        ("ERROR -ARGUMENTS", [True, True, False]),
        ('"BAD REQUEST"', [True, False, False]),
        ("?BAD ?ARGUMENTS REQUEST", [True, True, False]),
        ("%AUTHORIZED%", [False, True, False]),
        ("[a, b]", [True, True, True]),
        ("[kind=*400, ...]", [True, False, False]),
        ('" "', [True, True, True]),
    ],
)
def test_patterns_on_plain_messages(pattern: str, messages: list[bool]) -> None:
    texts = ["[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST", "[ERROR 419] MISSING ARGUMENTS"]
    assert [matches_text(parse_filter_pattern(pattern), text) for text in texts] == messages


LINE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", True),
        ("[..., request =*.html*, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000 && bytes < 1500]", False),
        ("[ip, user, ..., status_code = 404, bytes]", True),
        ("[ip, user, ..., bytes, status_code = 404]", False),
        ("[ip, rest]", True),
        ("[a, b, c, d, e, f, g, h]", False),
        ("[ip != 127.0.0.1, ...]", False),
        ('[..., request = "GET /index.html HTTP/1.0", a, b]', True),
    ],
)
def test_space_delimited_patterns(pattern: str, expected: bool) -> None:
    assert matches_text(parse_filter_pattern(pattern), LINE) is expected


def test_what_stands_in_brackets_or_quotes_is_one_field() -> None:
    assert split_fields(LINE) == [
        "127.0.0.1",
        "Prod",
        "frank",
        "10/Oct/2000:13:25:15 -0700",
        "GET /index.html HTTP/1.0",
        "404",
        "1534",
    ]
    assert split_fields('a "open b') == ["a", '"open', "b"]


def test_unstructured_patterns_search_the_compact_json_of_a_record() -> None:
    record = {"eventName": "CreateSecurityGroup", "awsRegion": "eu-west-1"}
    assert matches_record(parse_filter_pattern('"\\"eventName\\":\\"CreateSecurityGroup\\""'), record)
    assert not matches_record(parse_filter_pattern('"\\"eventName\\": \\"CreateSecurityGroup\\""'), record)


def test_half_a_surrogate_pair_is_searched_like_any_other_character() -> None:
    assert matches_record(parse_filter_pattern("{ $.a = %b% }"), {"a": "\ud800b"})
    assert not matches_record(parse_filter_pattern("{ $.a = %c% }"), {"a": "\ud800b"})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_of_json_is_not_compared(value: float) -> None:
    assert not matches_record(parse_filter_pattern("{ $.a > 1 }"), {"a": value})
    assert not matches_record(parse_filter_pattern("{ $.a = 1 }"), {"a": value})
