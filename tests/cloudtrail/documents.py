"""Every document that a shape allows, for shapes whose texts are spelt with three letters or are a number tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from sgwarden.cloudtrail.shapes import (
    Anything,
    Array,
    Choice,
    Known,
    Number,
    Object,
    OneOf,
    Rendering,
    Shape,
    Text,
)

LETTERS = "abz"
"""``a`` and ``b`` occur in the patterns that are tried, ``z`` in none: it keeps matches apart."""
LONGEST_TEXT = 5
NUMBERS = (0, 1, 1.5, 2, 3)
_SPELT = ("".join(letters) for length in range(1, LONGEST_TEXT + 1) for letters in product(LETTERS, repeat=length))
_TEXTS = ("1", "1.5", "2", *_SPELT)


def documents(shape: Shape) -> Iterator[Any]:
    """All documents of a shape; of texts, numbers and arrays, enough to tell the tried patterns apart."""
    match shape:
        case Known(value):
            yield value
        case Choice(values):
            yield from values
        case Text(start, other_than):
            yield from (text for text in _TEXTS if text.startswith(start) and text not in other_than)
        case Number():
            yield from NUMBERS
        case OneOf(shapes):
            for each in shapes:
                yield from documents(each)
        case Array(item, may_be_empty):
            items = list(documents(item))
            for length in range(0 if may_be_empty else 1, 3):
                yield from (list(elements) for elements in product(items, repeat=length))
        case Object(members, False):
            yield from _objects(list(members.items()))
        case _:
            raise TypeError(f"too many documents: {shape!r}")


_ABSENT = object()


def _objects(members: list[tuple[str, Any]]) -> Iterator[dict[str, Any]]:
    choices = [([] if member.always else [_ABSENT]) + list(documents(member.shape)) for _, member in members]
    for values in product(*choices):
        yield {name: value for (name, _), value in zip(members, values, strict=True) if value is not _ABSENT}


def allows(shape: Shape, document: Any) -> bool:
    """Whether a document is one of a shape's."""
    match shape:
        case Anything():
            return True
        case Known(value):
            return type(document) is type(value) and bool(document == value)
        case Choice(values):
            return any(type(document) is type(value) and document == value for value in values)
        case Text(start, other_than):
            return (
                isinstance(document, str)
                and document != ""
                and document.startswith(start)
                and document not in other_than
            )
        case Number():
            return isinstance(document, (int, float)) and not isinstance(document, bool)
        case OneOf(shapes):
            return any(allows(each, document) for each in shapes)
        case Array(item, may_be_empty):
            return (
                isinstance(document, list)
                and (may_be_empty or bool(document))
                and all(allows(item, each) for each in document)
            )
        case Object(members, is_open):
            return (
                isinstance(document, dict)
                and (is_open or document.keys() <= members.keys())
                and all(name in document or not member.always for name, member in members.items())
                and all(allows(members[name].shape, value) for name, value in document.items() if name in members)
            )
        case Rendering():
            return isinstance(document, str) and all(fragment in document for fragment in shape.fragments)
