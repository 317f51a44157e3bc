"""LALR parsers, made with lark."""

from __future__ import annotations

from typing import Generic, TypeVar

from lark import Lark, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Token

from sgwarden.patterns.errors import RefusedText

Tree = TypeVar("Tree")


class LarkParser(Generic[Tree]):
    """A grammar and the transformer that builds trees while the text is read."""

    def __init__(self, grammar: str, builder: Transformer[Token, object]) -> None:
        self._lark = Lark(grammar, parser="lalr", transformer=builder, maybe_placeholders=False)

    def parse(self, text: str) -> Tree:
        """Return the tree of a text.

        Raises:
            RefusedText: the text does not fit the grammar, or the builder refuses a part of it.
        """
        try:
            tree: Tree = self._lark.parse(text)  # type: ignore[assignment]  # lark's types leave the transformer out
        except UnexpectedInput as error:
            at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
            position = len(text) if at_end or error.pos_in_stream is None else error.pos_in_stream
            raise RefusedText(position) from None
        return tree
