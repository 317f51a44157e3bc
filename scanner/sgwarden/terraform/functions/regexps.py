"""Regular expressions (RE2 syntax, as Go's regexp package) and ``replace``.

Source: https://developer.hashicorp.com/terraform/language/functions/regex
"""

from __future__ import annotations

import re
from functools import lru_cache

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, function
from sgwarden.terraform.types.types import TupleType, Type, object_type
from sgwarden.terraform.types.values import LARGEST_TEXT, TfList, Value

_PATTERN = Parameter("pattern", "string")
_STRING = Parameter("string", "string")
_REFERENCE = re.compile(r"\$(?:(\$)|\{([0-9A-Za-z_]+)\}|([0-9A-Za-z_]+))", re.ASCII)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    import re2  # imported late: slow, and few configurations need it

    options = re2.Options()
    options.log_errors = False
    try:
        compiled: re.Pattern[str] = re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0] if error.args else "invalid"
        raise EvaluationError(detail.decode() if isinstance(detail, bytes) else str(detail)) from None
    return compiled


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        compiled = _compiled(pattern)
    except EvaluationError as error:
        raise ArgumentError(0, f"invalid regexp pattern: {error}") from None
    if compiled.groupindex and len(compiled.groupindex) != compiled.groups:
        raise ArgumentError(0, "invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return compiled


def _result(match: re.Match[str], compiled: re.Pattern[str]) -> Value:
    """Return what a match gives: the text, a tuple of unnamed groups, or an object of named groups."""
    if not compiled.groups:
        return match.group(0)
    if compiled.groupindex:
        return {name: match.group(compiled.groupindex[name]) for name in sorted(compiled.groupindex)}
    return tuple(match.groups())


@function("regex", _PATTERN, _STRING)
def regex(pattern: str, text: str) -> Value:
    """Return the first match; raises EvaluationError when there is none."""
    compiled = _compile(pattern)
    match = compiled.search(text)
    if match is None:
        raise EvaluationError("pattern did not match any part of the given string")
    return _result(match, compiled)


@function("regexall", _PATTERN, _STRING)
def regexall(pattern: str, text: str) -> Value:
    """Return all matches that do not overlap."""
    compiled = _compile(pattern)
    if not compiled.groups:
        element: Type = "string"
    elif compiled.groupindex:
        element = object_type(dict.fromkeys(compiled.groupindex, "string"))
    else:
        string: Type = "string"
        element = TupleType((string,) * compiled.groups)
    return TfList((_result(match, compiled) for match in _matches(compiled, text)), element)


def _matches(compiled: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Return all matches as Go finds them: an empty match right after another match does not count."""
    found: list[re.Match[str]] = []
    end = -1
    for match in compiled.finditer(text):
        if match.end() == match.start() == end:
            continue
        end = match.end()
        found.append(match)
    return found


@function(
    "replace",
    Parameter("str", "string"),
    Parameter("substr", "string"),
    Parameter("replace", "string"),
    returns="string",
)
def replace(text: str, part: str, replacement: str) -> Value:
    """Return the text with each occurrence replaced; ``/.../`` is a regular expression."""
    if len(part.encode()) > 1 and part[0] == "/" and part[-1] == "/":
        return _replace_pattern(text, part[1:-1], replacement)
    count = text.count(part)
    if count * len(replacement) > LARGEST_TEXT:
        return Unknown("replace() makes a text too large to evaluate", type="string")
    return text.replace(part, replacement)


def _replace_pattern(text: str, pattern: str, replacement: str) -> Value:
    try:
        compiled = _compiled(pattern)
    except EvaluationError as error:
        raise EvaluationError(f"error parsing regexp: {error}") from None
    parts: list[str] = []
    position = size = 0
    for match in _matches(compiled, text):
        parts.append(text[position : match.start()])
        parts.append(_expanded(replacement, match, compiled))
        position = match.end()
        size += len(parts[-1])
        if size > LARGEST_TEXT:
            return Unknown("replace() makes a text too large to evaluate", type="string")
    parts.append(text[position:])
    return "".join(parts)


def _expanded(replacement: str, match: re.Match[str], compiled: re.Pattern[str]) -> str:
    """Return the replacement with ``$1``, ``${1}``, ``$name`` filled in as Go's Regexp.Expand does."""
    if "$" not in replacement:
        return replacement

    def referenced(reference: re.Match[str]) -> str:
        if reference.group(1):
            return "$"
        name = reference.group(2) or reference.group(3)
        if name.isdigit():
            number = int(name) if len(name) < 10 else -1
        else:
            number = compiled.groupindex.get(name, -1)
        return (match.group(number) or "") if 0 <= number <= compiled.groups else ""

    return _REFERENCE.sub(referenced, replacement)
