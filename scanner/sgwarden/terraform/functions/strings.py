"""String functions (``format`` and ``formatlist`` are in formatting.py, regular expressions in regexps.py).

Source: https://developer.hashicorp.com/terraform/language/functions (String Functions)
"""

from __future__ import annotations

import unicodedata

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.graphemes import graphemes
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, TooLargeError, function, whole
from sgwarden.terraform.types.numbers import Number
from sgwarden.terraform.types.types import ListType
from sgwarden.terraform.types.values import LARGEST_TEXT, TfList, Value, first_unknown

_STR = Parameter("str", "string")
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"  # fmt: skip


@function("chomp", _STR, returns="string")
def chomp(text: str) -> Value:
    """Return the text without newlines at its end."""
    return text.rstrip("\r\n") if text[-1:] in ("\r", "\n") else text


@function("endswith", _STR, Parameter("suffix", "string"), returns="bool")
def endswith(text: str, suffix: str) -> Value:
    """Return whether the text ends with the suffix."""
    return text.endswith(suffix)


@function("indent", Parameter("spaces", "number"), _STR, returns="string", keeps_not_null=True)
def indent(spaces: Number, text: str) -> Value:
    """Return the text with spaces put before all lines but the first."""
    width = whole(spaces)
    if width < 0:
        raise EvaluationError("the number of spaces must not be negative")
    if max(width, width * text.count("\n")) + len(text) > LARGEST_TEXT:
        return Unknown("indent() makes a text too large to evaluate", type="string")
    return text.replace("\n", "\n" + " " * width)


@function(
    "join",
    Parameter("separator", "string"),
    variadic=Parameter("lists", ListType("string")),
    keeps_parts=True,
    returns="string",
)
def join(separator: str, *lists: TfList) -> Value:
    """Return the elements of all lists, with the separator between them."""
    if not lists:
        raise EvaluationError("at least one list is required")
    if len(separator) * sum(map(len, lists)) > LARGEST_TEXT:
        raise TooLargeError("join() makes a text too large to evaluate")
    try:
        if len(lists) == 1:
            return separator.join(lists[0])
        return separator.join(item for items in lists for item in items)
    except TypeError:
        return _join_with_gaps(separator, lists)


def _join_with_gaps(separator: str, lists: tuple[TfList, ...]) -> Value:
    """Return ``join`` of lists with null or unknown elements."""
    unknown = next((found for found in map(first_unknown, lists) if found is not None), None)
    if unknown is None:
        raise _null_element(lists)
    items = [item for one_list in lists for item in one_list]
    if len(items) == 1:
        return unknown
    text = separator * (len(items) - 1) + "".join(item for item in items if type(item) is str)
    return Unknown(unknown.reason, type="string", not_null=bool(text))


def _null_element(lists: tuple[TfList, ...]) -> EvaluationError:
    for number, items in enumerate(lists, 1):
        if None in items:
            of_list = f" of list {number + 1}" if len(lists) > 1 else ""
            return ArgumentError(
                number, f"element {items.index(None)}{of_list} is null; cannot concatenate null values"
            )
    return EvaluationError("cannot concatenate null values")


@function("lower", _STR, returns="string", keeps_not_null=True)
def lower(text: str) -> Value:
    """Return the text in lower case."""
    return text.lower() if text.isascii() else "".join(map(_lower_character, text))


def _lower_character(character: str) -> str:
    result = character.lower()
    return result if len(result) == 1 else "i" if character == "\u0130" else character


@function("upper", _STR, returns="string", keeps_not_null=True)
def upper(text: str) -> Value:
    """Return the text in upper case, one character for one, as Go does it."""
    return text.upper() if text.isascii() else "".join(map(_upper_character, text))


def _upper_character(character: str) -> str:
    result = character.upper()
    return result if len(result) == 1 else character


@function("split", Parameter("separator", "string"), _STR, returns=ListType("string"))
def split(separator: str, text: str) -> Value:
    """Return the parts of the text between separators."""
    if separator:
        return TfList(text.split(separator), "string")
    return TfList(text, "string")


@function("startswith", _STR, Parameter("prefix", "string"), returns="bool", takes_unknown=True)
def startswith(text: Value, prefix: Value) -> Value:
    """Return whether the text starts with the prefix."""
    if type(prefix) is Unknown:
        return Unknown(prefix.reason, type="bool", not_null=True)
    if type(text) is Unknown:
        return True if prefix == "" else Unknown(text.reason, type="bool", not_null=True)
    return bool(text.startswith(prefix))


@function("strcontains", _STR, Parameter("substr", "string"), returns="bool")
def strcontains(text: str, part: str) -> Value:
    """Return whether the text contains the part."""
    return part in text


@function("strrev", _STR, returns="string", keeps_not_null=True)
def strrev(text: str) -> Value:
    """Return the text with its characters (grapheme clusters) in reverse order."""
    return unicodedata.normalize("NFC", "".join(reversed(graphemes(text))))


@function("substr", _STR, Parameter("offset", "number"), Parameter("length", "number"), returns="string")
def substr(text: str, offset: Number, length: Number) -> Value:
    """Return a part of the text, counted in grapheme clusters; a negative offset counts from the end."""
    start, count = whole(offset), whole(length)
    characters = graphemes(text)
    if start < 0:
        start += len(characters)
    elif count == 0:
        return ""
    start = max(start, 0)
    # A length of 0 after a negative offset never meets Terraform's end condition and takes the rest.
    return "".join(characters[start:] if count <= 0 else characters[start : start + count])


@function("title", _STR, returns="string", keeps_not_null=True)
def title(text: str) -> Value:
    """Return the text with the first letter of each word in upper case, as Go's strings.Title."""
    result = []
    previous = " "
    for character in text:
        result.append(_title_character(character) if _separates(previous) else character)
        previous = character
    return "".join(result)


def _title_character(character: str) -> str:
    result = character.title()
    return result if len(result) == 1 else character


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    if character.isalpha() or character.isdecimal():
        return False
    return character in _SPACES


@function("trim", _STR, Parameter("cutset", "string"), returns="string")
def trim(text: str, cutset: str) -> Value:
    """Return the text without the given characters at its start and end."""
    return text.strip(cutset) if cutset else text


@function("trimprefix", _STR, Parameter("prefix", "string"), returns="string")
def trimprefix(text: str, prefix: str) -> Value:
    """Return the text without the prefix."""
    return text.removeprefix(prefix)


@function("trimspace", _STR, returns="string")
def trimspace(text: str) -> Value:
    """Return the text without space at its start and end."""
    return text.strip(_SPACES)


@function("trimsuffix", _STR, Parameter("suffix", "string"), returns="string")
def trimsuffix(text: str, suffix: str) -> Value:
    """Return the text without the suffix."""
    return text.removesuffix(suffix)
