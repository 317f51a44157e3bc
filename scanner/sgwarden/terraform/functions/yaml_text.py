"""YAML as Terraform reads and writes it: YAML 1.1 booleans, dates as RFC 3339 text, block style.

Source: https://developer.hashicorp.com/terraform/language/functions/yamldecode
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import yaml
from msgspec import Struct

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.convert import to_string
from sgwarden.terraform.types.numbers import format_number, parse_number
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.types import friendly_name, type_of
from sgwarden.terraform.types.values import TfMap, Value

DEEPEST = 200
"""Nesting of a document that is still decoded."""
MOST_VALUES = 1_000_000
"""Values a document may have with its aliases expanded; beyond that the result is Unknown."""

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
_TAG = "tag:yaml.org,2002:"
_TAGS = {"", *(_TAG + name for name in ("str", "bool", "int", "float", "null", "timestamp", "binary"))}
_TRUE = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}
_FALSE = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
_NULL = {"", "~", "null", "Null", "NULL"}
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN = {".nan", ".NaN", ".NAN"}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(Z|[+-]\d\d:\d\d))"
    r"|(?: (\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?))?",
    re.ASCII,
)


class _TooLarge(Exception):
    """The document has more values than may be expanded."""


def decode_yaml(text: str) -> Value:
    """Return the value of a single YAML document. Raises EvaluationError when it is malformed."""
    try:
        return _Document(text).value
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"on line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise EvaluationError(f"{where}{getattr(error, 'problem', None) or error}") from None
    except _TooLarge:
        return Unknown(f"the YAML document has more than {MOST_VALUES} values")


class _Document:
    """The values of a document's events; a value may be shared by its aliases."""

    def __init__(self, text: str) -> None:
        # The parser refuses what its reader cannot show; NUL would end the text unseen.
        self._events: Iterator[yaml.Event] = yaml.parse(text or "\n", Loader=_LOADER)
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._pending: set[str] = set()
        self._count = 0
        next(self._events)  # the stream starts
        event = next(self._events)
        if not isinstance(event, yaml.DocumentStartEvent):
            raise EvaluationError("on line 1, column 1: missing start of document")
        self.value = self._next(0)
        next(self._events)  # the document ends
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise EvaluationError("only a single document is allowed")

    def _next(self, depth: int) -> Value:
        return self._of(next(self._events), depth)

    def _of(self, event: yaml.Event, depth: int) -> Value:
        if depth > DEEPEST:
            raise EvaluationError(f"nested deeper than {DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent))
        start = self._count
        self._add(1)
        anchor = event.anchor
        if anchor:
            self._pending.add(anchor)
        if isinstance(event, yaml.ScalarEvent):
            value = _value(_scalar_of(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(event, depth)
        else:
            value = self._mapping(event, depth)
        if anchor:
            self._pending.discard(anchor)
            self._anchors[anchor] = (value, self._count - start)
        return value

    def _add(self, count: int) -> None:
        self._count += count
        if self._count > MOST_VALUES:
            raise _TooLarge

    def _alias(self, event: yaml.AliasEvent) -> Value:
        anchor = event.anchor or ""
        if anchor in self._pending:
            raise _error(event, f"cannot refer to anchor {go_quoted(anchor)} from inside its own definition")
        if anchor not in self._anchors:
            raise _error(event, f"reference to undefined anchor {go_quoted(anchor)}")
        value, size = self._anchors[anchor]
        self._add(size)
        return value

    def _sequence(self, event: yaml.SequenceStartEvent, depth: int) -> Value:
        if event.tag not in (None, _TAG + "seq"):
            raise _error(event, f"can't interpret sequence as {event.tag}")
        items: list[Value] = []
        while True:
            following = next(self._events)
            if isinstance(following, yaml.SequenceEndEvent):
                return tuple(items)
            items.append(self._of(following, depth + 1))

    def _mapping(self, event: yaml.MappingStartEvent, depth: int) -> Value:
        if event.tag not in (None, _TAG + "map"):
            raise _error(event, f"can't interpret mapping as {event.tag}")
        items: dict[str, Value] = {}
        while True:
            key = next(self._events)
            if isinstance(key, yaml.MappingEndEvent):
                return {name: items[name] for name in sorted(items)}
            if _is_merge(key):
                self._merge(key, items, depth)
                continue
            if not isinstance(key, yaml.ScalarEvent):
                raise _error(key, "only strings are allowed as mapping keys")
            name = _key(_scalar_of(key))
            if name is None:
                raise _error(key, "mapping key cannot be null")
            items[name] = self._next(depth + 1)

    def _merge(self, key: yaml.Event, items: dict[str, Value], depth: int) -> None:
        merged = self._next(depth + 1)
        if type(merged) is not dict:
            raise _error(key, f"cannot merge {friendly_name(type_of(merged), False)} into mapping")
        items.update(merged)


class _Infinite(Struct, frozen=True):
    """An infinite number, which only a mapping key shows: as its text."""

    text: str


def _value(scalar: Value) -> Value:
    """Return a scalar as a value of Terraform; numbers here are finite, so an infinite one is unknown."""
    if isinstance(scalar, _Infinite):
        return Unknown(f"the number {scalar.text} of a YAML document is infinite", type="number", not_null=True)
    return scalar


def _key(scalar: Value) -> Value:
    """Return a scalar as the key of a mapping."""
    return scalar.text if isinstance(scalar, _Infinite) else to_string(scalar)


def _error(event: yaml.Event, problem: str) -> EvaluationError:
    mark = event.start_mark
    assert mark is not None  # every event of a parsed text has one
    return EvaluationError(f"on line {mark.line + 1}, column {mark.column + 1}: {problem}")


def _is_merge(event: yaml.Event) -> bool:
    if not isinstance(event, yaml.ScalarEvent):
        return False
    return event.tag == _TAG + "merge" or (event.tag is None and event.value == "<<")


def _scalar_of(event: yaml.ScalarEvent) -> Value:
    tag = event.tag or ""
    if tag not in _TAGS:
        raise _error(event, f'unsupported tag "{tag}"')
    quoted = event.style in ("'", '"')
    # Without a tag, only plain scalars are not texts.
    text = unicodedata.normalize("NFC", event.value)
    if (not tag and not event.implicit[0]) or tag == _TAG + "str" or (quoted and tag != _TAG + "binary"):
        return text
    try:
        return _resolved(tag.removeprefix(_TAG), event.value, text)
    except ValueError:
        raise _error(event, f"cannot parse {go_quoted(event.value)} as !!{tag.removeprefix(_TAG)}") from None


def _resolved(tag: str, source: str, text: str) -> Value:
    """Return the value of a plain or explicitly tagged scalar; ValueError when it does not fit the tag."""
    if tag == "binary":
        return text
    if source in _TRUE or source in _FALSE:
        return source in _TRUE
    if source in _NULL:
        return None
    if _INFINITE.fullmatch(source):
        return _Infinite("-Inf" if source.startswith("-") else "+Inf")
    if tag == "" and source in _NAN:
        raise EvaluationError("floating point NaN is not supported")
    if tag in ("", "timestamp"):
        moment = _timestamp(source)
        if moment is not None:
            return moment
    if _INTEGER.fullmatch(source) or _FLOAT.fullmatch(source):
        return int(source, 0) if source[:2] in ("0x", "0o") else parse_number(source)
    if tag in ("int", "float"):
        return parse_number(source.replace("_", ""))
    if tag == "":
        return text
    if tag == "null":
        return None
    raise ValueError(source)


def _timestamp(source: str) -> str | None:
    match = _DATE.fullmatch(source)
    if match is None:
        return None
    year, month, day = map(int, match.groups()[:3])
    clock = match.groups()[3:6] if match.group(4) else match.groups()[7:10]
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    zone = match.group(7) or "Z"
    zone = "Z" if zone in ("+00:00", "-00:00") else zone
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{zone}"


class _Writer:
    """Collects what the emitter writes."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)


@cache
def _emitter_class() -> type[yaml.emitter.Emitter]:
    class Emitter(yaml.emitter.Emitter):
        """Folds double-quoted text at spaces, as libyaml does; PyYAML puts backslashes there."""

        def write_double_quoted(self, text: str, split: bool = True) -> None:
            self.write_indicator('"', True)
            after_space = False
            for index, character in enumerate(text):
                if character == " ":
                    inside = 0 < index < len(text) - 1
                    if split and not after_space and inside and self.column > self.best_width:
                        self.write_indent()
                        if text[index + 1] == " ":
                            self._put("\\")
                    else:
                        self._put(" ")
                    after_space = True
                else:
                    self._put(_escaped(character))
                    after_space = False
            self.write_indicator('"', False)

        def _put(self, text: str) -> None:
            self.column += len(text)
            self.stream.write(text)

    return Emitter


_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def _escaped(character: str) -> str:
    """Return a character as libyaml writes it between double quotes."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if 0x20 <= code <= 0x7E or (0xA0 <= code <= 0xFFFD and not 0xD800 <= code <= 0xDFFF and code != 0xFEFF):
        return character
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def encode_yaml(value: Value) -> str:
    """Return ``value``, which must be wholly known, as a YAML document in block style."""
    writer = _Writer()
    emitter: yaml.emitter.Emitter = _emitter_class()(writer, allow_unicode=True, width=80)
    emitter.emit(yaml.StreamStartEvent(encoding=None))
    emitter.emit(yaml.DocumentStartEvent(explicit=False))
    _emit(emitter, value, writer)
    emitter.emit(yaml.DocumentEndEvent(explicit=False))
    emitter.emit(yaml.StreamEndEvent())
    text = "".join(writer.parts)
    if type(value) is str or isinstance(value, (tuple, dict)):
        # Only plain scalars end with the mark; the emitter also writes it after kept newlines.
        text = text.removesuffix("\n...\n") + "\n" if text.endswith("\n...\n") else text
    return text.removeprefix("--- ") if value == "" else text


def _emit(emitter: yaml.emitter.Emitter, value: Value, writer: _Writer) -> None:
    if len(writer.parts) > MOST_VALUES:
        raise EvaluationError("the YAML document is too large to evaluate")
    if type(value) in (dict, TfMap):
        emitter.emit(yaml.MappingStartEvent(None, None, implicit=True, flow_style=False))
        for name in sorted(value):
            _emit(emitter, name, writer)
            _emit(emitter, value[name], writer)
        emitter.emit(yaml.MappingEndEvent())
    elif isinstance(value, tuple):
        emitter.emit(yaml.SequenceStartEvent(None, None, implicit=True, flow_style=False))
        for item in value:
            _emit(emitter, item, writer)
        emitter.emit(yaml.SequenceEndEvent())
    else:
        emitter.emit(_scalar_event(value))


def _scalar_event(value: Value) -> yaml.Event:
    if type(value) is str:
        return yaml.ScalarEvent(None, None, (True, True), value, style="|" if "\n" in value else '"')
    if value is None:
        text = "null"
    elif type(value) is bool:
        text = "true" if value else "false"
    else:
        assert isinstance(value, (int, Fraction))
        text = format_number(value)
    return yaml.ScalarEvent(None, None, (True, True), text)
