"""Kinds of values of the configuration: each checks a value, and describes itself as JSON Schema.

Hand-written, so that reading a configuration imports no validator; a test holds both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct, field

Path = tuple[str | int, ...]
"""Where in the configuration: names of keys and numbers of elements."""


class Problem(Struct):
    """Something wrong."""

    path: Path
    what: str
    next_step: str = ""


class Kind(Protocol):
    """One kind of value."""

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        """What is wrong with ``value``, a value as ``tomllib`` gives it, at ``path``."""
        ...

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""
        ...


def dotted(path: Path) -> str:
    """``policies.severity.open-admin-port``, ``exemptions[0].until``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def suggestion(name: str, known: Sequence[str]) -> str:
    """The next step after a name that nobody knows."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return "a table" if isinstance(value, dict) else "an array" if isinstance(value, list) else str(value)


def _wrong(path: Path, words: str, value: Any, next_step: str = "") -> Problem:
    return Problem(path, f"{dotted(path)} must be {words}, not {_shown(value)}", next_step)


class Boolean(Struct):
    """true or false."""

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield _wrong(path, "true or false", value)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(Struct):
    """One of some texts."""

    values: tuple[str, ...]

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in self.values:
            yield _wrong(path, f"one of {', '.join(self.values)}", value)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.values)}


class Integer(Struct):
    """A whole number between two others, both included."""

    low: int
    high: int

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            yield _wrong(path, f"a whole number from {self.low} to {self.high}", value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Text(Struct):
    """A text that a pattern (of Python and of ECMA 262) matches from start to end."""

    words: str
    pattern: str = ".+"

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, str) or re.fullmatch(self.pattern, value) is None:
            yield _wrong(path, self.words, value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


class Network(Struct):
    """A network in CIDR notation."""

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        import ipaddress

        words = 'a network such as "198.51.100.0/24"'
        if not isinstance(value, str) or "/" not in value:
            yield _wrong(path, words, value)
            return
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            yield _wrong(path, words, value)
            return
        if str(network) != value.lower():
            yield _wrong(path, words, value, f'did you mean "{network}"?')

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9a-fA-F.:]+/[0-9]+$"}


class Date(Struct):
    """A date, bare as TOML writes it or as a text."""

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        from datetime import date, datetime

        if type(value) is date:
            return
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                datetime.strptime(value, "%Y-%m-%d")
            except ValueError:
                pass
            else:
                return
        yield _wrong(path, "a date such as 2027-01-31", value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


class ListOf(Struct):
    """An array of one kind."""

    item: Kind
    empty: bool = True

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield _wrong(path, "an array", value)
            return
        if not value and not self.empty:
            yield Problem(path, f"{dotted(path)} is empty", "leave it out")
        for number, element in enumerate(value):
            yield from self.item.problems(element, (*path, number))

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema()} | ({} if self.empty else {"minItems": 1})


class OneOrMore(Struct):
    """One value, or an array of them."""

    item: Kind

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if isinstance(value, list):
            yield from ListOf(self.item, empty=False).problems(value, path)
        else:
            yield from self.item.problems(value, path)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.item.schema(), ListOf(self.item, empty=False).schema()]}


class MapOf(Struct):
    """A table with free names and one kind of value."""

    name: Text
    item: Kind

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield _wrong(path, "a table", value)
            return
        for name, element in value.items():
            if re.fullmatch(self.name.pattern, name) is None:
                yield Problem((*path, name), f'"{name}" is not {self.name.words}')
            yield from self.item.problems(element, (*path, name))

    def schema(self) -> dict[str, Any]:
        names = {"pattern": f"^(?:{self.name.pattern})$"}
        return {"type": "object", "propertyNames": names, "additionalProperties": self.item.schema()}


class Table(Struct):
    """A table with known keys."""

    keys: Mapping[str, Key]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = field(default=())
    """At least one of these keys must be there."""

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield _wrong(path, "a table", value)
            return
        unknown = False
        for name, element in value.items():
            if name in self.keys:
                yield from self.keys[name].kind.problems(element, (*path, name))
            else:
                unknown = True
                where = f" in {dotted(path)}" if path else ""
                yield Problem((*path, name), f'unknown key "{name}"{where}', suggestion(name, sorted(self.keys)))
        if unknown:  # most likely what is missing, misspelled
            return
        for name in self.required:
            if name not in value:
                yield Problem(path, f'{dotted(path)} lacks the key "{name}"')
        if self.any_of and not any(name in value for name in self.any_of):
            yield Problem(path, f"{dotted(path)} names nothing", f"give at least one of {', '.join(self.any_of)}")

    def schema(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "type": "object",
            "properties": {
                name: {"description": key.help, **key.kind.schema()} for name, key in sorted(self.keys.items())
            },
            "additionalProperties": False,
        }
        if self.required:
            document["required"] = list(self.required)
        if self.any_of:
            document["anyOf"] = [{"required": [name]} for name in self.any_of]
        return document


class Key(Struct):
    """One key of the configuration."""

    kind: Kind
    help: str
    default: Any = None
