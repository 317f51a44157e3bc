"""Numeric functions.

Source: https://developer.hashicorp.com/terraform/language/functions (Numeric Functions)
"""

from __future__ import annotations

import math

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, TooLargeError, function, whole
from sgwarden.terraform.types.numbers import Number, from_float
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.types import friendly_name, type_of
from sgwarden.terraform.types.values import Value

_NUM = Parameter("num", "number")
_LONGEST_NUMBER = 10_000
"""Digits ``parseint`` reads; converting takes time quadratic in them."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@function("abs", _NUM, returns="number")
def abs_(num: Number) -> Value:
    """Return the number without its sign."""
    return abs(num)


@function("ceil", _NUM, returns="number")
def ceil(num: Number) -> Value:
    """Return the least whole number not less."""
    return math.ceil(num)


@function("floor", _NUM, returns="number")
def floor(num: Number) -> Value:
    """Return the greatest whole number not greater."""
    return math.floor(num)


@function("log", _NUM, Parameter("base", "number"), returns="number")
def log(num: Number, base: Number) -> Value:
    """Return the logarithm, computed with doubles."""
    if num < 0 or base < 0 or (num == 0 and base == 0):
        raise EvaluationError("result is not a number")
    if num == 0 or base == 0 or base == 1:
        return _log_at_limits(num, base)
    return from_float(_go_log(_double(num)) / _go_log(_double(base)))


_LOG = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip


def _go_log(x: float) -> float:
    """Return the natural logarithm with the digits that Go computes: https://go.dev/src/math/log.go"""
    fraction, exponent = math.frexp(x)
    if fraction < math.sqrt(2) / 2:
        fraction *= 2
        exponent -= 1
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    t1 = s2 * (_LOG[0] + s4 * (_LOG[2] + s4 * (_LOG[4] + s4 * _LOG[6])))
    t2 = s4 * (_LOG[1] + s4 * (_LOG[3] + s4 * _LOG[5]))
    half = 0.5 * f * f
    low = s * (half + t1 + t2) + exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - low) - f)


def _log_at_limits(num: Number, base: Number) -> Value:
    if base == 0:
        return 0  # log(num) / -infinity
    if base == 1 and num == 1:
        raise EvaluationError("result is not a number")
    raise TooLargeError("log() gives an infinity")  # a value, which no attribute can hold


@function("max", variadic=Parameter("numbers", "number"), returns="number")
def max_(*numbers: Number) -> Value:
    """Return the greatest number."""
    if not numbers:
        raise EvaluationError("must pass at least one number")
    return max(numbers)


@function("min", variadic=Parameter("numbers", "number"), returns="number")
def min_(*numbers: Number) -> Value:
    """Return the smallest number."""
    if not numbers:
        raise EvaluationError("must pass at least one number")
    return min(numbers)


@function("parseint", Parameter("number"), Parameter("base", "number"), returns="number")
def parseint(number: Value, base: Number) -> Value:
    """Return the integer of a text in a base from 2 to 62."""
    if type(number) is not str:
        raise ArgumentError(0, f"first argument must be a string, not {friendly_name(type_of(number), False)}")
    radix = whole(base, index=1)
    if not 2 <= radix <= 62:
        raise ArgumentError(1, "base must be a whole number between 2 and 62 inclusive")
    digits = number[1:] if number[:1] in ("+", "-") else number
    if len(digits) > _LONGEST_NUMBER:
        raise ArgumentError(0, f"more than {_LONGEST_NUMBER} digits")
    value = 0
    for digit in digits if radix > 36 else digits.lower():
        position = _DIGITS.find(digit)
        if not 0 <= position < radix:
            digits = ""
            break
        value = value * radix + position
    if not digits:
        raise ArgumentError(0, f"cannot parse {go_quoted(number)} as a base {radix} integer")
    return -value if number[0] == "-" else value


@function("pow", _NUM, Parameter("power", "number"), returns="number")
def pow_(num: Number, power: Number) -> Value:
    """Return the power, computed with doubles."""
    base, exponent = _double(num), _double(power)
    try:
        return from_float(math.pow(base, exponent))
    except OverflowError:
        raise TooLargeError("pow() gives an infinity") from None
    except ValueError:
        if base == 0:
            raise TooLargeError("pow() gives an infinity") from None
        raise EvaluationError("result is not a number") from None


@function("signum", _NUM, returns="number")
def signum(num: Number) -> Value:
    """Return -1, 0 or 1: the sign of a whole number."""
    number = whole(num)
    return (number > 0) - (number < 0)


def _double(number: Number) -> float:
    try:
        return float(number)
    except OverflowError:
        raise EvaluationError("value must be a number that fits a double") from None
