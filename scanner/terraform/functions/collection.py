"""Collection functions: lists, maps and sets.

Source: https://developer.hashicorp.com/terraform/language/functions (Collection Functions)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scanner.model.values import Sensitive, Unknown
from scanner.terraform.conversions import convert, go_quoted, make_set, set_key
from scanner.terraform.equality import equals
from scanner.terraform.errors import EvaluationError
from scanner.terraform.functions.arguments import whole
from scanner.terraform.functions.marks import contains_sensitive, first_unknown, mark_sensitive, strip_sensitive
from scanner.terraform.functions.spec import ArgumentError, Parameter, function
from scanner.terraform.numbers import add
from scanner.terraform.types import ListType, MapType, ObjectType, SetType, TupleType, Type, friendly_name, type_of
from scanner.terraform.unification import unify
from scanner.terraform.values import TfList, TfMap, TfSet, Value

LARGEST_RESULT = 1_000_000
"""Elements a function may produce; beyond that its result is Unknown."""

_SEQUENCES = (tuple, TfList, TfSet)
_SCALAR_ATTRIBUTES = ("id", "arn", "name")
"""Attributes that are strings in every provider: an unknown one is no list to be flattened."""

LIST_ANY: Any = ListType("any")
LIST_STRING: Any = ListType("string")


def _is_sequence(value: Value) -> bool:
    return type(value) in _SEQUENCES


def _name(value: Value) -> str:
    return friendly_name(type_of(value), constraint=False)


def _unknown_length(items: Value) -> Unknown | None:
    """The unknown element for which it is not known how many elements a set has: it may equal another."""
    return first_unknown(items) if type(items) is TfSet and len(items) > 1 else None


@function("length", Parameter("value"), returns="number", keeps_parts=True, keeps_marks=True, takes_unknown=True)
def length(value: Value) -> Value:
    """Number of elements, attributes, or characters (grapheme clusters)."""
    kind = type(value)
    if kind is str:
        from scanner.terraform.functions.graphemes import graphemes

        return len(value) if value.isascii() and "\r" not in value else len(graphemes(value))
    if kind is Unknown:
        if isinstance(value.type, TupleType):
            return len(value.type.elements)
        if isinstance(value.type, ObjectType):
            return len(value.type.attributes)
        return Unknown(value.reason, type="number", not_null=True)
    if kind in (tuple, TfList, TfSet, dict, TfMap):
        unknown = _unknown_length(value)
        if unknown is not None:
            return Unknown(unknown.reason, type="number", not_null=True)
        return len(value)
    raise EvaluationError("argument must be a string, a collection type, or a structural type")


@function("alltrue", Parameter("list", ListType("bool")), returns="bool", keeps_parts=True)
def alltrue(items: TfList) -> Value:
    """Whether all are true; true for an empty list."""
    unknown = None
    for item in items:
        if type(item) is Unknown:
            unknown = unknown or item
        elif item is not True:
            return False
    return Unknown(unknown.reason, type="bool") if unknown else True


@function("anytrue", Parameter("list", ListType("bool")), returns="bool", keeps_parts=True)
def anytrue(items: TfList) -> Value:
    """Whether one is true."""
    unknown = None
    for item in items:
        if type(item) is Unknown:
            unknown = unknown or item
        elif item is True:
            return True
    return Unknown(unknown.reason, type="bool") if unknown else False


@function("chunklist", Parameter("list", LIST_ANY), Parameter("size", "number"), keeps_parts=True, keeps_marks=True)
def chunklist(items: TfList, size: Value) -> Value:
    """Lists of at most ``size`` elements; one list when ``size`` is 0."""
    step = whole(size, "invalid size")
    if step < 0:
        raise EvaluationError("the size argument must be positive")
    element = ListType(items.element_type or "any")
    if step == 0:
        return TfList((items,) if items else (), element)
    return TfList(
        (TfList(items[start : start + step], items.element_type) for start in range(0, len(items), step)), element
    )


@function("coalesce", variadic=Parameter("vals", nullable=True), keeps_parts=True, takes_unknown=True)
def coalesce(*values: Value) -> Value:
    """The first value that is neither null nor an empty string."""
    common = unify([type_of(value) for value in values])
    if common is None:
        raise EvaluationError("all arguments must have the same type")
    for value in values:
        value = convert(value, common) if common != "any" else value
        if type(value) is Unknown:
            return value if value.not_null else Unknown(value.reason, type=value.type)
        if value is not None and not (type(value) is str and value == ""):
            return value
    raise EvaluationError("no non-null, non-empty-string arguments")


@function("coalescelist", variadic=Parameter("vals", nullable=True), keeps_parts=True, takes_unknown=True)
def coalescelist(*values: Value) -> Value:
    """The first list that is not empty."""
    if not values:
        raise EvaluationError("at least one argument is required")
    for value in values:
        if type(value) is Unknown:
            return Unknown(value.reason)
        if value is not None and type(value) not in (tuple, TfList):
            raise EvaluationError("coalescelist arguments must be lists or tuples")
        if value:
            return value
    raise EvaluationError("no non-null arguments")


@function("compact", Parameter("list", LIST_STRING), returns=LIST_STRING, keeps_parts=True)
def compact(items: TfList) -> Value:
    """The strings that are neither null nor empty."""
    for item in items:
        if type(item) is Unknown and not item.not_null:
            return Unknown(item.reason, type=LIST_STRING)
    return TfList((item for item in items if item is not None and item != ""), "string")


@function("concat", variadic=Parameter("seqs"), keeps_parts=True, keeps_marks=True, takes_unknown=True)
def concat(*sequences: Value) -> Value:
    """One list or tuple of all elements."""
    if not sequences:
        raise EvaluationError("at least one argument is required")
    for sequence in sequences:
        if type(sequence) is Unknown:
            return Unknown(sequence.reason, type=sequence.type if isinstance(sequence.type, ListType) else None)
    if all(type(sequence) is TfList for sequence in sequences):
        common: Type | None = type_of(sequences[0])
        for sequence in sequences[1:]:
            common = unify([common, type_of(sequence)]) if common is not None else None
        if isinstance(common, ListType):
            items = [item for sequence in sequences for item in convert(sequence, common)]
            return TfList(items, common.element)
    for index, sequence in enumerate(sequences):
        if type(sequence) not in (tuple, TfList):
            raise ArgumentError(index, f"all arguments must be lists or tuples; got {_name(sequence)}")
    return tuple(item for sequence in sequences for item in sequence)


@function("contains", Parameter("list"), Parameter("value"), returns="bool", keeps_parts=True)
def contains(items: Value, value: Value) -> Value:
    """Whether an element equals the value."""
    if not _is_sequence(items):
        raise EvaluationError("argument must be list, tuple, or set")
    unknown = None
    for item in items:
        result = equals(value, item)
        if result is True:
            return True
        if result is not False:
            unknown = unknown or result
    return unknown or False


@function("distinct", Parameter("list", LIST_ANY), keeps_parts=True)
def distinct(items: TfList) -> Value:
    """The list without elements that equal an earlier one; wholly unknown when a part of several is."""
    if len(items) < 2:
        return items
    if all(type(item) is str for item in items):
        return TfList(dict.fromkeys(items), items.element_type)
    unknown = first_unknown(items)
    if unknown is not None:
        return Unknown(unknown.reason, type=ListType(items.element_type or "any"))
    result: list[Value] = []
    buckets: dict[str, list[Value]] = {}
    for item in items:
        bucket = buckets.setdefault(set_key(item), [])
        if not any(equals(item, other) is True for other in bucket):
            bucket.append(item)
            result.append(item)
    return TfList(result, items.element_type)


@function("element", Parameter("list"), Parameter("index", "number"), keeps_parts=True, keeps_marks=True)
def element(items: Value, index: Value) -> Value:
    """The element at the index, modulo the length; Terraform 1.11 refuses negative indexes."""
    if type(items) not in (tuple, TfList):
        raise EvaluationError(f"cannot read elements from {_name(items)}")
    position = whole(index, "invalid index")
    if not items:
        raise EvaluationError("cannot use element function with an empty list")
    if position < 0 and position % len(items):
        raise EvaluationError(f"index out of range [{position}]")
    return items[position % len(items)]


@function("flatten", Parameter("list"), keeps_parts=True, keeps_marks=True)
def flatten(items: Value) -> Value:
    """A tuple of all elements of nested lists, sets and tuples."""
    if not _is_sequence(items):
        raise EvaluationError("can only flatten lists, sets and tuples")
    result: list[Value] = []
    sensitive, unknown = _flatten_into(items, result, 0)
    if unknown is not None:
        # A tuple whose length is not known; no type says that, and a list comes nearest.
        nested = Unknown(unknown.reason, type=LIST_ANY)
        return Sensitive(nested) if sensitive else nested
    if sensitive:
        return mark_sensitive(tuple(result))
    return tuple(result)


def _flatten_into(items: Sequence[Value], result: list[Value], depth: int) -> tuple[bool, Unknown | None]:
    """Append the leaves; whether a nested list is sensitive, and a nested list that is unknown."""
    sensitive = False
    unknown = _unknown_length(items)
    for item in items:
        inner = item.value if type(item) is Sensitive else item
        if _is_sequence(inner):
            sensitive = sensitive or inner is not item
            nested_sensitive, nested_unknown = _flatten_into(inner, result, depth + 1)
            sensitive, unknown = sensitive or nested_sensitive, unknown or nested_unknown
        elif type(inner) is Unknown and _may_be_list(inner, depth):
            unknown = unknown or inner
        else:
            result.append(item)
            if len(result) > LARGEST_RESULT:
                raise EvaluationError(f"more than {LARGEST_RESULT} elements are too many to evaluate")
    return sensitive, unknown


def _may_be_list(unknown: Unknown, depth: int) -> bool:
    """Whether an unknown element may turn out a list.

    Without a type, one that stands in a list of its own (depth 1) or is a plain attribute of a
    resource is taken for a leaf, as it is in nearly all configurations.
    """
    if unknown.type is not None and unknown.type != "any":
        return isinstance(unknown.type, (ListType, SetType, TupleType))
    return depth == 0 and unknown.attribute not in _SCALAR_ATTRIBUTES


@function("index", Parameter("list"), Parameter("value"), returns="number", keeps_parts=True)
def index(items: Value, value: Value) -> Value:
    """Position of the first element that equals the value."""
    if type(items) not in (tuple, TfList):
        raise EvaluationError("argument must be a list or tuple")
    if not items:
        raise EvaluationError("cannot search an empty list")
    for position, item in enumerate(items):
        result = equals(item, value)
        if result is True:
            return position
        if result is not False:
            return Unknown(result.reason, type="number", not_null=True)
    raise EvaluationError("item not found")


@function("keys", Parameter("inputMap"), keeps_parts=True, keeps_marks=True, takes_unknown=True)
def keys(mapping: Value) -> Value:
    """Keys of a map, or attribute names of an object, sorted."""
    if type(mapping) is TfMap:
        return TfList(sorted(mapping), "string")
    if type(mapping) is dict:
        return tuple(sorted(mapping))
    if type(mapping) is Unknown:
        if isinstance(mapping.type, ObjectType):
            return mapping.type.names()
        if mapping.type is None or mapping.type == "any" or isinstance(mapping.type, MapType):
            return Unknown(mapping.reason, type=LIST_STRING if mapping.type else None)
    raise ArgumentError(0, "must have map or object type")


@function(
    "lookup",
    Parameter("inputMap"),
    Parameter("key", "string"),
    variadic=Parameter("default", nullable=True),
    keeps_parts=True,
    keeps_marks=True,
)
def lookup(mapping: Value, key: str, *default: Value) -> Value:
    """The element called ``key``, or the default."""
    if len(default) > 1:
        raise EvaluationError(f"lookup() takes two or three arguments, got {len(default) + 2}")
    if type(mapping) is dict:
        if key in mapping:
            return mapping[key]
        if not default:
            raise ArgumentError(0, f'the given object has no attribute "{key}"')
        return default[0]
    if type(mapping) is not TfMap:
        raise ArgumentError(0, "lookup() requires a map as the first argument")
    fallback = default[0] if default else None
    if default:
        try:
            fallback = convert(fallback, mapping.element_type or "any")
        except EvaluationError:
            raise ArgumentError(2, "the default value must have the same type as the map elements") from None
    if key in mapping:
        return mapping[key]
    if not default:
        raise EvaluationError(f"lookup failed to find key {go_quoted(key)}")
    return fallback


@function("matchkeys", Parameter("values", LIST_ANY), Parameter("keys", LIST_ANY), Parameter("searchset", LIST_ANY))
def matchkeys(values: TfList, keys_: TfList, searchset: TfList) -> Value:
    """The values whose key of the same position is in the search set."""
    common = unify([type_of(keys_), type_of(searchset)])
    if common is None:
        raise EvaluationError("keys and searchset must be of the same type")
    if len(values) != len(keys_):
        raise EvaluationError("length of keys and values should be equal")
    wanted = _Members(convert(searchset, common))
    found = (value for value, key in zip(values, convert(keys_, common), strict=True) if key in wanted)
    return TfList(found, values.element_type)


@function("merge", variadic=Parameter("maps", nullable=True), keeps_parts=True, keeps_marks=True)
def merge(*mappings: Value) -> Value:
    """One map or object with the elements of all, later ones first."""
    merged: dict[str, Value] = {}
    for mapping in mappings:
        if mapping is None:
            continue
        if type(mapping) not in (dict, TfMap):
            raise EvaluationError(f'arguments must be maps or objects, got "{_name(mapping)}"')
        merged.update(mapping)
    result = {name: merged[name] for name in sorted(merged)}
    if mappings and all(type(mapping) is TfMap for mapping in mappings):
        types = {mapping.element_type for mapping in mappings}
        if len(types) == 1:
            return TfMap(result, types.pop())
    return result


@function("one", Parameter("list"), keeps_parts=True)
def one(items: Value) -> Value:
    """The only element, or null when there is none."""
    if not _is_sequence(items) or (len(items) > 1 and not (type(items) is TfSet and first_unknown(items))):
        raise ArgumentError(0, "must be a list, set, or tuple value with either zero or one elements")
    if len(items) > 1:
        unknown = first_unknown(items)
        return Unknown(unknown.reason, type=items.element_type) if unknown else None
    return items[0] if items else None


@function("range", variadic=Parameter("params", "number"), returns=ListType("number"))
def range_(*params: Value) -> Value:
    """Numbers from a start to (not including) a limit."""
    if not 1 <= len(params) <= 3:
        raise EvaluationError("must have one, two, or three arguments")
    start, end = (0, params[0]) if len(params) == 1 else params[:2]
    step = params[2] if len(params) == 3 else -1 if end < start else 1
    down = step < 0
    if down and end > start:
        raise ArgumentError(1, "end must be less than start when step is negative")
    if not down and end < start:
        raise ArgumentError(1, "end must be greater than start when step is positive")
    items: list[Value] = []
    number = start
    while (number > end) if down else (number < end):
        if len(items) >= 1024:
            raise EvaluationError(
                "more than 1024 values were generated; either decrease the difference between start and end"
                " or use a smaller step"
            )
        items.append(number)
        number = add(number, step)
    return TfList(items, "number")


@function("reverse", Parameter("list"), keeps_parts=True, keeps_marks=True)
def reverse(items: Value) -> Value:
    """The elements in reverse order."""
    if type(items) is tuple:
        return items[::-1]
    if type(items) in (TfList, TfSet):
        return TfList(items[::-1], items.element_type)
    raise ArgumentError(0, f"can only reverse list or tuple values, not {_name(items)}")


@function("setintersection", Parameter("first_set", SetType("any")), variadic=Parameter("other_sets", SetType("any")))
def setintersection(*sets: TfSet) -> Value:
    """The elements that are in all sets."""
    first, *others = _same_type(sets)
    members = [_Members(other) for other in others]
    return make_set((item for item in first if all(item in other for other in members)), first.element_type)


@function("setsubtract", Parameter("a", SetType("any")), Parameter("b", SetType("any")))
def setsubtract(a: TfSet, b: TfSet) -> Value:
    """The elements of ``a`` that are not in ``b``."""
    left, right = _same_type((a, b))
    members = _Members(right)
    return make_set((item for item in left if item not in members), left.element_type)


@function(
    "setunion",
    Parameter("first_set", SetType("any")),
    variadic=Parameter("other_sets", SetType("any")),
    keeps_parts=True,
)
def setunion(*sets: TfSet) -> Value:
    """The elements that are in any of the sets."""
    converted = _same_type(sets)
    return make_set((item for one_set in converted for item in one_set), converted[0].element_type)


class _Members:
    """Values that are looked up by their set key, so that searching many stays linear."""

    def __init__(self, items: Iterable[Value]) -> None:
        self._texts: set[str] = set()
        self._buckets: dict[str, list[Value]] = {}
        for item in items:
            if type(item) is str:
                self._texts.add(item)
                continue
            self._buckets.setdefault(set_key(item), []).append(item)

    def __contains__(self, value: Value) -> bool:
        if type(value) is str:
            return value in self._texts
        return any(equals(value, item) is True for item in self._buckets.get(set_key(value), ()))


def _same_type(sets: Sequence[TfSet]) -> list[TfSet]:
    """The sets converted to their common element type."""
    common = unify([item.element_type or "any" for item in sets if item or item.element_type not in (None, "any")])
    if common is None:
        if any(sets):
            raise EvaluationError("given sets must all have compatible element types")
        return list(sets)
    return [convert(item, SetType(common)) for item in sets]


@function("setproduct", variadic=Parameter("sets"), keeps_parts=True)
def setproduct(*sets: Value) -> Value:
    """All combinations of one element of each: tuples, as a list or, when one argument is a set, as a set."""
    if len(sets) < 2:
        raise EvaluationError("at least two arguments are required")
    elements: list[Type] = []
    unknown: Unknown | None = None
    total = 1
    for position, items in enumerate(sets):
        if not _is_sequence(items):
            raise ArgumentError(position, "a set or a list is required")
        common = items.element_type if type(items) is not tuple else unify([type_of(item) for item in items])
        if common is None and items:
            raise ArgumentError(position, "all elements must be of the same type")
        elements.append(common or "any")
        total *= len(items)
        unknown = unknown or _unknown_length(items)
    if unknown is not None:
        return Unknown(unknown.reason, type=SetType(TupleType(tuple(elements))))
    if total * len(sets) > LARGEST_RESULT:
        return Unknown(f"setproduct() of {total} elements is too large to evaluate")
    rows: list[tuple[Value, ...]] = [()]
    for items, common in zip(sets, elements, strict=True):
        converted = [convert(item, common) for item in items]
        rows = [(*row, item) for row in rows for item in converted]
    element_type = TupleType(tuple(elements))
    if any(type(items) is TfSet for items in sets):
        return make_set(rows, element_type)
    return TfList(rows, element_type)


@function("slice", Parameter("list"), Parameter("start_index", "number"), Parameter("end_index", "number"), keeps_parts=True, keeps_marks=True)  # fmt: skip
def slice_(items: Value, start_index: Value, end_index: Value) -> Value:
    """The elements from the start index up to (not including) the end index."""
    if type(items) is TfSet:
        raise ArgumentError(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the"
            " ordering of the result is not important",
        )
    if type(items) not in (tuple, TfList):
        raise ArgumentError(0, "must be a list or tuple value")
    start, end = whole(start_index, "invalid start index", 1), whole(end_index, "invalid end index", 2)
    for position, (name, value) in enumerate((("start", start), ("end", end)), 1):
        if value < 0:
            raise ArgumentError(position, f"{name} index must not be less than zero")
        if value > len(items):
            raise ArgumentError(position, f"{name} index must not be greater than the length of the list")
    if start > end:
        raise ArgumentError(1, "start index must not be greater than end index")
    return TfList(items[start:end], items.element_type) if type(items) is TfList else items[start:end]


@function("sort", Parameter("list", LIST_STRING), returns=LIST_STRING, keeps_parts=True)
def sort(items: TfList) -> Value:
    """The strings sorted by code points."""
    if len(items) < 2 and None not in items:
        return items
    unknown = first_unknown(items)
    if unknown is not None:
        return TfList((Unknown(unknown.reason, type="string"),) * len(items), "string")
    if None in items:
        raise EvaluationError(f"given list element {items.index(None)} is null; a null string cannot be sorted")
    return TfList(sorted(items), "string")


@function("sum", Parameter("list"), returns="number")
def sum_(items: Value) -> Value:
    """The sum of all elements."""
    if type(items) not in (*_SEQUENCES, dict, TfMap):
        raise ArgumentError(0, "cannot sum noniterable")
    if not items:
        raise ArgumentError(0, "cannot sum an empty list")
    if not _is_sequence(items):
        raise ArgumentError(0, f"argument must be list, set, or tuple. Received {_name(items)}")
    total: Any = 0
    for item in items:
        try:
            number = convert(item, "number")
        except EvaluationError:
            number = None
        if number is None:
            raise ArgumentError(0, "argument must be list, set, or tuple of number values")
        total = add(total, number)
    return total


@function("transpose", Parameter("values", MapType(LIST_STRING)), returns=MapType(LIST_STRING))
def transpose(values_: TfMap) -> Value:
    """A map from each element to the sorted keys of the lists it was in."""
    swapped: dict[str, list[str]] = {}
    for key, items in values_.items():
        if items is None:
            raise EvaluationError("input must not contain null list")
        for item in items:
            if item is None:
                raise EvaluationError("input list must not contain null string")
            swapped.setdefault(item, []).append(key)
    return TfMap(((key, TfList(sorted(swapped[key]), "string")) for key in sorted(swapped)), LIST_STRING)


@function("values", Parameter("mapping"), keeps_parts=True, keeps_marks=True)
def values(mapping: Value) -> Value:
    """Values of a map or object, in the order of the keys."""
    if type(mapping) is TfMap:
        return TfList((mapping[name] for name in sorted(mapping)), mapping.element_type)
    if type(mapping) is dict:
        return tuple(mapping[name] for name in sorted(mapping))
    raise EvaluationError("values() requires a map as the first argument")


@function("zipmap", Parameter("keys", LIST_STRING), Parameter("values"), keeps_parts=True, keeps_marks=True)
def zipmap(keys_: TfList, values_: Value) -> Value:
    """A map, or for a tuple of values an object, of keys and values."""
    if type(values_) not in (tuple, TfList):
        raise EvaluationError("values argument must be a list or tuple value")
    unknown = first_unknown(keys_)
    if unknown is not None:
        return Unknown(unknown.reason)
    if len(keys_) != len(values_):
        raise EvaluationError(f"number of keys ({len(keys_)}) does not match number of values ({len(values_)})")
    sensitive = contains_sensitive(keys_)
    plain = strip_sensitive(keys_) if sensitive else keys_
    if None in plain:
        raise EvaluationError(f"keys list has null value at index {list(plain).index(None)}")
    pairs = dict(zip(plain, values_, strict=True))
    items = {name: pairs[name] for name in sorted(pairs)}
    result = TfMap(items, values_.element_type) if type(values_) is TfList else items
    return mark_sensitive(result) if sensitive else result
