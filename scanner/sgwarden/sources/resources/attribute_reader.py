"""Read evaluated attributes without trusting their shape.

A ``AttributeReader`` is one value of a resource with its path and whether it is sensitive; readers turn it into
what a field of the model holds, or raise ``MalformedAttribute`` when Terraform would never have made such a value.
Null, an absent attribute and (for text) the empty string are the same: ``None``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.numbers import format_number, parse_number

Path = tuple[str | int, ...]
MAY_EXIST = "__may_exist__"
"""Key of a block that may not exist; see ``ResourceInstance.attributes``."""


class MalformedAttribute(Exception):
    """A value has a shape that its argument can never have; ``str()`` says which and why."""


class AttributeReader:
    """One value inside a resource instance."""

    __slots__ = ("path", "sensitive", "value")

    def __init__(self, value: Any, path: Path = (), sensitive: bool = False) -> None:
        if type(value) is Sensitive:
            value, sensitive = value.value, True
        self.value = value
        self.path = path
        self.sensitive = sensitive

    @property
    def unknown(self) -> bool:
        """Return True if the value itself is unknown."""
        return type(self.value) is Unknown

    @property
    def empty(self) -> bool:
        """Return True if the argument says nothing: null, absent, an empty string or an empty collection."""
        value = self.value
        return value is None or (isinstance(value, str | tuple | list | dict) and not value)

    def get(self, name: str) -> AttributeReader:
        """Return the argument ``name`` of a block or object; unknown when the block is.

        Raises MalformedAttribute when the value is neither an object nor null nor unknown.
        """
        value = self.value
        if type(value) is dict:
            return AttributeReader(value.get(name), (*self.path, name), self.sensitive)
        if value is None or type(value) is Unknown:
            return AttributeReader(value, (*self.path, name), self.sensitive)
        if isinstance(value, Mapping):
            return AttributeReader(value.get(name), (*self.path, name), self.sensitive)
        raise MalformedAttribute(f"{dotted(self.path)} should be a block and is {kind_of(value)}")

    def elements(self) -> list[AttributeReader]:
        """Return elements of a list or set; none for null. The caller has looked at ``unknown`` before.

        Raises MalformedAttribute for anything else.
        """
        value = self.value
        if value is None:
            return []
        if isinstance(value, tuple | list):
            path, sensitive = self.path, self.sensitive
            return [AttributeReader(item, (*path, index), sensitive) for index, item in enumerate(value)]
        raise MalformedAttribute(f"{dotted(self.path)} should be a list and is {kind_of(value)}")

    def blocks(self) -> list[AttributeReader]:
        """Return nested blocks: a list of objects, or one object where the provider nests a single one."""
        if isinstance(self.value, dict):
            return [self]
        return self.elements()

    def text(self) -> str | Unknown | None:
        """Return a string, converted as Terraform does; None for null and "". Raises MalformedAttribute."""
        value = self.value
        if type(value) is str:
            return value or None
        if value is None or type(value) is Unknown:
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return str(value) or None
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return str(int(value)) if value.is_integer() else repr(value)
        if isinstance(value, Fraction):
            return format_number(value)
        raise MalformedAttribute(f"{dotted(self.path)} should be a string and is {kind_of(value)}")

    def integer(self) -> int | Unknown | None:
        """Return a whole number, also when written as text, converted as Terraform does. Raises MalformedAttribute."""
        value = self.value
        if type(value) is int or value is None or type(value) is Unknown:
            return value
        if isinstance(value, str):
            if not value:
                return None
            try:
                value = parse_number(value)
            except (ValueError, EvaluationError):
                raise MalformedAttribute(f"{dotted(self.path)} should be a whole number and is other text") from None
        if isinstance(value, int | float | Fraction) and not isinstance(value, bool) and value == int(value):
            return int(value)
        raise MalformedAttribute(f"{dotted(self.path)} should be a whole number and is {kind_of(value)}")

    def boolean(self) -> bool | Unknown | None:
        """Return a boolean, also when written as text. Raises MalformedAttribute."""
        value = self.value
        if value is None or type(value) is bool or type(value) is Unknown:
            return value
        if isinstance(value, str):
            if not value:
                return None
            if value in ("true", "1"):
                return True
            if value in ("false", "0"):
                return False
        raise MalformedAttribute(f"{dotted(self.path)} should be true or false and is {kind_of(value)}")

    def texts(self) -> dict[str, str | Unknown]:
        """Return a map of strings without nulls, ``{"*": Unknown}`` if unknown. Raises MalformedAttribute."""
        value = self.value
        if value is None:
            return {}
        if type(value) is Unknown:
            return {"*": value}
        if not isinstance(value, dict):
            raise MalformedAttribute(f"{dotted(self.path)} should be a map and is {kind_of(value)}")
        result: dict[str, str | Unknown] = {}
        for key, item in value.items():
            if item is not None:
                text = AttributeReader(item, (*self.path, str(key))).text()
                result[str(key)] = "" if text is None else text
        return result


def walk(attribute: AttributeReader, path: tuple[str, ...]) -> Iterator[AttributeReader]:
    """Yield every attribute at ``path`` below ``attribute``, through every nested block on the way.

    An unknown on the way is yielded in place of what it hides. Raises MalformedAttribute.
    """
    if not path:
        yield attribute
        return
    child = attribute.get(path[0])
    if len(path) == 1 or child.unknown:
        yield child
        return
    for block in child.blocks():
        if block.unknown:
            yield block
        else:
            yield from walk(block, path[1:])


def dotted(path: Path) -> str:
    """Return ``ingress[0].cidr_blocks`` for ``("ingress", 0, "cidr_blocks")``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the resource"


def kind_of(value: Any) -> str:
    """Return the kind of a value in Terraform's words, never the value, which may be sensitive."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int | float | Fraction):
        return "a number"
    if isinstance(value, tuple | list):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    return f"of an unexpected kind ({type(value).__name__})"
