"""Shapes: which JSON documents are possible, member by member known, possible or absent.

A shape is the set of documents that an event can leave; `sgwarden.patterns.conditions.decide` decides whether a formula
is true of all of them, of some or of none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

_SEPARATOR = "\x00"
"""Joins fragments; a text that contains it is found in none."""
_DISTINCTIVE_LENGTH = 7
"""Characters from which on a part of a name is taken to mean the name."""
_MAX_CACHED = 4_096
Scalar = Union[str, int, float, bool, None]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Always this value."""

    value: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of these values, each of them possible."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Any non-empty text that begins with ``start`` and is none of ``other_than``."""

    start: str = ""
    other_than: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """Any number."""


@dataclass(frozen=True, slots=True, eq=False)
class Anything:
    """Any JSON value."""


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """Any number of elements."""

    item: Shape
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A member of an object."""

    shape: Shape
    always: bool = True
    """False: some documents lack it."""


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """An object with these members; when ``open``, further members are possible."""

    members: Mapping[str, Member]
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """Any of these shapes."""

    shapes: tuple[Shape, ...]


class ForeignNames:
    """Names whose occurrence in an unknown text would be an accident."""

    __slots__ = ("_cache", "_names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._cache: dict[str, bool] = {}

    def occur_in(self, text: str) -> bool:
        """Return True if ``text`` contains one of the names, or is a long enough part of one to mean it."""
        known = self._cache.get(text)
        if known is None:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            distinctive = len(text) >= _DISTINCTIVE_LENGTH
            known = any(name in text or (distinctive and text in name) for name in self._names)
            self._cache[text] = known
        return known


NO_NAMES = ForeignNames(())


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """The text of a document, of which only parts are known.

    The name of another API call can occur in it by accident (quoted in an error message or a policy document). Such
    accidents are not counted as possible.
    """

    fragments: tuple[str, ...]
    """Texts that certainly occur in it."""
    foreign: ForeignNames = NO_NAMES
    _joined: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_joined", _SEPARATOR.join(self.fragments))

    def certainly_contains(self, text: str) -> bool:
        """Return True if every such text contains ``text``."""
        return text in self._joined and _SEPARATOR not in text


Shape = Union[Known, Choice, Text, Number, Anything, Array, Object, OneOf, Rendering]


def override(shape: Shape, path: tuple[str, ...], replacement: Shape | None) -> Shape:
    """Return the shape with the member at ``path`` replaced and always present, or absent (``None``).

    Raises:
        ValueError: ``path`` leads through something that is no object.
    """
    if not path:
        if replacement is None:
            raise ValueError("the root of a shape cannot be absent")
        return replacement
    if isinstance(shape, OneOf):
        shape = next((each for each in shape.shapes if isinstance(each, Object)), shape)
    if not isinstance(shape, Object):
        raise ValueError(f"{'.'.join(path)} leads through something that is no object")
    members = dict(shape.members)
    if replacement is None and len(path) == 1:
        members.pop(path[0], None)
    else:
        inner = members[path[0]].shape if path[0] in members else Object({}, open=shape.open)
        members[path[0]] = Member(override(inner, path[1:], replacement))
    return Object(members, shape.open)


def certain_fragments(shape: Shape) -> tuple[str, ...]:
    """Return the texts that occur in the compact JSON of every document of an object's shape.

    Neighbouring members with known values form one fragment, so that a phrase across them is found too.
    """
    fragments: list[str] = []
    run = ""

    def end() -> None:
        nonlocal run
        if run:
            fragments.append(run)
        run = ""

    def write(node: Shape) -> None:
        nonlocal run
        if isinstance(node, Known):
            run += _json(node.value)
        elif isinstance(node, Object) and not node.open:
            run += "{"
            for place, (name, member) in enumerate(node.members.items()):
                if not member.always:
                    end()
                    continue
                run += ("," if place and run else "") + _json(name) + ":"
                write(member.shape)
            run += "}"
        elif isinstance(node, Object):
            for name, member in node.members.items():
                if member.always:
                    end()
                    run = _json(name) + ":"
                    write(member.shape)
            end()
        elif isinstance(node, Text) and node.start:
            run += _json(node.start)[:-1]
            end()
        else:
            end()

    write(shape)
    end()
    return tuple(fragments)


def _json(value: Scalar) -> str:
    return json.dumps(value, ensure_ascii=False)
