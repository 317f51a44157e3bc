"""The syntax tree of a CloudWatch Logs filter pattern.

Trees are as the parser makes them: no And directly inside an And, no Or directly inside an Or, and two operands or
more in each. Blanks and redundant parentheses are not kept, the spelling of values is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Union

from sgwarden.patterns.conditions.paths import Path

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")


def number_of(text: str) -> Decimal | None:
    """Return the number that a word writes, with sign, decimals and exponent; None if it is none.

    The documentation takes integers with sign and scientific notation, the older one decimals too. Exponents have at
    most three digits here, so that no word is a number of unbounded size.
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Word:
    """A value without quotes: a text, or a number when it looks like one (``22``, ``1e+3``)."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A value in double quotes, without them and with escapes resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression, without its percent signs."""

    text: str


Value = Word | Quoted | Regex


@dataclass(frozen=True, slots=True)
class Comparison:
    """``selector operator value``; in a space-delimited pattern the selector is the name of a field."""

    selector: Path | str
    operator: str
    """``=``, ``!=``, ``<``, ``>``, ``<=`` or ``>=``."""
    value: Value


@dataclass(frozen=True, slots=True)
class IsTest:
    """``selector IS NULL``, ``IS TRUE`` or ``IS FALSE``."""

    selector: Path
    value: bool | None
    upper_case: bool = True
    """False: the keywords are not in capitals, which AWS does not document."""


@dataclass(frozen=True, slots=True)
class NotExists:
    """``selector NOT EXISTS``."""

    selector: Path
    upper_case: bool = True


@dataclass(frozen=True, slots=True)
class AllOf:
    """Operands joined by ``&&``."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Operands joined by ``||``."""

    operands: tuple[Expression, ...]


Expression = Union[Comparison, IsTest, NotExists, AllOf, AnyOf]


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty pattern, and the quoted empty or blank text: matches every log event."""

    quoted: str | None = None
    """The text between the quotes; None: the pattern is empty."""


@dataclass(frozen=True, slots=True)
class JsonPattern:
    """``{ expression }``: matches JSON log events."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an unstructured pattern."""

    value: Value
    sign: str = ""
    """``""``: must occur; ``-``: must not occur; ``?``: one of the terms with this sign must occur."""


@dataclass(frozen=True, slots=True)
class UnstructuredPattern:
    """Terms searched in the text of a log event."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class RegexPattern:
    """A regular expression alone, searched in the text of a log event."""

    regex: Regex


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a space-delimited pattern, with or without a condition."""

    name: str
    """Empty: a field without a name."""
    condition: Comparison | AllOf | AnyOf | None = None


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """``...``: any number of fields."""


@dataclass(frozen=True, slots=True)
class SpaceDelimitedPattern:
    """``[field, field, ...]``: matches log events that consist of so many fields."""

    fields: tuple[Field | Ellipsis, ...]


Pattern = Everything | JsonPattern | UnstructuredPattern | RegexPattern | SpaceDelimitedPattern
