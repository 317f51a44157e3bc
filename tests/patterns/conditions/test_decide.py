"""What is decided over a shape agrees with what every document of it says."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.cloudtrail.shapes import Array, Choice, Known, Member, Number, Object, OneOf, Shape, Text
from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.conditions.decide import Outcome, decide
from sgwarden.patterns.conditions.expand import Question
from sgwarden.patterns.filter_patterns.compile import compile_pattern
from sgwarden.patterns.filter_patterns.parse import parse_filter_pattern
from tests.cloudtrail.documents import documents


def _maybe(shape: Shape) -> Member:
    return Member(shape, always=False)


SHAPES: dict[str, Object] = {
    "one text": Object({"name": Member(Text())}),
    "a text that may be absent": Object({"name": _maybe(Text("a"))}),
    "a text that is not ab": Object({"name": Member(Text(other_than=("ab",)))}),
    "choices": Object(
        {
            "name": Member(Choice(("a", "ab", "b"))),
            "kind": _maybe(Choice(("a", None, True, 2))),
            "flag": Member(Choice((True, False))),
        }
    ),
    "known values": Object({"name": Member(Known("ab")), "kind": _maybe(Known("a")), "flag": Member(Known(False))}),
    "nested": Object(
        {
            "name": _maybe(OneOf((Known(None), Object({"kind": _maybe(Choice(("a", "b")))}), Known("ab")))),
            "flag": _maybe(Known(True)),
        }
    ),
    "a number": Object({"name": Member(Number()), "kind": _maybe(Number())}),
}
OPEN_ENDED: dict[str, Object] = {
    "an array": Object({"name": _maybe(Array(Choice(("a", "ab")))), "kind": Member(Known("b"))}),
    "an array that is never empty": Object({"name": Member(Array(Object({"kind": Member(Known("a"))}), False))}),
}
_SELECTORS = ("name", "name", "kind", "flag", "name.kind", "absent", "*", "name[0]", "name[*]", "name[0].kind")
_VALUES = (
    "a",
    "ab",
    "b",
    "ba",
    "*a",
    "a*",
    "*b*",
    "ab*",
    "*",
    "1",
    "2",
    "1.5",
    '"ab"',
    '"2"',
    "%a%",
    "%^ab%",
    "%b$%",
    "%^a$|b%",
)


@cache
def _documents(name: str) -> tuple[Any, ...]:
    return tuple(documents((SHAPES | OPEN_ENDED)[name]))


@st.composite
def _tests(draw: st.DrawFn) -> str:
    selector = "$." + draw(st.sampled_from(_SELECTORS))
    match draw(st.integers(0, 5)):
        case 0:
            return f"{selector} NOT EXISTS"
        case 1:
            return f"{selector} IS {draw(st.sampled_from(['NULL', 'TRUE', 'FALSE']))}"
        case 2:
            return (
                f"{selector} {draw(st.sampled_from(['<', '<=', '>', '>=']))} {draw(st.sampled_from(['1', '1.5', '2']))}"
            )
        case _:
            return f"{selector} {draw(st.sampled_from(['=', '!=']))} {draw(st.sampled_from(_VALUES))}"


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda operator, operands: "(" + operator.join(operands) + ")",
        st.sampled_from([" && ", " || "]),
        st.lists(parts, min_size=2, max_size=3),
    )


def _within_limits(text: str) -> bool:
    return text.count("%") <= 4 and text.count("$.*") + text.count("[*]") <= 3


_EXPRESSIONS = st.recursive(_tests(), _joined, max_leaves=5).filter(_within_limits)


def _decided(text: str, shape: Object) -> Outcome:
    question = Question(shape)
    formula = compile_pattern(parse_filter_pattern(f"{{ {text} }}"))
    return decide(question.worlds(question.residual(formula)))


def _counted(text: str, name: str) -> Outcome:
    formula = compile_pattern(parse_filter_pattern(f"{{ {text} }}"))
    said = {holds(formula, document) for document in _documents(name)}
    return Outcome.SOMETIMES if len(said) == 2 else Outcome.ALWAYS if said == {True} else Outcome.NEVER


@pytest.mark.parametrize("name", sorted(SHAPES))
@given(text=_EXPRESSIONS)
@settings(max_examples=120, deadline=None)
def test_decisions_agree_with_every_document(name: str, text: str) -> None:
    assert _decided(text, SHAPES[name]) is _counted(text, name), text


@pytest.mark.parametrize("name", sorted(OPEN_ENDED))
@given(text=_EXPRESSIONS)
@settings(max_examples=120, deadline=None)
def test_what_is_proved_about_arrays_holds_for_every_document(name: str, text: str) -> None:
    decided = _decided(text, OPEN_ENDED[name])
    assert decided is Outcome.SOMETIMES or decided is _counted(text, name), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$.name = *b* && $.name = a* && $.name != ab", Outcome.SOMETIMES),
        ("$.name = a* && $.name = b*", Outcome.NEVER),
        ("$.name = a* && $.name = ab && $.name != *b", Outcome.NEVER),
        ("$.name = a* || $.name != ab", Outcome.ALWAYS),
        ("$.name = %a.b% || $.name != %a.b%", Outcome.ALWAYS),
    ],
)
def test_tests_of_one_text_are_weighed_together(text: str, expected: Outcome) -> None:
    assert _decided(text, SHAPES["one text"]) is expected


def test_a_question_beyond_the_bounds_is_answered_with_sometimes() -> None:
    many = " && ".join(f"($.k{n} = 1 || $.j{n} = 2)" for n in range(12))
    members = {f"{letter}{n}": _maybe(Text()) for n in range(12) for letter in "kj"}
    assert _decided(many + " && " + many.replace("=", "!="), Object(members)) is Outcome.SOMETIMES
