"""What the three grammars accept by themselves, before limits are checked."""

from __future__ import annotations

import pytest
from lark import Token

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path
from sgwarden.patterns.errors import RefusedText
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Field,
    Quoted,
    Regex,
    Term,
    Value,
    Word,
)
from sgwarden.patterns.filter_patterns.grammar import (
    expression_parser,
    fields_parser,
    selector_path,
    terms_parser,
    value_of,
)


def test_and_binds_closer_than_or() -> None:
    a, b, c = (Comparison(Path.of(name), "=", Word("1")) for name in "abc")
    parse = expression_parser().parse
    assert parse("{ $.a = 1 || $.b = 1 && $.c = 1 }") == AnyOf((a, AllOf((b, c))))
    assert parse("{ ($.a = 1 || $.b = 1) && $.c = 1 }") == AllOf((AnyOf((a, b)), c))
    assert parse("{ (($.a = 1)) }") == a


def test_many_wildcards_are_no_fault_of_the_grammar() -> None:
    path = Path((Key("a"), EveryElement(), EveryElement()))
    assert expression_parser().parse("{ $.a[*][*] = 1 }") == Comparison(path, "=", Word("1"))


def test_fields_and_terms() -> None:
    assert fields_parser().parse("[a, ..., ]") == (Field("a"), Ellipsis(), Field(""))
    assert terms_parser().parse('a -"b c" ?d') == (Term(Word("a")), Term(Quoted("b c"), "-"), Term(Word("d"), "?"))


@pytest.mark.parametrize("text", ["{ $a = 1 }", "{ $.a = }", "{ $.a = 1 ", "{ $.a NOT }"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(RefusedText):
        expression_parser().parse(text)


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
