"""Comments in Terraform's JSON syntax: the property ``//`` of an object, which Terraform leaves aside.

https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sgwarden.suppressions.comment_targets import Comment
from sgwarden.terraform.syntax.json_reader import JsonProperty, JsonReader, JsonValue
from sgwarden.terraform.syntax.text import InvalidText, line_starts

_LABELS = {"resource": 2, "data": 2, "module": 1}
"""Names between the type of a block and its content."""
_OPENING = re.compile(r'(?:[\[{,\s]|"(?:[^"\\]|\\.)*+"\s*:)*+')
_CLOSING = re.compile(r"[\]},\s]*+")
_ELSEWHERE = "in JSON it stands inside a resource, a module call or a block of these"
_ONE_LINE = "its object shares a line with others, so that what it covers cannot be told; give it lines of its own"


def json_comments(text: str, wanted: Callable[[str], object]) -> list[Comment]:
    """Return the comments that are ``wanted``; none when it is no JSON, which its reader reports."""
    reader = JsonReader(text, line_starts(text))
    try:
        whole = reader.read()
    except InvalidText:
        return []
    return [_comment(reader, *found) for found in _found(whole, ()) if wanted(found[2])]


def _found(
    value: JsonValue, names: tuple[str, ...], only: JsonValue | None = None
) -> Iterator[tuple[JsonValue, JsonProperty, str, tuple[str, ...]]]:
    """Yield object, property, text and enclosing names of every comment.

    The object comes with the array ``only`` around it that holds nothing else.
    """
    if isinstance(value.content, list):
        for item in value.content:
            yield from _found(item, names, value if len(value.content) == 1 else None)
    elif isinstance(value.content, tuple):
        for each in value.content:
            if each.name != "//":
                yield from _found(each.value, (*names, each.name))
            elif isinstance(each.value.content, str):
                yield only or value, each, each.value.content, names


def _comment(reader: JsonReader, inside: JsonValue, its: JsonProperty, text: str, names: tuple[str, ...]) -> Comment:
    line, column = reader.position(its.start)
    words = "# " + " ".join(text.splitlines())
    labels = _LABELS.get(names[0], 0) if names else 0
    if not labels or len(names) <= labels:
        return Comment(words, line, column, fault=_ELSEWHERE)
    header = names if len(names) == labels + 1 else ()
    first, last = reader.position(inside.start)[0], reader.position(inside.end - 1)[0]
    if not _is_alone(reader, inside, first, last):
        return Comment(words, line, column, fault=_ONE_LINE)
    return Comment(words, line, column, first, last, header=header, block=(first, last), block_header=header)


def _is_alone(reader: JsonReader, inside: JsonValue, first: int, last: int) -> bool:
    """Return True if nothing but what encloses the object stands on its first and last lines."""
    before = reader.text[reader.starts[first - 1] : inside.start]
    after = reader.text[inside.end : reader.starts[last] if last < len(reader.starts) else len(reader.text)]
    return bool(_OPENING.fullmatch(before) and _CLOSING.fullmatch(after))
