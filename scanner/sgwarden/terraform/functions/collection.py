"""Collection functions of lists, and those of any collection.

Source: https://developer.hashicorp.com/terraform/language/functions (Collection Functions)
"""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, RefusedByOlderVersions
from sgwarden.terraform.functions.graphemes import count
from sgwarden.terraform.functions.spec import (
    LIST_ANY,
    LIST_STRING,
    SEQUENCES,
    ArgumentError,
    Parameter,
    TypedNull,
    function,
    is_sequence,
    type_name,
    unknown_length,
    whole,
)
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.equality import equals
from sgwarden.terraform.types.numbers import Number, add
from sgwarden.terraform.types.set_values import Members, set_key
from sgwarden.terraform.types.types import ListType, ObjectType, SetType, TupleType, Type, type_of
from sgwarden.terraform.types.unify import unify
from sgwarden.terraform.types.values import (
    LARGEST_COLLECTION,
    TfList,
    TfMap,
    TfSet,
    Value,
    first_unknown,
    mark_sensitive,
)

_SCALAR_ATTRIBUTES = ("id", "arn", "name")
"""Attributes that are strings in every provider: an unknown one is no list to be flattened."""

_LISTS = (tuple, TfList)


@function("length", Parameter("value"), returns="number", keeps_parts=True, keeps_marks=True, takes_unknown=True)
def length(value: Value) -> Value:
    """Return number of elements, attributes, or characters (grapheme clusters)."""
    kind = type(value)
    if kind is str:
        return count(value)
    if kind is Unknown:
        if isinstance(value.type, TupleType):
            return len(value.type.elements)
        if isinstance(value.type, ObjectType):
            return len(value.type.attributes)
        return Unknown(value.reason, type="number", not_null=True)
    if kind in (tuple, TfList, TfSet, dict, TfMap):
        unknown = unknown_length(value)
        if unknown is not None:
            return Unknown(unknown.reason, type="number", not_null=True)
        return len(value)
    raise EvaluationError("argument must be a string, a collection type, or a structural type")


@function("alltrue", Parameter("list", ListType("bool")), returns="bool", keeps_parts=True)
def alltrue(items: TfList) -> Value:
    """Return whether all are true; true for an empty list."""
    unknown = None
    for item in items:
        if type(item) is Unknown:
            unknown = unknown or item
        elif item is not True:
            return False
    return Unknown(unknown.reason, type="bool") if unknown else True


@function("anytrue", Parameter("list", ListType("bool")), returns="bool", keeps_parts=True)
def anytrue(items: TfList) -> Value:
    """Return whether one is true."""
    unknown = None
    for item in items:
        if type(item) is Unknown:
            unknown = unknown or item
        elif item is True:
            return True
    return Unknown(unknown.reason, type="bool") if unknown else False


@function("chunklist", Parameter("list", LIST_ANY), Parameter("size", "number"), keeps_parts=True, keeps_marks=True)
def chunklist(items: TfList, size: Value) -> Value:
    """Return lists of at most ``size`` elements; one list when ``size`` is 0."""
    step = whole(size, "invalid size")
    if step < 0:
        raise EvaluationError("the size argument must be positive")
    element = ListType(items.element_type or "any")
    if step == 0:
        return TfList((items,) if items else (), element)
    return TfList(
        (TfList(items[start : start + step], items.element_type) for start in range(0, len(items), step)), element
    )


@function(
    "coalesce",
    variadic=Parameter("vals", nullable=True),
    keeps_parts=True,
    takes_unknown=True,
    takes_null_types=True,
)
def coalesce(*values: Value) -> Value:
    """Return the first value that is neither null nor an empty string."""
    common = unify([value.type if type(value) is TypedNull else type_of(value) for value in values])
    if common is None:
        raise EvaluationError("all arguments must have the same type")
    for value in values:
        if type(value) is TypedNull:
            continue
        value = convert(value, common) if common != "any" else value
        if type(value) is Unknown:
            return value if value.not_null else Unknown(value.reason, type=value.type)
        if value is not None and not (type(value) is str and value == ""):
            return value
    raise EvaluationError("no non-null, non-empty-string arguments")


@function(
    "coalescelist",
    variadic=Parameter("vals", nullable=True),
    keeps_parts=True,
    takes_unknown=True,
    takes_null_types=True,
)
def coalescelist(*values: Value) -> Value:
    """Return the first list that is not empty."""
    if not values:
        raise EvaluationError("at least one argument is required")
    for value in values:
        if type(value) is Unknown:
            break  # terraform looks at no type behind it
        is_list = isinstance(value.type, ListType | TupleType) if type(value) is TypedNull else type(value) in _LISTS
        if not is_list:
            raise EvaluationError("coalescelist arguments must be lists or tuples")
    for value in values:
        if type(value) is Unknown:
            return Unknown(value.reason)
        if value and type(value) is not TypedNull:
            return value
    raise EvaluationError("no non-null arguments")


@function("compact", Parameter("list", LIST_STRING), returns=LIST_STRING, keeps_parts=True)
def compact(items: TfList) -> Value:
    """Return the strings that are neither null nor empty."""
    for item in items:
        if type(item) is Unknown and not item.not_null:
            return Unknown(item.reason, type=LIST_STRING)
    return TfList((item for item in items if item is not None and item != ""), "string")


@function("concat", variadic=Parameter("seqs"), keeps_parts=True, keeps_marks=True, takes_unknown=True)
def concat(*sequences: Value) -> Value:
    """Return one list or tuple of all elements."""
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
            raise ArgumentError(index, f"all arguments must be lists or tuples; got {type_name(sequence)}")
    return tuple(item for sequence in sequences for item in sequence)


@function("contains", Parameter("list"), Parameter("value", nullable=True), returns="bool", keeps_parts=True)
def contains(items: Value, value: Value) -> Value:
    """Return whether an element equals the value."""
    if not is_sequence(items):
        raise EvaluationError("argument must be list, tuple, or set")
    unknown = None
    for item in items:
        result = equals(value, item)
        if result is True and value is None:
            raise RefusedByOlderVersions("contains() takes no null", True)
        if result is True:
            return True
        if result is not False:
            unknown = unknown or result
    if value is None:
        raise RefusedByOlderVersions("contains() takes no null", unknown or False)
    return unknown or False


@function("distinct", Parameter("list", LIST_ANY), keeps_parts=True)
def distinct(items: TfList) -> Value:
    """Return the list without elements that equal an earlier one; unknown when a part of several is."""
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
    """Return the element at the index, modulo the length; Terraform 1.11 refuses some negative indexes of a tuple."""
    if type(items) not in (tuple, TfList):
        raise EvaluationError(f"cannot read elements from {type_name(items)}")
    position = whole(index, "invalid index")
    if not items:
        raise EvaluationError("cannot use element function with an empty list")
    found = items[position % len(items)]
    if position < 0 and position % len(items) and type(items) is tuple:
        raise RefusedByOlderVersions(f"element() of a tuple at {position}", found)
    return found


@function("flatten", Parameter("list"), keeps_parts=True, keeps_marks=True)
def flatten(items: Value) -> Value:
    """Return a tuple of all elements of nested lists, sets and tuples."""
    if not is_sequence(items):
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
    unknown = unknown_length(items)
    for item in items:
        inner = item.value if type(item) is Sensitive else item
        if is_sequence(inner):
            sensitive = sensitive or inner is not item
            nested_sensitive, nested_unknown = _flatten_into(inner, result, depth + 1)
            sensitive, unknown = sensitive or nested_sensitive, unknown or nested_unknown
        elif type(inner) is Unknown and _may_be_list(inner, depth):
            unknown = unknown or inner
        else:
            result.append(item)
            if len(result) > LARGEST_COLLECTION:
                raise EvaluationError(f"more than {LARGEST_COLLECTION} elements are too many to evaluate")
    return sensitive, unknown


def _may_be_list(unknown: Unknown, depth: int) -> bool:
    """Return True if an unknown element may turn out a list.

    Without a type, one that stands in a list of its own (depth 1) or is a plain attribute of a
    resource is taken for a leaf, as it is in nearly all configurations.
    """
    if unknown.type is not None and unknown.type != "any":
        return isinstance(unknown.type, (ListType, SetType, TupleType))
    return depth == 0 and unknown.attribute not in _SCALAR_ATTRIBUTES


@function("index", Parameter("list"), Parameter("value"), returns="number", keeps_parts=True)
def index(items: Value, value: Value) -> Value:
    """Return position of the first element that equals the value."""
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


@function("matchkeys", Parameter("values", LIST_ANY), Parameter("keys", LIST_ANY), Parameter("searchset", LIST_ANY))
def matchkeys(values: TfList, keys_: TfList, searchset: TfList) -> Value:
    """Return the values whose key of the same position is in the search set."""
    common = unify([type_of(keys_), type_of(searchset)])
    if common is None:
        raise EvaluationError("keys and searchset must be of the same type")
    if len(values) != len(keys_):
        raise EvaluationError("length of keys and values should be equal")
    members = Members(convert(searchset, common))
    found = (value for value, key in zip(values, convert(keys_, common), strict=True) if key in members)
    return TfList(found, values.element_type)


@function("one", Parameter("list"), keeps_parts=True)
def one(items: Value) -> Value:
    """Return the only element, or null when there is none."""
    if not is_sequence(items) or (len(items) > 1 and not (type(items) is TfSet and first_unknown(items))):
        raise ArgumentError(0, "must be a list, set, or tuple value with either zero or one elements")
    if len(items) > 1:
        unknown = first_unknown(items)
        return Unknown(unknown.reason, type=items.element_type) if unknown else None
    return items[0] if items else None


@function("range", variadic=Parameter("params", "number"), returns=ListType("number"))
def range_(*params: Value) -> Value:
    """Return numbers from a start to (not including) a limit."""
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
    """Return the elements in reverse order."""
    if type(items) is tuple:
        return items[::-1]
    if type(items) in (TfList, TfSet):
        return TfList(items[::-1], items.element_type)
    raise ArgumentError(0, f"can only reverse list or tuple values, not {type_name(items)}")


@function(
    "slice",
    Parameter("list"),
    Parameter("start_index", "number"),
    Parameter("end_index", "number"),
    keeps_parts=True,
    keeps_marks=True,
)
def slice_(items: Value, start_index: Value, end_index: Value) -> Value:
    """Return the elements from the start index up to (not including) the end index."""
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
    """Return the strings sorted by code points."""
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
    """Return the sum of all elements."""
    if type(items) not in (*SEQUENCES, dict, TfMap):
        raise ArgumentError(0, "cannot sum noniterable")
    if not items:
        raise ArgumentError(0, "cannot sum an empty list")
    if not is_sequence(items):
        raise ArgumentError(0, f"argument must be list, set, or tuple. Received {type_name(items)}")
    total: Number = 0
    for item in items:
        try:
            number = convert(item, "number")
        except EvaluationError:
            number = None
        if number is None:
            raise ArgumentError(0, "argument must be list, set, or tuple of number values")
        total = add(total, number)
    return total
