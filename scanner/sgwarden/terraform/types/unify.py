"""Which types convert to which, and the one type that several types convert to (cty's ``unify``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    friendly_name,
    is_primitive,
    object_type,
)


@lru_cache(maxsize=4096)
def convertible(have: Type, want: Type, unsafe: bool = True) -> bool:
    """Return True if values of type ``have`` can be converted to ``want``.

    ``unsafe`` also allows what depends on the value (string to number), or loses something.
    """
    if want == "any" or have == want:
        return True
    if have == "any":
        return unsafe
    if is_primitive(have) and is_primitive(want):
        return want == "string" or (unsafe and have == "string")
    if isinstance(want, ObjectType):
        return _to_object(have, want, unsafe)
    if isinstance(want, TupleType):
        return (
            isinstance(have, TupleType)
            and len(have.elements) == len(want.elements)
            and all(convertible(a, b, unsafe) for a, b in zip(have.elements, want.elements, strict=True))
        )
    if isinstance(want, MapType):
        if isinstance(have, MapType):
            return convertible(have.element, want.element, unsafe)
        return isinstance(have, ObjectType) and _all_to(tuple(a.type for a in have.attributes), want.element, unsafe)
    if isinstance(want, (ListType, SetType)):
        if isinstance(have, (ListType, SetType)):
            if isinstance(want, SetType) and isinstance(have, ListType) and not unsafe:
                return False
            return convertible(have.element, want.element, unsafe)
        return isinstance(have, TupleType) and _all_to(have.elements, want.element, unsafe)
    return False


def _all_to(elements: tuple[Type, ...], want: Type, unsafe: bool) -> bool:
    if not elements:
        return True
    if want == "any":
        common = unify(elements, unsafe)
        return common is not None and (common != "any" or all(item == "any" for item in elements))
    return all(convertible(item, want, unsafe) for item in elements)


def _to_object(have: Type, want: ObjectType, unsafe: bool) -> bool:
    if isinstance(have, MapType):
        return unsafe and all(item.optional or convertible(have.element, item.type) for item in want.attributes)
    if not isinstance(have, ObjectType):
        return False
    types = {item.name: item.type for item in have.attributes}
    for item in want.attributes:
        if item.name in types:
            if not convertible(types[item.name], item.type, unsafe):
                return False
        elif not item.optional:
            return False
    return True


def unify(types: Sequence[Type], unsafe: bool = True) -> Type | None:
    """Return the most general type all of ``types`` convert to, or None; ``"any"`` when one is unknown."""
    if not types:
        return None
    first = types[0]
    if all(item == first for item in types):
        return first
    return _unify(tuple(types), unsafe)


@lru_cache(maxsize=4096)
def _unify(types: tuple[Type, ...], unsafe: bool) -> Type | None:
    kinds = {type(item) for item in types if item != "any"}
    dynamic = "any" in types
    if len(kinds) == 1 and not kinds & {str}:
        if dynamic:
            return "any"
        return _unify_kind(kinds.pop(), types, unsafe)
    if kinds == {MapType, ObjectType}:
        common = _objects_as_maps(types, unsafe)
        if isinstance(common, MapType):
            return common
    elif kinds == {ListType, TupleType}:
        common = _tuples_as_lists(types, unsafe)
        if isinstance(common, ListType):
            return common
    elif ObjectType in kinds and TupleType in kinds:
        return None
    for want in _by_preference(types):
        if all(item == want or convertible(item, want, unsafe) for item in types):
            return want
    return None


def _unify_kind(kind: type, types: tuple[Type, ...], unsafe: bool) -> Type | None:
    if kind is ObjectType:
        return _unify_objects(types, unsafe)  # type: ignore[arg-type]
    if kind is TupleType:
        return _unify_tuples(types, unsafe)  # type: ignore[arg-type]
    element = unify([item.element for item in types], unsafe)  # type: ignore[union-attr]
    return None if element is None else kind(element)


def _unify_objects(types: tuple[ObjectType, ...], unsafe: bool) -> Type | None:
    names = types[0].names()
    if any(item.names() != names for item in types):
        return _objects_to_map(types, unsafe)
    attributes = {}
    for position, name in enumerate(names):
        common = unify([item.attributes[position].type for item in types], unsafe)
        if common is None:
            return None
        attributes[name] = common
    result = object_type(attributes)
    if all(item == result or convertible(item, result, unsafe) for item in types):
        return result
    return _objects_to_map(types, unsafe)


def _objects_to_map(types: Sequence[ObjectType], unsafe: bool) -> Type | None:
    element = unify([attribute.type for item in types for attribute in item.attributes], unsafe)
    if element is None:
        return None
    result = MapType(element)
    return result if all(convertible(item, result, unsafe) for item in types) else None


def _unify_tuples(types: tuple[TupleType, ...], unsafe: bool) -> Type | None:
    if any(len(item.elements) != len(types[0].elements) for item in types):
        return _tuples_to_list(types, unsafe)
    elements = []
    for across in zip(*(item.elements for item in types), strict=True):
        common = unify(across, unsafe)
        if common is None:
            return None
        elements.append(common)
    result = TupleType(tuple(elements))
    if all(item == result or convertible(item, result, unsafe) for item in types):
        return result
    return _tuples_to_list(types, unsafe)


def _tuples_to_list(types: Sequence[TupleType], unsafe: bool) -> Type | None:
    element = unify([element for item in types for element in item.elements], unsafe)
    if element is None:
        return None
    result = ListType(element)
    return result if all(convertible(item, result, unsafe) for item in types) else None


def _objects_as_maps(types: tuple[Type, ...], unsafe: bool) -> Type | None:
    common = _objects_to_map([item for item in types if isinstance(item, ObjectType)], unsafe)
    if common is None:
        return None
    return unify([common if isinstance(item, ObjectType) else item for item in types], unsafe)


def _tuples_as_lists(types: tuple[Type, ...], unsafe: bool) -> Type | None:
    common = _tuples_to_list([item for item in types if isinstance(item, TupleType)], unsafe)
    if common is None:
        return None
    return unify([common if isinstance(item, TupleType) else item for item in types], unsafe)


def _by_preference(types: tuple[Type, ...]) -> list[Type]:
    """Return the types, more general ones first (cty's ``sortTypes``: a topological order)."""
    distinct = list(dict.fromkeys(types))
    before = dict.fromkeys(distinct, 0)
    edges: dict[Type, list[Type]] = {item: [] for item in distinct}
    for index, left in enumerate(distinct):
        for right in distinct[index + 1 :]:
            order = _compare(left, right)
            if order:
                general, special = (left, right) if order < 0 else (right, left)
                edges[general].append(special)
                before[special] += 1
    queue = [item for item in distinct if not before[item]]
    for item in queue:
        for special in edges[item]:
            before[special] -= 1
            if not before[special]:
                queue.append(special)
    return queue


def _compare(a: Type, b: Type) -> int:
    """Return a negative number when ``a`` is more general, positive when ``b`` is, zero when neither."""
    if a == "any" or b == "any":
        return (a == "any") - (b == "any")
    if is_primitive(a) and is_primitive(b):
        return (b == "string") - (a == "string")
    if isinstance(a, (ListType, SetType, MapType)) and type(a) is type(b):
        return _compare(a.element, b.element)
    rank: dict[type, int] = {SetType: 2, ListType: 1, TupleType: 0}
    if type(a) is not type(b) and type(a) in rank and type(b) in rank:
        return rank[type(a)] - rank[type(b)] if SetType in (type(a), type(b)) else rank[type(b)] - rank[type(a)]
    if isinstance(a, MapType) and isinstance(b, ObjectType):
        return -1
    if isinstance(a, ObjectType) and isinstance(b, MapType):
        return 1
    if isinstance(a, ObjectType) and isinstance(b, ObjectType) and a.names() == b.names():
        return _compare_parts([x.type for x in a.attributes], [x.type for x in b.attributes])
    if isinstance(a, TupleType) and isinstance(b, TupleType) and len(a.elements) == len(b.elements):
        return _compare_parts(a.elements, b.elements)
    return 0


def _compare_parts(a: Sequence[Type], b: Sequence[Type]) -> int:
    orders = {(order > 0) - (order < 0) for order in map(_compare, a, b)} - {0}
    return orders.pop() if len(orders) == 1 else 0


def mismatch(have: Type, want: Type) -> str:
    """Return why ``have`` does not convert to ``want``, in cty's words."""
    if isinstance(have, ObjectType) and isinstance(want, ObjectType):
        return _object_mismatch(have, want)
    if isinstance(have, TupleType) and isinstance(want, (ListType, SetType)) and want.element == "any":
        return f"all {'list' if isinstance(want, ListType) else 'set'} elements must have the same type"
    if isinstance(have, ObjectType) and isinstance(want, MapType) and want.element == "any":
        return "all map elements must have the same type"
    if isinstance(have, TupleType) and isinstance(want, (ListType, SetType)):
        for index, element in enumerate(have.elements):
            if not convertible(element, want.element):
                return f"element {index}: {mismatch(element, want.element)}"
    if isinstance(have, ObjectType) and isinstance(want, MapType):
        for attribute in have.attributes:
            if not convertible(attribute.type, want.element):
                return f'element "{attribute.name}": {mismatch(attribute.type, want.element)}'
    if isinstance(have, (ListType, SetType)) and isinstance(want, (ListType, SetType)):
        kind = "list" if isinstance(want, ListType) else "set"
        return f"incorrect {kind} element type: {mismatch(have.element, want.element)}"
    if isinstance(have, MapType) and isinstance(want, MapType):
        return f"incorrect map element type: {mismatch(have.element, want.element)}"
    return f"{friendly_name(want)} required"


def _object_mismatch(have: ObjectType, want: ObjectType) -> str:
    types = {item.name: item.type for item in have.attributes}
    missing = [f'"{item.name}"' for item in want.attributes if item.name not in types and not item.optional]
    if len(missing) == 1:
        return f"attribute {missing[0]} is required"
    if missing:
        listed = ", ".join(missing[:-1]) + ("," if len(missing) > 2 else "")
        return f"attributes {listed} and {missing[-1]} are required"
    for unsafe in (True, False):
        for item in want.attributes:
            if item.name in types and not convertible(types[item.name], item.type, unsafe):
                return f'attribute "{item.name}": {mismatch(types[item.name], item.type)}'
    return "incorrect object attributes"
