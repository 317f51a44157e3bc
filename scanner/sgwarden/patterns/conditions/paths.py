"""Paths into JSON documents, and the values at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard


@dataclass(frozen=True, slots=True)
class Key:
    """One member of an object."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """One element of an array, counted from 0."""

    position: int


@dataclass(frozen=True, slots=True)
class EveryMember:
    """Every member of an object."""


@dataclass(frozen=True, slots=True)
class EveryElement:
    """Every element of an array."""


Step = Key | Index | EveryMember | EveryElement


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the root of a document."""

    steps: tuple[Step, ...]
    through_arrays: bool = False
    """Arrays on the way are entered implicitly, as EventBridge and Elasticsearch do."""

    @classmethod
    def of(cls, *names: str, through_arrays: bool = False) -> Path:
        """Return the path of nested members ``names``."""
        return cls(tuple(Key(name) for name in names), through_arrays)

    def __str__(self) -> str:
        text = ""
        for step in self.steps:
            match step:
                case Key(name):
                    text += f".{name}" if name.replace("_", "").replace("-", "").isalnum() else f"['{name}']"
                case Index(position):
                    text += f"[{position}]"
                case EveryMember():
                    text += ".*"
                case EveryElement():
                    text += "[*]"
        return text.removeprefix(".") or "the record"


def values_at(document: object, path: Path) -> Iterator[object]:
    """Yield every value at ``path`` in ``document``; none if it is absent."""
    return _walk(document, path.steps, path.through_arrays)


def _walk(value: object, steps: tuple[Step, ...], through_arrays: bool) -> Iterator[object]:
    if through_arrays and _is_array(value):
        for element in value:
            yield from _walk(element, steps, through_arrays)
        return
    if not steps:
        yield value
        return
    rest = steps[1:]
    match steps[0]:
        case Key(name):
            if isinstance(value, Mapping) and name in value:
                yield from _walk(value[name], rest, through_arrays)
        case Index(position):
            if _is_array(value) and position < len(value):
                yield from _walk(value[position], rest, through_arrays)
        case EveryMember():
            if isinstance(value, Mapping):
                for member in value.values():
                    yield from _walk(member, rest, through_arrays)
        case EveryElement():
            if _is_array(value):
                for element in value:
                    yield from _walk(element, rest, through_arrays)


def _is_array(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
