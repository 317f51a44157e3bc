"""A TOML document read into typed structs; a mistake is a UsageError with file, line and next step."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from msgspec import ValidationError

from sgwarden.config.validate import Path, T, convert, line_of, problems
from sgwarden.errors import UsageError

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
"""How messages of tomllib end."""


def parse(data: bytes, shown: str) -> tuple[str, dict[str, Any]]:
    """Return text and values of a document; ``shown`` is its name in messages. Raises UsageError."""
    try:
        text = data.decode("utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError("this is no UTF-8", shown, "save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        what = _AT_LINE.sub("", str(error)) if isinstance(error, ValueError) else "nested too deeply"
        raise UsageError(f"this is no TOML: {what}", f"{shown}:{found[1]}" if found else shown) from error


def to_struct(values: object, kind: type[T], lines: Mapping[Path, int], shown: str) -> T:
    """Return the values as a struct. Raises UsageError for the first line of the document that is wrong."""
    try:
        return convert(values, kind)
    except ValidationError as error:
        found = [(line_of(lines, problem.path), problem) for problem in problems(values, kind)]
        line, first = min(found, key=lambda pair: pair[0])
        raise UsageError(first.what.strip(), f"{shown}:{line}", first.next_step) from error
