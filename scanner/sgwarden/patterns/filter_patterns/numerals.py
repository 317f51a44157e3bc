"""Which words are numbers."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")


def number_of(text: str) -> Decimal | None:
    """The number that a word writes, with sign, decimals and exponent; None when it is none.

    The documentation asks for integers with sign and scientific notation, the older one allows decimals too.
    Exponents have at most three digits here, so that no word is a number of unbounded size.
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None
