"""Where a parser stops."""

from __future__ import annotations

import pytest
from lark import Token, Transformer

from sgwarden.patterns.errors import RefusedText
from sgwarden.patterns.lark_parser import LarkParser


class _Sum(Transformer[Token, object]):
    def start(self, children: list[Token]) -> int:
        if children[0] == "0":
            raise RefusedText(children[0].start_pos or 0, "zero is refused")
        return sum(int(child) for child in children)


PARSER: LarkParser[int] = LarkParser('start: N ("+" N)*\nN: /[0-9]/', _Sum())


def test_the_builder_makes_the_tree() -> None:
    assert PARSER.parse("1+2+3") == 6


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [("1+x", 2, ""), ("1 ", 1, ""), ("1+", 2, ""), ("11", 1, ""), ("0+1", 0, "zero is refused")],
)
def test_a_refused_text_has_a_position_and_maybe_a_reason(text: str, position: int, reason: str) -> None:
    with pytest.raises(RefusedText) as caught:
        PARSER.parse(text)
    assert (caught.value.position, caught.value.reason) == (position, reason)
