"""Shapes: which JSON documents are possible, member by member known, possible or absent.

A shape is the set of documents that an event can leave; `sgwarden.patterns.conditions.decide` asks whether a formula is true
of all of them, of none, or of some.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

_BETWEEN = "\x00"
_TELLING = 7
"""Characters from which on a part of a name is taken to mean the name."""
_MOST_REMEMBERED = 4_096
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
    """Any text that is not empty, begins with ``start`` and is none of ``other_than``."""

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


class Foreign:
    """Names whose occurrence in an unknown text would be an accident."""

    __slots__ = ("_known", "_names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._known: dict[str, bool] = {}

    def named_in(self, text: str) -> bool:
        """Whether ``text`` holds one of the names, or is a part of one that is too long to be there for itself."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            telling = len(text) >= _TELLING
            known = any(name in text or (telling and text in name) for name in self._names)
            self._known[text] = known
        return known


NO_NAMES = Foreign(())


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """A text that a document is written as; only parts of it are known.

    A text that names another API call can occur in it by accident (quoted in an error message or a policy document).
    Such accidents are not counted as possible.
    """

    fragments: tuple[str, ...]
    """Texts that certainly occur in it."""
    foreign: Foreign = NO_NAMES
    _joined: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_joined", _BETWEEN.join(self.fragments))

    def certainly_contains(self, text: str) -> bool:
        """Whether every such text contains ``text``."""
        return text in self._joined and _BETWEEN not in text


Shape = Union[Known, Choice, Text, Number, Anything, Array, Object, OneOf, Rendering]


def known(value: Any) -> Shape:
    """The shape of exactly one JSON value (objects and arrays become shapes member by member)."""
    if isinstance(value, Mapping):
        return Object({name: Member(known(member)) for name, member in value.items()})
    if isinstance(value, (list, tuple)):
        raise ValueError("an array of known elements has no shape of its own")
    return Known(value)


def override(shape: Shape, path: tuple[str, ...], replacement: Shape | None) -> Shape:
    """The shape with the member at ``path`` always there with another shape, or never there (``None``).

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
    """Texts that occur in the compact JSON of every document of an object's shape, in the order of its members.

    Neighbouring members that are all fixed form one fragment, so that a phrase across them is found too.
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
    import json

    return json.dumps(value, ensure_ascii=False)
