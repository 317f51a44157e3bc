"""What the comparisons of KQL require of a value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sgwarden.patterns.conditions.atoms import Predicate
from sgwarden.patterns.conditions.formulas import Formula
from sgwarden.patterns.conditions.numbers import OpaqueNumber, as_decimal, compare, is_number, order_test
from sgwarden.patterns.conditions.texts import AnyText, Equals, OpaqueText, TextTest, glob_test


@dataclass(frozen=True, slots=True)
class Literal:
    """A value of a query: one text, or pieces with ``*`` between them."""

    text: str
    pieces: tuple[str, ...]

    def test(self) -> TextTest:
        """Return the test of a text that the value writes."""
        return glob_test(self.pieces, self.text)


@dataclass(frozen=True, slots=True)
class FieldIs(Predicate):
    """A keyword, number or boolean that is written as the literal says."""

    literal: Literal

    def matches(self, value: object) -> bool:
        test = self.literal.test()
        if isinstance(test, AnyText):
            return value is not None
        if isinstance(value, bool):
            return test.holds(str(value).lower())
        if is_number(value):
            return _is_same_number(self.literal.text, as_decimal(value))
        return isinstance(value, str) and test.holds(value)

    def on_text(self) -> Formula:
        return self.literal.test()

    def on_number(self) -> Formula:
        if isinstance(self.literal.test(), AnyText):
            return True
        return OpaqueNumber(self.literal.text, lambda number: _is_same_number(self.literal.text, number))

    def describe(self, subject: str) -> str:
        test = self.literal.test()
        if isinstance(test, AnyText):
            return f"{subject} is present"
        return f'{subject} {"is" if isinstance(test, Equals) else "matches"} "{self.literal.text}"'


@dataclass(frozen=True, slots=True)
class FieldInRange(Predicate):
    """A number in an order to the literal; how Elasticsearch orders other values is not modelled."""

    operator: str
    literal: Literal

    def matches(self, value: object) -> bool:
        number = _number(self.literal.text)
        return number is not None and is_number(value) and compare(as_decimal(value), self.operator, number)

    def on_text(self) -> Formula:
        return OpaqueText(f"{self.operator} {self.literal.text}", lambda text: False)

    def on_number(self) -> Formula:
        number = _number(self.literal.text)
        return False if number is None else order_test(self.operator, number)

    def describe(self, subject: str) -> str:
        return f"{subject} {self.operator} {self.literal.text}"


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_same_number(text: str, number: Decimal) -> bool:
    return _number(text) == number
