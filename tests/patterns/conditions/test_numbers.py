"""Numbers: JSON values, orders, and the outcomes that some number can have."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sgwarden.patterns.conditions.formulas import Not, Or, Undecidable, conj
from sgwarden.patterns.conditions.numbers import (
    Below,
    EqualTo,
    OpaqueNumber,
    as_decimal,
    compare,
    is_number,
    order_test,
    possible_outcomes,
)

ONE, TWO = Decimal(1), Decimal(2)


def test_booleans_and_texts_are_no_numbers() -> None:
    assert [is_number(value) for value in (1, 0.5, Decimal(1), True, "1", None)] == [True] * 3 + [False] * 3


def test_decimals_are_not_rounded() -> None:
    assert [as_decimal(0.1), as_decimal(3), as_decimal(ONE)] == [Decimal("0.1"), Decimal(3), ONE]


@pytest.mark.parametrize("operator", ["=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("value", [Decimal(0), ONE, TWO])
def test_the_test_of_an_order_agrees_with_the_comparison(operator: str, value: Decimal) -> None:
    def evaluate(formula: object) -> bool:
        match formula:
            case Or(operands):
                return any(evaluate(each) for each in operands)
            case Not(operand):
                return not evaluate(operand)
            case Below() | EqualTo():
                return formula.holds(value)
            case _:
                return all(evaluate(each) for each in formula.operands)  # type: ignore[attr-defined]

    assert evaluate(order_test(operator, ONE)) is compare(value, operator, ONE)


def test_every_outcome_of_bounds_is_found_and_no_other() -> None:
    assert possible_outcomes([Below(ONE), EqualTo(TWO)]) == [(False, False), (False, True), (True, False)]
    assert possible_outcomes([]) == [()]


def test_opaque_tests_are_free_but_for_numbers_that_are_compared_with() -> None:
    odd = OpaqueNumber("odd", lambda number: number % 2 == 1)
    assert possible_outcomes([EqualTo(TWO), odd]) == [(False, False), (False, True), (True, False)]
    with pytest.raises(Undecidable):
        possible_outcomes([OpaqueNumber(str(number), lambda value: True) for number in range(5)])


def test_contradictory_orders_are_no_outcome() -> None:
    assert conj([Below(ONE), Not(Below(ONE))]) is not False  # leaves are independent until outcomes are weighed
    assert (True, False) not in possible_outcomes([Below(ONE), Below(TWO)])
