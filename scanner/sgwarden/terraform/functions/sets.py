"""Collection functions of sets.

Source: https://developer.hashicorp.com/terraform/language/functions (Collection Functions)
"""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, function, is_sequence, unknown_length
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.set_values import Members, make_set
from sgwarden.terraform.types.types import SetType, TupleType, Type, type_of
from sgwarden.terraform.types.unify import unify
from sgwarden.terraform.types.values import LARGEST_COLLECTION, TfList, TfSet, Value


@function("setintersection", Parameter("first_set", SetType("any")), variadic=Parameter("other_sets", SetType("any")))
def setintersection(*sets: TfSet) -> Value:
    """Return the elements that are in all sets."""
    first, *others = _same_type(sets)
    members = [Members(other) for other in others]
    return make_set((item for item in first if all(item in other for other in members)), first.element_type)


@function("setsubtract", Parameter("a", SetType("any")), Parameter("b", SetType("any")))
def setsubtract(a: TfSet, b: TfSet) -> Value:
    """Return the elements of ``a`` that are not in ``b``."""
    left, right = _same_type((a, b))
    members = Members(right)
    return make_set((item for item in left if item not in members), left.element_type)


@function(
    "setunion",
    Parameter("first_set", SetType("any")),
    variadic=Parameter("other_sets", SetType("any")),
    keeps_parts=True,
)
def setunion(*sets: TfSet) -> Value:
    """Return the elements that are in any of the sets."""
    converted = _same_type(sets)
    return make_set((item for one_set in converted for item in one_set), converted[0].element_type)


@function("setproduct", variadic=Parameter("sets"), keeps_parts=True)
def setproduct(*sets: Value) -> Value:
    """Return all combinations of one element of each, as tuples; a set when one argument is a set, else a list."""
    if len(sets) < 2:
        raise EvaluationError("at least two arguments are required")
    elements: list[Type] = []
    unknown: Unknown | None = None
    total = 1
    for position, items in enumerate(sets):
        if not is_sequence(items):
            raise ArgumentError(position, "a set or a list is required")
        common = items.element_type if type(items) is not tuple else unify([type_of(item) for item in items])
        if common is None and items:
            raise ArgumentError(position, "all elements must be of the same type")
        elements.append(common or "any")
        total *= len(items)
        unknown = unknown or unknown_length(items)
    if unknown is not None:
        return Unknown(unknown.reason, type=SetType(TupleType(tuple(elements))))
    if total * len(sets) > LARGEST_COLLECTION:
        return Unknown(f"setproduct() of {total} elements is too large to evaluate")
    rows: list[tuple[Value, ...]] = [()]
    for items, common in zip(sets, elements, strict=True):
        converted = [convert(item, common) for item in items]
        rows = [(*row, item) for row in rows for item in converted]
    element_type = TupleType(tuple(elements))
    if any(type(items) is TfSet for items in sets):
        return make_set(rows, element_type)
    return TfList(rows, element_type)


def _same_type(sets: Sequence[TfSet]) -> list[TfSet]:
    """Return the sets converted to their common element type."""
    common = unify([item.element_type or "any" for item in sets if item or item.element_type not in (None, "any")])
    is_open = any(item and item.element_type in (None, "any") for item in sets)
    if is_open and any(not isinstance(item.element_type or "any", str) for item in sets):
        # A set of nulls without a type; Terraform panics here, and try() catches that.
        raise EvaluationError("incompatible set rules")
    if common is None:
        if any(sets):
            raise EvaluationError("given sets must all have compatible element types")
        return list(sets)
    return [convert(item, SetType(common)) for item in sets]
