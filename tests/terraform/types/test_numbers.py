"""Numbers are rounded and printed as Terraform rounds and prints them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types import numbers
from sgwarden.terraform.types.numbers import format_number, parse_number


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("0", "0"),
        ("1.50", "1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("-1e-3", "-0.001"),
        ("1E+3", "1000"),
        ("0.1", "0.1"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
        ("1e30", "1" + "0" * 30),
    ],
)
def test_prints_the_shortest_decimal(text: str, printed: str) -> None:
    assert format_number(parse_number(text)) == printed


@pytest.mark.parametrize("text", ["", " 1", "1 ", "0x10", "1_000", "e5", ".", "--1", "Inf", "NaN", "１"])
def test_refuses_what_is_no_decimal(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1e999999999", "1e-999999999", "1" * 30_000, "1e1000000000000"])
def test_refuses_numbers_too_large_to_compute_with(text: str) -> None:
    with pytest.raises(EvaluationError, match="out of range"):
        parse_number(text)


def test_arithmetic_rounds_to_512_bits() -> None:
    third = numbers.divide(1, 3)
    assert third != Fraction(1, 3)
    assert numbers.multiply(third, 3) == 1
    assert numbers.add(parse_number("0.1"), parse_number("0.2")) == parse_number("0.3")
    assert numbers.normalise(2**600 + 1) == 2**600
    # Halfway between two mantissas: the even one wins.
    assert numbers.normalise(2**513 + 1) == 2**513
    assert numbers.normalise(2**513 + 3) == 2**513 + 4


def test_whole_results_are_ints() -> None:
    results = (numbers.divide(4, 2), numbers.multiply(Fraction(1, 2), 2), numbers.subtract(Fraction(3, 2), Fraction(1, 2)))  # fmt: skip
    assert results == (2, 1, 1)
    assert [type(result) for result in results] == [int, int, int]


def test_modulo_has_the_sign_of_the_dividend() -> None:
    assert [numbers.modulo(7, 3), numbers.modulo(-7, 3), numbers.modulo(7, -3)] == [1, -1, 1]
    assert numbers.modulo(Fraction(15, 2), 2) == Fraction(3, 2)


def test_division_by_zero_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="Division by zero"):
        numbers.divide(1, 0)


@given(st.integers(-(2**512), 2**512))
def test_whole_numbers_survive_printing(number: int) -> None:
    assert parse_number(format_number(number)) == number


@given(st.integers(-(10**40), 10**40), st.integers(0, 60))
def test_decimals_survive_printing(digits: int, decimals: int) -> None:
    number = numbers.normalise(Fraction(digits, 10**decimals))
    assert parse_number(format_number(number)) == number


@given(st.integers(1, 10**30), st.integers(1, 10**30))
def test_quotients_survive_printing(a: int, b: int) -> None:
    quotient = numbers.divide(a, b)
    looks_like_a_double = quotient.denominator.bit_length() > 40 and quotient.numerator.bit_length() <= 53
    assume(not looks_like_a_double)
    assert parse_number(format_number(quotient)) == quotient


def test_a_quotient_of_few_binary_places_is_no_double() -> None:
    """``jsonencode(35184372088833/32)`` in terraform 1.11."""
    assert format_number(numbers.divide(35184372088833, 32)) == "1099511627776.03125"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-5, max_value=1e15), st.integers(0, 12))
def test_fixed_point_is_the_one_of_the_double(number: float, decimals: int) -> None:
    assert numbers.format_fixed(numbers.from_float(number), decimals) == f"{number:.{decimals}f}"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-30, max_value=1e30), st.integers(0, 12))
def test_exponent_form_is_the_one_of_the_double(number: float, decimals: int) -> None:
    assert numbers.format_exponent(numbers.from_float(number), decimals) == f"{number:.{decimals}e}"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-30, max_value=1e30), st.integers(1, 12))
def test_general_form_is_the_one_of_the_double(number: float, digits: int) -> None:
    # Go leaves the exponent out a little longer: when all digits of a whole number fit anyway.
    assert float(numbers.format_general(numbers.from_float(number), digits)) == float(f"{number:.{digits}g}")
