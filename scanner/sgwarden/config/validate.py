"""Typed structs from plain values: msgspec converts, and what it refuses is explained in words.

What a value must be and what a key means is in ``Meta``: ``title`` and ``description``. Docs and schema use them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Protocol,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError

Path = tuple[str | int, ...]
"""Where in a document: names of keys and numbers of elements."""
Hint: TypeAlias = Any
"""The annotation of a field: a class, ``Literal``, a union, ``Annotated`` of these. Python 3.11 has no type for it."""
T = TypeVar("T")


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a document; a field that may be missing has a default."""

    any_of: ClassVar[tuple[str, ...]] = ()
    """At least one of these keys must be there."""

    def __post_init__(self) -> None:
        """Raise ValueError if none of ``any_of`` is there."""
        if self.any_of and all(getattr(self, name) in ((), UNSET) for name in self.any_of):
            raise ValueError("names nothing")


class OwnType(Protocol):
    """A type of field that checks more than its shape."""

    @classmethod
    def parse(cls, value: object) -> Self:
        """Return the value of a document as this type. Raises Refused."""
        ...

    @classmethod
    def json_schema(cls) -> dict[str, object]:
        """Return the JSON Schema of such values."""
        ...


class Refused(ValueError):
    """A value that an own type does not take."""

    def __init__(self, what: str, next_step: str = "") -> None:
        self.what = what
        """Follows the name of the key."""
        self.next_step = next_step
        super().__init__(what)


class Problem(Struct, frozen=True):
    """One thing that is wrong with a document."""

    path: Path
    what: str
    next_step: str = ""


def convert(value: object, kind: type[T]) -> T:
    """Return ``value`` as a struct (or any other type). Raises msgspec.ValidationError."""
    return msgspec.convert(value, kind, dec_hook=_parse)


def problems(value: object, kind: Hint, path: Path = ()) -> Iterator[Problem]:
    """Yield what is wrong with ``value`` at ``path``: nothing exactly when it converts to ``kind``."""
    try:
        convert(value, kind)
        return
    except ValidationError as error:
        base, meta = unwrap(kind)
        if isinstance(base, type) and issubclass(base, Table):
            yield from _in_table(value, base, path)
        elif origin_of(base) in (Union, UnionType):
            yield from problems(value, one_kind(base, several=isinstance(value, list)), path)
        elif origin_of(base) is tuple:
            yield from _in_array(value, get_args(base)[0], path)
        elif origin_of(base) is dict:
            yield from _in_map(value, get_args(base), path)
        elif isinstance(error.__cause__, Refused):
            yield Problem(path, f"{dotted(path)} {error.__cause__.what}", error.__cause__.next_step)
        else:
            yield Problem(path, f"{dotted(path)} {must_be(_words(base, meta), value)}")


def _parse(kind: type[OwnType], value: object) -> OwnType:
    return kind.parse(value)


def _in_table(value: object, kind: type[Table], path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, f"{dotted(path)} {must_be('a table', value)}")
        return
    kinds = field_kinds(kind)
    unknown = False
    for name, element in value.items():
        if name in kinds:
            yield from problems(element, kinds[name], (*path, name))
        else:
            unknown = True
            where = f" in {dotted(path)}" if path else ""
            yield Problem((*path, name), f'unknown key "{name}"{where}', suggestion(name, sorted(kinds)))
    if unknown:  # most likely what is missing, misspelled
        return
    for name in required(kind):
        if name not in value:
            yield Problem(path, f'{dotted(path)} lacks the key "{name}"')
    if kind.any_of and value.keys().isdisjoint(kind.any_of):
        yield Problem(path, f"{dotted(path)} names nothing", f"give at least one of {', '.join(kind.any_of)}")


def _in_array(value: object, item: Hint, path: Path) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, f"{dotted(path)} {must_be('an array', value)}")
    elif not value:
        yield Problem(path, f"{dotted(path)} is empty", "leave it out")
    else:
        for number, element in enumerate(value):
            yield from problems(element, item, (*path, number))


def _in_map(value: object, kinds: tuple[Hint, Hint], path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, f"{dotted(path)} {must_be('a table', value)}")
        return
    key, item = kinds
    for name, element in value.items():
        for _ in problems(name, key):
            yield Problem((*path, name), f'"{name}" is not {_words(*unwrap(key))}')
        yield from problems(element, item, (*path, name))


def field_kinds(kind: type[Struct]) -> dict[str, Hint]:
    """Return the annotation of each field, in order."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__}


def required(kind: type[Struct]) -> tuple[str, ...]:
    """Return the names of the fields without a default."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if field.required)


def unwrap(kind: Hint) -> tuple[Hint, Mapping[str, object]]:
    """Return an annotation without ``Annotated``, and what its ``Meta`` say; the last one wins."""
    if origin_of(kind) is not Annotated:
        return kind, {}
    base, *metas = get_args(kind)
    said = {
        name: value
        for meta in metas
        if isinstance(meta, Meta)
        for name in ("title", "description", "ge", "le")
        if (value := getattr(meta, name)) is not None
    }
    return base, said


def origin_of(kind: Hint) -> object:
    """Return what an annotation is made of: ``tuple``, ``Literal``, ``Union`` ...; None for a class."""
    return get_origin(kind)


def one_kind(union: Hint, *, several: bool) -> Hint:
    """Return the member of a union that is an array (``several``), or the one that is not."""
    kinds = [kind for kind in get_args(union) if kind is not UnsetType]
    return next((kind for kind in kinds if (origin_of(unwrap(kind)[0]) is tuple) is several), kinds[0])


def dotted(path: Path) -> str:
    """Return a path as users write it: ``policies.severity.open-admin-port``, ``exemptions[0].until``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of what stands at ``path``, or of what encloses it; 1 where none is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return the next step after an unknown name: the nearest known one, or all of them."""
    from difflib import get_close_matches  # imported late: slow, and for mistakes alone

    near = get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"


def must_be(words: str, value: object) -> str:
    """Return what is wrong with a value that should be something else."""
    return f"must be {words}, not {_shown(value)}"


def _words(base: Hint, meta: Mapping[str, object]) -> str:
    """Return what a value must be."""
    if base is bool:
        return "true or false"
    if base is int:
        return f"a whole number from {meta['ge']} to {meta['le']}"
    if origin_of(base) is Literal:
        return f"one of {', '.join(get_args(base))}"
    return str(meta["title"])


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return "a table" if isinstance(value, dict) else "an array" if isinstance(value, list) else str(value)
