"""Any value that a field of the model may hold, by its declared type."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct

from sgwarden.model.values import Unknown

WORDS = st.text(max_size=3)
KEYS = WORDS | st.sampled_from(["unknown", "sensitive", "map"])
UNKNOWN = st.builds(
    Unknown, WORDS, st.none() | WORDS, st.none() | WORDS, not_null=st.booleans(), parts=st.lists(WORDS, max_size=2).map(tuple)
)  # fmt: skip
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Unknown: UNKNOWN,
    Any: WORDS | UNKNOWN,
}


@cache
def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type; sensitive fields excepted, which are never written."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Union or origin is types.UnionType:
        return st.one_of([values(each) for each in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is frozenset:
        return st.frozensets(WORDS, max_size=1)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=1).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(each) for each in arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(KEYS, values(arguments[1]), max_size=1)
    assert issubclass(hint, Struct), hint
    return facts(hint)


def facts(cls: Any) -> st.SearchStrategy[Any]:
    """Instances of a class of the model, most optional fields at their default now and then."""
    hints = get_type_hints(cls)
    given = {name: values(hints[name]) for name in cls.__struct_fields__ if name not in ("sensitive", "management")}
    return st.builds(cls, **given)
