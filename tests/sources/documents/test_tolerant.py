"""Parts of documents that do not fit are left out and named with their place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Raw, Struct, field

from sgwarden.errors import InputError
from sgwarden.sources.documents.tolerant import decode_tolerant


class Inner(Struct):
    address: str
    size: int | None = None
    words: list[str] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)
    raw: Raw = Raw(b"null")


class Outer(Struct):
    version: int
    items: list[Inner] | None = None
    inner: Inner | None = None


def read(value: Any) -> tuple[Any, list[tuple[str, str]]]:
    found, skipped = decode_tolerant(json.dumps(value).encode(), Outer, "f.json", "thing")
    return json.loads(json.dumps(_plain(found))), [(item.what, item.reason) for item in skipped]


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return json.loads(bytes(value)) if isinstance(value, Raw) else value


GOOD = {"address": "a", "size": 1, "words": ["x"], "more": {"n": 1}, "raw": {"deep": [1]}}


def test_what_fits_is_decoded() -> None:
    whole = {"version": 1, "items": [GOOD], "inner": None}
    assert read(whole) == (whole, [])
    assert read({"version": 1, "items": None, "later": 1}) == ({"version": 1, "items": None, "inner": None}, [])


@pytest.mark.parametrize(
    ("odd", "kept", "what", "reason"),
    [
        (1, None, "f.json", "items[0]: it should be an object and is a number"),
        ({}, None, "f.json", 'items[0]: "address" is missing'),
        ({**GOOD, "address": 1}, None, "f.json", "items[0].address: "),
        ({**GOOD, "size": "1"}, {**GOOD, "size": None}, "a", "items[0].size: "),
        ({**GOOD, "words": ["x", 1]}, GOOD, "a", "items[0].words[1]: "),
        ({**GOOD, "words": "x"}, {**GOOD, "words": []}, "a", "items[0].words: it should be a list and is a string"),
        ({**GOOD, "more": {"n": 1, "o": "x"}}, GOOD, "a", "items[0].more.o: "),
        ({**GOOD, "more": [1]}, {**GOOD, "more": {}}, "a", "items[0].more: it should be an object and is a list"),
    ],
)
def test_what_does_not_fit_is_left_out(odd: Any, kept: Any, what: str, reason: str) -> None:
    found, skipped = read({"version": 1, "items": [odd, GOOD]})
    assert found["items"] == ([GOOD] if kept is None else [kept, GOOD])
    assert [name for name, _ in skipped] == [what]
    assert skipped[0][1].startswith(reason)


@pytest.mark.parametrize(
    "data",
    [b"[]", b"{}", b'{"version":"1"}', b'{"version":1', b"[" * 5000, b'{"version":1,"items":[{"address":"\\ud800"}]}'],
)
def test_what_cannot_be_read_at_all(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^f\.json"):
        decode_tolerant(data, Outer, "f.json", "thing")
