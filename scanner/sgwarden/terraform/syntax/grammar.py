"""Texts of native syntax through python-hcl2's grammar: the only module that imports hcl2 and lark.

Both are imported on first use, so that a run served from the cache never loads them (hcl2 takes 0.15 s).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from sgwarden.errors import UsageError
from sgwarden.terraform.syntax.ast import Body, Expression
from sgwarden.terraform.syntax.preprocess import mask
from sgwarden.terraform.syntax.text import InvalidText
from sgwarden.terraform.syntax.tree_to_ast import Converter

if TYPE_CHECKING:
    from sgwarden.terraform.syntax.tree_to_ast import LarkTree


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], LarkTree]:
    import hcl2  # imported late: slow, and a run from the cache parses nothing

    parse: Callable[[str], LarkTree] | None = getattr(hcl2, "parses_to_tree", None)
    if parse is None:
        raise UsageError(
            "the installed module hcl2 is not python-hcl2 8 (another distribution, such as bc-python-hcl2, took its place)",
            next_step="install python-hcl2>=8.1,<9 in an environment without bc-python-hcl2",
        )
    return parse


@contextmanager
def _without_collector() -> Iterator[None]:
    """Switch the cyclic collector off: a tree makes many objects, no garbage, and it takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _tree(masked: str, source: str) -> LarkTree:
    parse = _parser()
    from lark.exceptions import UnexpectedInput  # imported late: as hcl2

    try:
        return parse(masked)
    except UnexpectedInput as error:
        offset = error.pos_in_stream
        token = getattr(error, "token", None)
        if offset is None or (token is not None and token.type == "$END"):
            offset = len(masked)
        offset = min(offset, len(source))
    while offset < len(source) and source[offset] in " \t\r":
        offset += 1
    if offset >= len(source):
        raise InvalidText(len(source), "something is missing at the end of this text")
    excerpt = source[offset : offset + 20].split("\n")[0].split(" ")[0].rstrip("\r")
    raise InvalidText(offset, f"unexpected {excerpt!r}" if excerpt else "unexpected end of line")


def parse_body(text: str, line: int = 1, column: int = 1) -> Body:
    """Return attributes and blocks; raises InvalidText with an offset into ``text``."""
    with _without_collector():
        masked = mask(text)
        tree = _tree(masked.text, text)
        return Converter(text, masked, line, column).body(tree.children[0])


@contextmanager
def _shifted(by: int, length: int) -> Iterator[None]:
    """Turn offsets of failures in a padded text into offsets in the text that was given."""
    try:
        yield
    except InvalidText as failure:
        raise InvalidText(min(max(failure.offset - by, 0), length), failure.message) from None


def parse_expression_text(text: str) -> Expression:
    """Return one expression, in which newlines mean nothing; raises InvalidText."""
    # An attribute is what the grammar accepts; its two characters stand before column 1.
    padded = "  " + text
    with _without_collector(), _shifted(2, len(text)):
        masked = mask(padded, "expression")
        tree = _tree("x=" + masked.text[2:], padded)
        children = tree.children[0].children
        attributes = [child for child in children if child.data == "attribute"]
        if len(attributes) != 1 or any(child.data == "block" for child in children):
            raise InvalidText(2, "one expression was expected")
        return Converter(padded, masked, 1, -1).expression(attributes[0].children[2])


def parse_template_text(text: str) -> Expression:
    """Return a template that stands without quotes; raises InvalidText."""
    padded = f"   {text} "
    with _without_collector(), _shifted(3, len(text)):
        masked = mask(padded, "raw")
        tree = _tree("x=" + masked.text[2:], padded)
        attribute = next(child for child in tree.children[0].children if child.data == "attribute")
        return Converter(padded, masked, 1, -2).raw_template(attribute.children[2].children[0])
