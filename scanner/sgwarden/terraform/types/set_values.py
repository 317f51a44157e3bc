"""Sets: which values are one element, and the order Terraform goes through them.

Follows cty's sets (https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from operator import itemgetter

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.types.equality import equals
from sgwarden.terraform.types.numbers import shortest_digits
from sgwarden.terraform.types.types import Type, type_of
from sgwarden.terraform.types.values import CONTAINERS, TfMap, TfSet, Value, strip_sensitive


def make_set(items: Iterable[Value], element_type: Type | None = None) -> Value:
    """Return a TfSet of ``items`` without duplicates in Terraform's iteration order.

    The items must be of one type already. Unknown items are kept, each of its own: they may turn
    out equal to others. A sensitive item makes the whole set Sensitive, as in Terraform.
    """
    items = list(items)
    if all(type(item) is str for item in items):
        return TfSet(sorted(set(items)), element_type or ("string" if items else "any"))
    sensitive = _marked(items)
    if sensitive:
        items = [strip_sensitive(item) for item in items]
    result = TfSet(_ordered(_distinct(items)), element_type or _element_of(items))
    return Sensitive(result) if sensitive else result


def _marked(items: Iterable[Value]) -> bool:
    """Return True if one of the items, or a part of it, is sensitive."""
    for item in items:
        kind = type(item)
        if kind is Sensitive:
            return True
        if kind in CONTAINERS and _marked(item.values() if isinstance(item, dict) else item):
            return True
    return False


def _element_of(items: list[Value]) -> Type:
    return next((kind for kind in map(type_of, items) if kind != "any"), "any")


def _distinct(items: list[Value]) -> list[tuple[str, Value]]:
    """Return items without those equal to an earlier one, each with its set key."""
    buckets: dict[str, list[Value]] = {}
    result = []
    for item in items:
        key = set_key(item)
        bucket = buckets.setdefault(key, [])
        if not any(equals(item, other) is True for other in bucket):
            bucket.append(item)
            result.append((key, item))
    return result


def _ordered(keyed: list[tuple[str, Value]]) -> list[Value]:
    """Return the items in order: scalars by value, others by set key, then unknown, then null."""
    known = [(key, item) for key, item in keyed if item is not None and type(item) is not Unknown]
    rest = [item for _, item in keyed if type(item) is Unknown] + [item for _, item in keyed if item is None]
    kinds = {type(item) for _, item in known}
    if kinds <= {int, Fraction} or kinds <= {bool} or kinds <= {str}:
        return sorted(item for _, item in known) + rest
    return [item for _, item in sorted(known, key=itemgetter(0))] + rest


def set_key(value: Value) -> str:
    """Return the text cty orders set elements of no natural order by (``makeSetHashBytes``)."""
    kind = type(value)
    if kind is str:
        return go_quoted(value)
    if kind is bool:
        return "T" if value else "F"
    if kind is int or kind is Fraction:
        return _ten_digits(value)
    if value is None:
        return "~"
    if kind is Unknown:
        return "?"
    if kind is Sensitive:
        return set_key(value.value)
    if kind is TfMap:
        return "{" + "".join(f"{go_quoted(name)}:{set_key(item)};" for name, item in value.items()) + "}"
    if kind is dict:
        return "<" + "".join(f"{set_key(value[name])};" for name in sorted(value)) + ">"
    inside = "".join(f"{set_key(item)};" for item in value)
    return f"<{inside}>" if kind is tuple else f"[{inside}]"


class Members:
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


def _ten_digits(value: int | Fraction) -> str:
    """Return the number with ten significant digits, as Go's ``big.Float.String`` prints it (``%.10g``)."""
    if type(value) is int and -(10**10) < value < 10**10:
        return str(value)
    sign = "-" if value < 0 else ""
    digits, point = shortest_digits(abs(Fraction(value)))
    if len(digits) > 10:
        rounded = round(Fraction(int(digits), 10 ** (len(digits) - 10)))
        if rounded == 10**10:
            point += 1
        digits = str(rounded).rstrip("0")[:10]
    exponent = point - 1
    if exponent < -4 or exponent >= 10:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}  # fmt: skip


def go_quoted(text: str) -> str:
    """Return ``text`` as Go's ``%q`` prints it."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
