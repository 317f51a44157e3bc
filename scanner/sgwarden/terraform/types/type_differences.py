"""How Terraform says that the two results of a conditional differ in type.

Source: measured with terraform 1.11.
"""

from __future__ import annotations

from sgwarden.terraform.types.types import ListType, MapType, ObjectType, SetType, TupleType, Type, friendly_name


def difference(true: Type, false: Type) -> str:
    """Return one sentence on the first difference of two types that have no common one."""
    names = friendly_name(true, constraint=False), friendly_name(false, constraint=False)
    if names[0] == names[1]:
        if isinstance(true, ObjectType) and isinstance(false, ObjectType):
            return _objects(true, false)
        if isinstance(true, TupleType) and isinstance(false, TupleType):
            return _tuples(true, false)
        for kind, name in ((ListType, "list"), (SetType, "set"), (MapType, "map")):
            if isinstance(true, kind) and isinstance(false, kind):
                return f"Mismatched {name} element types: {difference(true.element, false.element)}"
    return f"The 'true' value is {names[0]}, but the 'false' value is {names[1]}."


def _objects(true: ObjectType, false: ObjectType) -> str:
    sides = (("true", true, "false", false), ("false", false, "true", true))
    for side, has, other, lacks in sides:
        for name in has.names():
            if lacks.attribute(name) is None:
                return (
                    f"The '{side}' value includes object attribute \"{name}\", which is absent in the '{other}' value."
                )
    for attribute in true.attributes:
        found = false.attribute(attribute.name)
        if found is not None and found.type != attribute.type:
            return f'Type mismatch for object attribute "{attribute.name}": {difference(attribute.type, found.type)}'
    return "They are objects of different types."


def _tuples(true: TupleType, false: TupleType) -> str:
    lengths = len(true.elements), len(false.elements)
    if lengths[0] != lengths[1]:
        return f"The 'true' tuple has length {lengths[0]}, but the 'false' tuple has length {lengths[1]}."
    for index, (left, right) in enumerate(zip(true.elements, false.elements, strict=True)):
        if left != right:
            return f"Type mismatch for tuple element {index}: {difference(left, right)}"
    return "They are tuples of different types."
