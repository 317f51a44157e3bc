"""One argument of a block, read from its text without parsing the whole block.

Most blocks of a module library have a count or for_each that gives no instances; the rest of such a
block need not be parsed. What is not plain is left to the parser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sgwarden.terraform.syntax.ast import Attribute, Expression
from sgwarden.terraform.syntax.relocate import relocate
from sgwarden.terraform.syntax.split_blocks import code_end
from sgwarden.terraform.syntax.text import InvalidText

if TYPE_CHECKING:
    from sgwarden.terraform.syntax.parse import BlockStub


class Unclear:
    """The type of ``UNCLEAR``: only the parser can say."""


UNCLEAR: Final = Unclear()


def argument(stub: BlockStub, name: str) -> Attribute | Unclear | None:
    """Return the argument ``name`` of a native-syntax block; None when it certainly has none."""
    text = stub.text
    mentions = text.count(name)
    if mentions == 0:
        return None
    found = _pattern(name).search(text)
    if mentions > 1 or found is None or not _stands_directly_inside(text, found.start()):
        return UNCLEAR
    expression = _expression(found.group(1))
    if expression is None:
        return UNCLEAR
    line = stub.line + text.count("\n", 0, found.start())
    column = found.start(1) - text.rfind("\n", 0, found.start(1))
    expression = relocate(expression, line - 1, column - 1)
    start = text.index(name, found.start()) - text.rfind("\n", 0, found.start())
    return Attribute((line, start, expression.span[2], expression.span[3]), name, expression)


@lru_cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return an argument that begins its line and ends with it."""
    return re.compile(rf"^[ \t]*{name}[ \t]*=(?!=)[ \t]*([^\n#]*?)[ \t\r]*(?:#[^\n]*)?$", re.MULTILINE)


def _stands_directly_inside(text: str, offset: int) -> bool:
    """Return True if ``offset`` is inside the block's braces and no others, and in no string or comment."""
    opened = text.find("{") + 1
    before = text[opened:offset] + "}"
    try:
        return code_end(before, 0) == len(before)
    except InvalidText:
        return False


@lru_cache(maxsize=4096)
def _expression(text: str) -> Expression | None:
    if not text or "//" in text or "/*" in text or "<<" in text:
        return None
    from sgwarden.terraform.syntax import grammar  # imported late: a run from the cache parses nothing

    try:
        return grammar.parse_expression_text(text)
    except InvalidText:
        return None
