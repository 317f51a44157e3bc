"""Date and time functions.

Source: https://developer.hashicorp.com/terraform/language/functions (Date and Time Functions)
"""

from __future__ import annotations

import calendar
import re
from fractions import Fraction

from msgspec import Struct

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, function
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.values import Value

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII)


class Timestamp(Struct, frozen=True):
    """A moment, and the UTC offset it was written with."""

    nanoseconds: int
    """Since the year 0 in UTC (proleptic Gregorian calendar)."""
    offset: int
    """Seconds east of UTC."""
    utc: bool
    """Written with ``Z``."""


class Fields(Struct, frozen=True):
    """Clock and calendar of a moment at its UTC offset."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int
    """0 is Monday."""


def parse_timestamp(text: str) -> Timestamp:
    """Return a moment of RFC 3339 text; EvaluationError says which part is wrong."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise EvaluationError(f"not a valid RFC3339 timestamp: {_problem(text)}")
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    if not 1 <= month <= 12:
        refused = go_quoted(match.group(2) + text[7:])
        raise EvaluationError(f"not a valid RFC3339 timestamp: cannot use {refused} as month")
    if not 1 <= day <= _days_in(year, month):
        raise EvaluationError("not a valid RFC3339 timestamp: day out of range")
    if hour > 23:
        raise EvaluationError("not a valid RFC3339 timestamp: hour out of range")
    if minute > 59 or second > 59:
        raise EvaluationError(f"not a valid RFC3339 timestamp: {'minute' if minute > 59 else 'second'} out of range")
    offset = 0
    if match.group(9):
        hours, minutes = int(match.group(10)), int(match.group(11))
        if hours > 23 or minutes > 59:
            raise EvaluationError(f"not a valid RFC3339 timestamp: cannot use {go_quoted(text[-6:])} as UTC offset")
        offset = (hours * 3600 + minutes * 60) * (-1 if match.group(9) == "-" else 1)
    seconds = _days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
    fraction = int((match.group(7) or "0")[:9].ljust(9, "0"))
    return Timestamp(seconds * 10**9 + fraction, offset, match.group(8) is not None)


_SEGMENTS = (
    (r"\d{4}", "year"), ("-", None), (r"\d\d", "month"), ("-", None), (r"\d\d", "day of month"), ("T", None),
    (r"\d\d", "hour"), (":", None), (r"\d\d", "minute"), (":", None), (r"\d\d(?:\.\d+)?", "second"),
    (r"Z|[+-]\d\d:\d\d", "UTC offset"),
)  # fmt: skip


def _problem(text: str) -> str:
    """Return which part of a malformed timestamp is wrong."""
    position = 0
    for pattern, name in _SEGMENTS:
        match = re.compile(pattern, re.ASCII).match(text, position)
        if match is not None:
            position = match.end()
            continue
        rest = text[position:]
        if pattern == "T":
            return "missing required time introducer 'T'"
        if name is None:
            if not rest:
                return f'end of string where "{pattern}" is expected'
            return f'found {go_quoted(rest)} where "{pattern}" is expected'
        return f"cannot use {go_quoted(rest)} as {name}" if rest else f"end of string before {name}"
    return f"extra text: {go_quoted(text[position:])}"


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if calendar.isleap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days(year: int, month: int, day: int) -> int:
    """Return the days since 0000-03-01 (months counted from March, so that the leap day comes last)."""
    if month <= 2:
        year, month = year - 1, month + 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 1


def _fields(moment: Timestamp) -> Fields:
    days, seconds = divmod(moment.nanoseconds // 10**9 + moment.offset, 86400)
    era, rest = divmod(days, 146097)
    year_of_era = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    day_of_year = rest - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (month <= 2)
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    return Fields(year, month, day, hour, minute, second, (days + 2) % 7)


def _offset(moment: Timestamp, colon: bool) -> str:
    sign, minutes = ("-" if moment.offset < 0 else "+"), abs(moment.offset) // 60
    return f"{sign}{minutes // 60:02d}{':' if colon else ''}{minutes % 60:02d}"


def _rfc3339(moment: Timestamp) -> str:
    at = _fields(moment)
    zone = "Z" if moment.offset == 0 else _offset(moment, True)
    return f"{at.year:04d}-{at.month:02d}-{at.day:02d}T{at.hour:02d}:{at.minute:02d}:{at.second:02d}{zone}"


@function("timestamp", returns="string")
def timestamp() -> Value:
    """Return an Unknown: the time of each run."""
    return Unknown("timestamp() is the time of each run", type="string", not_null=True)


@function("plantimestamp", returns="string")
def plantimestamp() -> Value:
    """Return an Unknown: the time of each run."""
    return Unknown("plantimestamp() is the time of each run", type="string", not_null=True)


@function("timecmp", Parameter("timestamp_a", "string"), Parameter("timestamp_b", "string"), returns="number")
def timecmp(a: str, b: str) -> Value:
    """Return -1, 0 or 1: the first moment is before, at or after the second."""
    moments = []
    for index, text in enumerate((a, b)):
        try:
            moments.append(parse_timestamp(text).nanoseconds)
        except EvaluationError as error:
            raise ArgumentError(index, str(error)) from None
    return (moments[0] > moments[1]) - (moments[0] < moments[1])


_UNITS = {
    "ns": 1, "us": 10**3, "\u00b5s": 10**3, "\u03bcs": 10**3, "ms": 10**6,
    "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_DURATION = re.compile(r"(\d*)(?:\.(\d*))?([^\d.]*)", re.ASCII)


def parse_duration(text: str) -> int:
    """Return the nanoseconds of a duration such as ``1h30m`` (Go: time.ParseDuration)."""
    invalid = EvaluationError(f"time: invalid duration {go_quoted(text)}")
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    if not rest or len(rest) > 1000:
        raise invalid
    total = Fraction(0)
    while rest:
        match = _DURATION.match(rest)
        if match is None or not (match.group(1) or match.group(2)):
            raise invalid
        unit = match.group(3)
        if not unit:
            raise EvaluationError(f"time: missing unit in duration {go_quoted(text)}")
        if unit not in _UNITS:
            raise EvaluationError(f"time: unknown unit {go_quoted(unit)} in duration {go_quoted(text)}")
        number = Fraction(f"{match.group(1) or 0}.{match.group(2) or 0}")
        total += int(number * _UNITS[unit])
        rest = rest[match.end() :]
    if total >= 2**63:
        raise invalid
    return -int(total) if text[0] == "-" else int(total)


@function("timeadd", Parameter("timestamp", "string"), Parameter("duration", "string"), returns="string")
def timeadd(text: str, duration: str) -> Value:
    """Return the moment a duration later."""
    moment = parse_timestamp(text)
    return _rfc3339(Timestamp(moment.nanoseconds + parse_duration(duration), moment.offset, moment.utc))


_TOKEN = re.compile(r"'(?:[^']|'')*'?|([A-Za-z])\1*|[^'A-Za-z]+", re.ASCII | re.DOTALL)


@function("formatdate", Parameter("format", "string"), Parameter("time", "string"), returns="string")
def formatdate(template: str, text: str) -> Value:
    """Return the moment written as the format says (``YYYY-MM-DD hh:mm:ss`` and so on)."""
    try:
        moment = parse_timestamp(text)
    except EvaluationError as error:
        raise ArgumentError(1, str(error)) from None
    at = _fields(moment)
    return "".join(_token(match.group(), moment, at) for match in _TOKEN.finditer(template))


def _token(token: str, moment: Timestamp, at: Fields) -> str:
    if token[0] == "'":
        if token == "''":
            return "'"
        if len(token) == 1 or token[-1] != "'":
            raise ArgumentError(0, "unterminated literal '")
        return token[1:-1].replace("''", "'")
    if not (token[0].isascii() and token[0].isalpha()):
        return token
    number = {"M": at.month, "D": at.day, "h": at.hour, "H": at.hour % 12 or 12, "m": at.minute, "s": at.second}
    letter, length = token[0], len(token)
    if letter in number and length <= 2:
        return str(number[letter]) if length == 1 else f"{number[letter]:02d}"
    if letter == "Y" and length in (2, 4):
        return f"{at.year % 100:02d}" if length == 2 else f"{at.year:04d}"
    if letter == "M" and length in (3, 4):
        return _MONTHS[at.month - 1][: 3 if length == 3 else None]
    if letter == "E" and length in (3, 4):
        return _DAYS[at.weekday][: 3 if length == 3 else None]
    if letter in "Aa" and length == 2:
        half = "PM" if at.hour >= 12 else "AM"
        return half if letter == "A" else half.lower()
    if letter == "Z" and length in (1, 3, 4, 5):
        return _zone(moment, length)
    raise ArgumentError(0, f"invalid date format verb {go_quoted(token)}{_EXPECTED.get(letter, '')}")


def _zone(moment: Timestamp, length: int) -> str:
    if length == 1:
        return "Z" if moment.offset == 0 else _offset(moment, True)
    if length == 3 and moment.offset == 0:
        return "UTC"
    return _offset(moment, colon=length == 5)


_EXPECTED = {
    "Y": ': year must either be "YY" or "YYYY"',
    "M": ': month must be "M", "MM", "MMM", or "MMMM"',
    "D": ': day of month must either be "D" or "DD"',
    "E": ': day of week must either be "EEE" or "EEEE"',
    "h": ': 24-hour must either be "h" or "hh"',
    "H": ': 12-hour must either be "H" or "HH"',
    "A": ': must be "AA"',
    "a": ': must be "aa"',
    "m": ': minute must either be "m" or "mm"',
    "s": ': second must either be "s" or "ss"',
    "Z": ": timezone must be Z, ZZZZ, or ZZZZZ",
}
