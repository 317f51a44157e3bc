"""``format`` and ``formatlist``, with the verbs of Go's fmt package.

Source: https://developer.hashicorp.com/terraform/language/functions/format
"""

from __future__ import annotations

import re
from fractions import Fraction

from msgspec import Struct

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.graphemes import count, graphemes
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.functions.refine_result import refine_result
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, function
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.numbers import Number, format_exponent, format_fixed, format_general
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.types import ListType
from sgwarden.terraform.types.values import LARGEST_TEXT, TfList, TfSet, Value, first_unknown

WIDEST = 100_000
"""The greatest width or precision of a verb that is evaluated."""

_VERB = re.compile(r"%([0#\-+ ]*)([1-9]\d*)?(\.\d*)?(?:\[([1-9]\d*)\])?(.)?", re.ASCII | re.DOTALL)


class Verb(Struct, frozen=True):
    """One ``%...`` of a format."""

    raw: str
    offset: int
    argument: int
    """Which argument it formats, from 1."""
    mode: str
    flags: str
    width: int | None
    precision: int | None


@function(
    "format",
    Parameter("format", "string"),
    variadic=Parameter("args", nullable=True),
    returns="string",
    keeps_parts=True,
    takes_unknown=True,
)
def format_(template: Value, *args: Value) -> Value:
    """Return the format with its verbs replaced by the arguments."""
    if type(template) is Unknown:
        return Unknown(template.reason, type="string")
    for argument in args:
        if type(argument) is Unknown or not isinstance(argument, (str, int, Fraction)):
            unknown = first_unknown(argument)
            if unknown is not None:
                return _format_unknown(template, args, unknown)
    return _formatted(template, args)


def _format_unknown(template: str, args: tuple[Value, ...], unknown: Unknown) -> Value:
    if template in ("%s", "%v") and len(args) == 1 and type(args[0]) is Unknown:
        if args[0].type in (None, "any", "string", "number", "bool"):
            return convert(args[0], "string")
        return Unknown(unknown.reason, type="string", not_null=True)
    literal = _VERB.sub("", template.replace("%%", "\x00"))
    return Unknown(unknown.reason, type="string", not_null=bool(literal))


@function(
    "formatlist",
    Parameter("format", "string"),
    variadic=Parameter("args", nullable=True),
    returns=ListType("string"),
    keeps_parts=True,
    takes_unknown=True,
)
def formatlist(template: Value, *args: Value) -> Value:
    """Return a list of formats, one for each position of the lists among the arguments."""
    if type(template) is Unknown:
        return Unknown(template.reason, type=ListType("string"))
    length = -1
    chooser = 0
    for index, argument in enumerate(args):
        if type(argument) in (tuple, TfList, TfSet):
            if length not in (-1, len(argument)):
                raise ArgumentError(
                    index + 1,
                    f"argument {index + 1} has length {len(argument)}, which is inconsistent with argument"
                    f" {chooser + 1} of length {length}",
                )
            length, chooser = len(argument), chooser if length != -1 else index
        elif type(argument) is Unknown and argument.type not in ("string", "number", "bool"):
            return Unknown(argument.reason, type=ListType("string"))
    result: list[Value] = []
    for position in range(1 if length == -1 else length):
        row = tuple(item[position] if type(item) in (tuple, TfList, TfSet) else item for item in args)
        try:
            text = format_(template, *row)
        except EvaluationError as error:
            if not args:
                raise
            raise EvaluationError(f"error on format iteration {position}: {error}") from error
        result.append(refine_result("format", (template, *row), text) or text if type(text) is Unknown else text)
    return TfList(result, "string")


def _formatted(template: str, args: tuple[Value, ...]) -> str:
    parts: list[str] = []
    position = 0
    highest = size = 0
    following = 1
    while True:
        start = template.find("%", position)
        if start < 0:
            parts.append(template[position:])
            break
        parts.append(template[position:start])
        if template.startswith("%%", start):
            parts.append("%")
            position = start + 2
            continue
        verb = _verb(template, start, following)
        highest = max(highest, verb.argument)
        following = verb.argument + 1
        parts.append(_format_verb(verb, args))
        size += len(parts[-1])
        if size > LARGEST_TEXT:
            raise EvaluationError(f"a text of more than {LARGEST_TEXT} characters is too large to evaluate")
        position = start + len(verb.raw)
    if highest < len(args):
        if highest == 0:
            raise ArgumentError(1, "too many arguments; no verbs in format string")
        raise ArgumentError(highest + 1, f"too many arguments; only {highest} used by format string")
    return "".join(parts)


def _verb(template: str, start: int, following: int) -> Verb:
    match = _VERB.match(template, start)
    assert match is not None  # there is a "%" at start, and all that follows is optional
    flags, width, precision, argument, mode = match.groups()
    offset = len(template[:start].encode())
    if mode is None:
        raise EvaluationError(f"invalid format string starting at offset {len(template.encode())}")
    if not (mode.isascii() and mode.isalpha()):
        where = len(template[: match.end() - 1].encode())
        raise EvaluationError(f"unrecognized format character '{mode}' at offset {where}")
    digits = precision[1:] if precision else ""
    if len(width or "") > 6 or len(digits) > 6 or int(width or 0) > WIDEST or int(digits or 0) > WIDEST:
        raise EvaluationError(f"width or precision of {go_quoted(match.group())} is too large to evaluate")
    return Verb(
        match.group(),
        offset,
        int(argument) if argument and len(argument) < 10 else following,
        mode,
        flags,
        int(width) if width else None,
        int(digits or 0) if precision else None,
    )


def _format_verb(verb: Verb, args: tuple[Value, ...]) -> str:
    if verb.argument > len(args):
        raise EvaluationError(
            f"not enough arguments for {go_quoted(verb.raw)} at {verb.offset}: need index {verb.argument}"
            f" but have {len(args)} total"
        )
    value = args[verb.argument - 1]
    if value is None and verb.mode != "v":
        raise _unsupported(verb, "null value cannot be formatted")
    if verb.mode == "v":
        return _as_is(verb, value)
    if verb.mode == "t":
        return "true" if _converted(verb, value, "bool") else "false"
    if verb.mode in "bdoxX":
        return _integer(verb, _converted(verb, value, "number"))
    if verb.mode in "eEfgG":
        return _number(verb, _converted(verb, value, "number"))
    if verb.mode in "sq":
        return _string(verb, _converted(verb, value, "string"))
    raise EvaluationError(f"unsupported format verb '{verb.mode}' in {go_quoted(verb.raw)} at offset {verb.offset}")


def _unsupported(verb: Verb, why: str) -> EvaluationError:
    return EvaluationError(f"unsupported value for {go_quoted(verb.raw)} at {verb.offset}: {why}")


def _converted(verb: Verb, value: Value, type_: str) -> Value:
    try:
        return convert(value, type_)  # type: ignore[arg-type]
    except EvaluationError as error:
        raise _unsupported(verb, str(error)) from error


def _as_is(verb: Verb, value: Value) -> str:
    if "#" not in verb.flags:
        if type(value) is str:
            return _padded(verb, value)
        if type(value) in (int, Fraction):
            return _padded(verb, format_general(value, None))
    return _padded(verb, json_text(value))


def _string(verb: Verb, text: str) -> str:
    if verb.precision:
        text = "".join(graphemes(text)[: verb.precision])
    return _padded(verb, json_text(text) if verb.mode == "q" else text)


def _padded(verb: Verb, text: str) -> str:
    missing = (verb.width or 0) - count(text)
    if missing <= 0:
        return text
    padding = ("0" if "0" in verb.flags else " ") * missing
    return text + padding if "-" in verb.flags else padding + text


def _integer(verb: Verb, value: Number) -> str:
    if type(value) is not int:
        raise _unsupported(verb, "an integer is required")
    base = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}[verb.mode]
    digits = _digits(abs(value), base)
    if verb.precision is not None:
        digits = "" if verb.precision == 0 and value == 0 else digits.rjust(verb.precision, "0")
    prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb.mode, "") if "#" in verb.flags else ""
    sign = "-" if value < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    missing = (verb.width or 0) - len(sign) - len(prefix) - len(digits)
    if missing <= 0:
        return sign + prefix + digits
    if "-" in verb.flags:
        return sign + prefix + digits + " " * missing
    if "0" in verb.flags and verb.precision is None:
        return sign + prefix + "0" * missing + digits
    return " " * missing + sign + prefix + digits


def _digits(value: int, base: str) -> str:
    if base == "d":
        return format_fixed(value, 0)
    return format(value, base)


def _number(verb: Verb, value: Number) -> str:
    size = -value if value < 0 else value
    if verb.mode == "f":
        text = format_fixed(size, 6 if verb.precision is None else verb.precision)
    elif verb.mode in "eE":
        text = format_exponent(size, 6 if verb.precision is None else verb.precision)
    else:
        text = format_general(size, verb.precision)
    if verb.mode in "EG":
        text = text.upper()
    sign = "-" if value < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    missing = (verb.width or 0) - len(sign) - len(text)
    if missing <= 0:
        return sign + text
    if "0" in verb.flags and "-" not in verb.flags:
        return sign + "0" * missing + text
    return sign + text + " " * missing if "-" in verb.flags else " " * missing + sign + text
