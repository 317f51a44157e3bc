"""Selectors and values of tokens."""

from __future__ import annotations

import pytest
from lark import Token

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path
from sgwarden.patterns.errors import RefusedText
from sgwarden.patterns.filter_patterns.ast import Quoted, Regex, Value, Word
from sgwarden.patterns.filter_patterns.tree_builder import selector_path, value_of


@pytest.mark.parametrize(
    ("selector", "path"),
    [
        ("$.a.b-c", Path((Key("a"), Key("b-c")))),
        ("$.['a.b']['c']", Path((Key("a.b"), Key("c")))),
        ("$.a[0].*", Path((Key("a"), Index(0), EveryMember()))),
        ("$.*[*]", Path((EveryMember(), EveryElement()))),
    ],
)
def test_selectors(selector: str, path: Path) -> None:
    assert selector_path(selector) == path


@pytest.mark.parametrize(
    ("token", "value"),
    [
        (Token("WORD", "a*"), Word("a*")),
        (Token("QUOTED", '"a \\\\ \\" \\n"'), Quoted('a \\ " \\n')),
        (Token("REGEX", "%a.b%"), Regex("a.b")),
    ],
)
def test_values(token: Token, value: Value) -> None:
    assert value_of(token) == value


def test_a_regular_expression_of_another_dialect_is_refused_at_its_character() -> None:
    with pytest.raises(RefusedText) as caught:
        value_of(Token("REGEX", "%ab(c)%", start_pos=10))
    assert (caught.value.position, caught.value.reason[:27]) == (13, "the regex dialect has no ( ")
