"""JSON with the place of every value and key, and repeated keys kept.

The standard library's reader keeps neither. Numbers stay text, so that they are exact.
"""

from __future__ import annotations

import re
from json import JSONDecodeError
from json import decoder as json_decoder
from typing import Any

from msgspec import Struct

from sgwarden.terraform.syntax.ast import Span
from sgwarden.terraform.syntax.text import MAX_NESTING, InvalidText, position

_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


class JsonNumber(Struct, frozen=True):
    """A number as written."""

    text: str


class JsonProperty(Struct, frozen=True):
    """One ``"name": value`` of an object."""

    name: str
    start: int
    end: int
    """Of the name."""
    value: JsonValue


class JsonValue(Struct, frozen=True):
    """A JSON value between two offsets: None, bool, str, JsonNumber, a list of JsonValue, a tuple of JsonProperty."""

    start: int
    end: int
    content: Any


class JsonReader:
    """Reads one JSON text; ``spans`` turns offsets into lines and columns."""

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text = text
        self.starts = starts

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        return self.position(start) + self.position(end)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        return position(self.starts, offset)

    def read(self) -> JsonValue:
        """Return the whole text as one value; raises InvalidText."""
        value = self._value(self._blank(0), 0)
        end = self._blank(value.end)
        if end < len(self.text):
            raise InvalidText(end, "nothing may follow the JSON value")
        return value

    def _blank(self, offset: int) -> int:
        found = _BLANK.match(self.text, offset)
        assert found is not None
        return found.end()

    def _value(self, start: int, depth: int) -> JsonValue:
        if depth > MAX_NESTING:
            raise InvalidText(start, f"nested deeper than {MAX_NESTING} levels")
        text = self.text
        first = text[start : start + 1]
        if first == '"':
            content, end = self._string(start)
            return JsonValue(start, end, content)
        if first == "{":
            return self._object(start, depth)
        if first == "[":
            return self._array(start, depth)
        number = _NUMBER.match(text, start)
        if number:
            return JsonValue(start, number.end(), JsonNumber(number.group()))
        for word, value in _WORDS.items():
            if text.startswith(word, start):
                return JsonValue(start, start + len(word), value)
        raise InvalidText(start, f"unexpected {first!r}" if first else "unexpected end of file")

    def _string(self, start: int) -> tuple[str, int]:
        try:
            content, end = json_decoder.scanstring(self.text, start + 1, True)  # type: ignore[attr-defined]
            return str(content), int(end)
        except JSONDecodeError as error:
            raise InvalidText(error.pos, error.msg) from None

    def _object(self, start: int, depth: int) -> JsonValue:
        properties: list[JsonProperty] = []
        at = self._blank(start + 1)
        if self.text.startswith("}", at):
            return JsonValue(start, at + 1, ())
        while True:
            if not self.text.startswith('"', at):
                raise InvalidText(at, "a property name in double quotes was expected")
            name, end = self._string(at)
            colon = self._blank(end)
            if not self.text.startswith(":", colon):
                raise InvalidText(colon, "':' was expected")
            value = self._value(self._blank(colon + 1), depth + 1)
            properties.append(JsonProperty(name, at, end, value))
            at = self._blank(value.end)
            if self.text.startswith("}", at):
                return JsonValue(start, at + 1, tuple(properties))
            if not self.text.startswith(",", at):
                raise InvalidText(at, "',' or '}' was expected")
            at = self._blank(at + 1)

    def _array(self, start: int, depth: int) -> JsonValue:
        items: list[JsonValue] = []
        at = self._blank(start + 1)
        if self.text.startswith("]", at):
            return JsonValue(start, at + 1, [])
        while True:
            value = self._value(at, depth + 1)
            items.append(value)
            at = self._blank(value.end)
            if self.text.startswith("]", at):
                return JsonValue(start, at + 1, items)
            if not self.text.startswith(",", at):
                raise InvalidText(at, "',' or ']' was expected")
            at = self._blank(at + 1)
