"""Terraform's numbers: exact integers, and fractions rounded to 512 bits as cty rounds them.

cty computes with Go's ``big.Float`` of 512 bits mantissa, rounding to nearest, ties to even
(https://github.com/zclconf/go-cty/blob/main/docs/types.md, https://pkg.go.dev/math/big#Float).
"""

from __future__ import annotations

import re
from fractions import Fraction

from sgwarden.terraform.errors import EvaluationError

Number = int | Fraction

PRECISION = 512
_LARGEST_EXPONENT = 20_000
"""Decimal exponents beyond this are refused: Terraform would go on, at the price of memory."""

_DECIMAL = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)


def normalise(value: Number) -> Number:
    """Return ``value`` rounded to 512 bits, as an int when it is whole."""
    if type(value) is int:
        return value if value.bit_length() <= PRECISION else _rounded(value, 1)
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return normalise(numerator)
    if denominator & (denominator - 1) == 0 and numerator.bit_length() <= PRECISION:
        return value
    return _rounded(numerator, denominator)


def _rounded(numerator: int, denominator: int, bits: int = PRECISION) -> Number:
    sign = -1 if numerator < 0 else 1
    numerator = abs(numerator)
    shift = numerator.bit_length() - denominator.bit_length() - bits
    if shift > _LARGEST_EXPONENT * 4 or shift < -_LARGEST_EXPONENT * 4:
        raise EvaluationError("number out of range")
    if shift >= 0:
        denominator <<= shift
    else:
        numerator <<= -shift
    mantissa, rest = divmod(numerator, denominator)
    if mantissa.bit_length() > bits:
        # One bit too many: divide by two more, keeping the rest for correct rounding.
        rest += (mantissa & 1) * denominator
        denominator *= 2
        mantissa >>= 1
        shift += 1
    elif mantissa.bit_length() < bits:
        shift -= 1
        mantissa, rest = divmod(mantissa * denominator * 2 + rest * 2, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and mantissa & 1):
        mantissa += 1
    mantissa *= sign
    if shift >= 0:
        return mantissa << shift
    result = Fraction(mantissa, 1 << -shift)
    return result.numerator if result.denominator == 1 else result


def add(a: Number, b: Number) -> Number:
    """Return ``a + b``"""
    return normalise(a + b)


def subtract(a: Number, b: Number) -> Number:
    """Return ``a - b``"""
    return normalise(a - b)


def multiply(a: Number, b: Number) -> Number:
    """Return ``a * b``"""
    return normalise(a * b)


def divide(a: Number, b: Number) -> Number:
    """Return ``a / b``; raises EvaluationError when ``b`` is zero (Terraform: an infinity)."""
    if b == 0:
        raise EvaluationError("Division by zero: Cannot divide by zero.")
    return normalise(Fraction(a, b))


def modulo(a: Number, b: Number) -> Number:
    """Return ``a % b``, with the sign of ``a``; Terraform takes ``a % 0`` for ``a``."""
    if b == 0:
        return a
    if type(a) is int and type(b) is int:
        rest = abs(a) % abs(b)
        return -rest if a < 0 else rest
    return subtract(a, multiply(b, int(divide(a, b))))


def from_float(value: float) -> Number:
    """Return the exact number of a double; raises EvaluationError for an infinity or NaN."""
    if value != value or value in (float("inf"), float("-inf")):
        raise EvaluationError("number out of range")
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def parse_number(text: str) -> Number:
    """Return the value of a decimal text, rounded to 512 bits; ValueError when it is none.

    EvaluationError for an exponent too large to compute with.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a number: {text[:40]!r}")
    sign, digits, exponent = match.groups()
    if len(digits) > _LARGEST_EXPONENT or (exponent and len(exponent) > 7):
        raise EvaluationError("number out of range")
    whole, _, decimals = digits.partition(".")
    scale = int(exponent or 0) - len(decimals)
    if abs(scale) > _LARGEST_EXPONENT:
        raise EvaluationError("number out of range")
    mantissa = _parse_int(sign + whole + decimals)
    if scale >= 0:
        return normalise(mantissa * 10**scale)
    return normalise(Fraction(mantissa, 10**-scale))


def parse_literal(text: str) -> Number:
    """Return the value of a number literal of the code; raises ValueError when it is absurdly long or large."""
    mantissa, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > 5_000:
        raise ValueError("number out of range")
    if len(text) > 4_000:
        raise ValueError("number too long")
    return normalise(Fraction(mantissa) * Fraction(10) ** int(exponent or 0))


def _parse_int(digits: str) -> int:
    """Return ``int(digits)`` without Python's limit of 4,300 digits."""
    if len(digits) <= 4000:
        return int(digits)
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    half = len(digits) // 2
    scale: int = 10 ** (len(digits) - half)
    return sign * (_parse_int(digits[:half]) * scale + _parse_int(digits[half:]))


def _print_int(value: int) -> str:
    """Return ``str(value)`` without Python's limit of 4,300 digits."""
    if value.bit_length() < 13_000:
        return str(value)
    sign = "-" if value < 0 else ""
    half = int(value.bit_length() * 0.30103) // 2
    high, low = divmod(abs(value), 10**half)
    return f"{sign}{_print_int(high)}{_print_int(low).zfill(half)}"


def format_number(value: Number) -> str:
    """Return the shortest decimal without exponent that means ``value`` alone, as ``tostring`` does."""
    if type(value) is int and value.bit_length() <= PRECISION:
        return str(value)
    value = Fraction(value)
    digits, point = shortest_digits(abs(value), _precision(value))
    sign = "-" if value < 0 else ""
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def _precision(value: Fraction) -> int:
    """Return the bits of mantissa Terraform holds the number with, guessed from its value.

    Functions that compute with doubles (``log``, ``pow``) give numbers of 53 bits, all others
    512; a fraction that fills a double's mantissa and no more, with the many binary places that a
    logarithm or a root has, is taken for one of the former.
    """
    mantissa, places = value.numerator.bit_length(), value.denominator.bit_length()
    return 53 if places > _PLACES_OF_A_DOUBLE and 45 < mantissa <= 53 else PRECISION


_PLACES_OF_A_DOUBLE = 40


def shortest_digits(value: Fraction, bits: int = PRECISION) -> tuple[str, int]:
    """Return the decimal digits of a positive number and the position of its point: ``0.DIGITS * 10**point``.

    The fewest digits that no neighbour with ``bits`` bits of mantissa is nearer to
    (Go: ``big.Float.Text('f', -1)``, which has no exception for powers of two).
    """
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if value >= _power(2, exponent):
        exponent += 1
    ulp = _power(2, exponent - bits)
    inclusive = int(value / ulp) % 2 == 0
    high = value + ulp / 2
    low = value - ulp / 2
    point = _decimal_exponent(value)
    scale = _power(10, -point)
    value, low, high = value * scale, low * scale, high * scale
    common = value.denominator * low.denominator * high.denominator
    number, lower, upper = int(value * common), int(low * common), int(high * common)
    digits = []
    while True:
        number, lower, upper = number * 10, lower * 10, upper * 10
        digit, rest = divmod(number, common)
        down_ok = digit * common > lower or (inclusive and digit * common == lower)
        up_ok = (digit + 1) * common < upper or (inclusive and (digit + 1) * common == upper)
        if down_ok or up_ok:
            if up_ok and (not down_ok or rest * 2 > common or (rest * 2 == common and digit % 2)):
                digit += 1
            digits.append(digit)
            return _carry(digits, point)
        digits.append(digit)
        number, lower, upper = rest, lower - digit * common, upper - digit * common


def _carry(digits: list[int], point: int) -> tuple[str, int]:
    text = str(int("".join(map(str, digits[:-1])) or "0") * 10 + digits[-1]).rjust(len(digits), "0")
    if len(text) > len(digits):
        point += 1
    return text.rstrip("0") or "0", point


def _decimal_exponent(value: Fraction) -> int:
    """Return the least ``p`` with ``value < 10**p``."""
    guess = int((value.numerator.bit_length() - value.denominator.bit_length()) * 0.30103)
    while value >= _power(10, guess):
        guess += 1
    while value < _power(10, guess - 1):
        guess -= 1
    return guess


def _power(base: int, exponent: int) -> Fraction:
    return Fraction(base**exponent) if exponent >= 0 else Fraction(1, base**-exponent)


def rounded_digits(value: Number, count: int) -> tuple[str, int]:
    """Return ``count`` decimal digits of a number above zero, rounded (ties to even), and its point.

    The number is about ``0.DIGITS * 10**point``.
    """
    exact = Fraction(value)
    point = _decimal_exponent(exact)
    scaled = round(exact * _power(10, count - point))
    digits = _print_int(scaled)
    if len(digits) > count:
        return digits[:count], point + 1
    return digits.rjust(count, "0"), point


def format_fixed(value: Number, decimals: int) -> str:
    """Return a number not below zero with that many decimals (Go's ``%.Nf``)."""
    scaled = round(Fraction(value) * 10**decimals)
    text = _print_int(scaled).rjust(decimals + 1, "0")
    return f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text


def format_exponent(value: Number, decimals: int) -> str:
    """Return a number not below zero as ``d.ddde+dd`` (Go's ``%.Ne``)."""
    digits, point = ("0" * (decimals + 1), 1) if value == 0 else rounded_digits(value, decimals + 1)
    return _with_exponent(digits, point)


def _with_exponent(digits: str, point: int) -> str:
    exponent = point - 1
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def format_general(value: Number, precision: int | None) -> str:
    """Return a number as Go's ``%.Ng``: with an exponent when it is very large or small; None: shortest."""
    if value < 0:
        return "-" + format_general(-value, precision)
    if value == 0:
        return "0"
    exact = Fraction(value)
    if precision is None:
        digits, point = shortest_digits(exact, _precision(exact))
        if point - 1 < -4 or point - 1 >= 6:
            return _with_exponent(digits, point)
    else:
        digits, point = rounded_digits(exact, precision or 1)
        digits = digits.rstrip("0") or "0"
        limit = precision or 1
        if limit > len(digits) >= point:
            limit = len(digits)
        if point - 1 < -4 or point - 1 >= limit:
            return _with_exponent(digits, point)
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"
