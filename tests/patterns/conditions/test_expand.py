"""Atoms over one shape: decided, or open."""

from __future__ import annotations

from sgwarden.cloudtrail.shapes import Choice, ForeignNames, Known, Member, Object, Rendering, Text
from sgwarden.patterns.conditions.atoms import Atom
from sgwarden.patterns.conditions.decide import Outcome, decide
from sgwarden.patterns.conditions.expand import Chosen, OfText, Question
from sgwarden.patterns.conditions.formulas import conj, disj, negate
from sgwarden.patterns.conditions.paths import EveryMember, Path
from sgwarden.patterns.conditions.texts import Equals
from sgwarden.patterns.filter_patterns.ast import Word
from sgwarden.patterns.filter_patterns.predicates import IsAbsent, Matches, OccursIn

SHAPE = Object({"name": Member(Known("a")), "kind": Member(Choice(("a", "b"))), "text": Member(Text())})


def _is(member: str, value: str) -> Atom:
    return Atom(Path.of(member), Matches((Word(value),)))


def test_known_members_decide_atoms_and_others_leave_them_open() -> None:
    question = Question(SHAPE)
    assert [question.expand(_is("name", value)) for value in ("a", "b")] == [True, False]
    assert question.expand(Atom(Path.of("absent"), IsAbsent())) is True
    assert question.expand(_is("kind", "a")) == Chosen(("", "kind"), (True, False))
    assert question.expand(_is("text", "a")) == OfText(("", "text"), Equals("a"), "", ())


def test_the_residual_has_only_open_atoms() -> None:
    formula = conj([_is("name", "a"), disj([_is("kind", "a"), _is("name", "b")])])
    assert Question(SHAPE).residual(formula) == _is("kind", "a")


def test_documents_of_two_names_are_told_apart() -> None:
    first, second = Question(SHAPE, "one"), Question(SHAPE, "two")
    same = _is("text", "a")
    assert decide(disj([first.worlds(same), first.worlds(negate(same))])) is Outcome.ALWAYS
    assert decide(disj([first.worlds(same), second.worlds(negate(same))])) is Outcome.SOMETIMES


def test_a_foreign_name_under_a_wildcard_or_in_a_rendering_is_an_accident() -> None:
    names = ForeignNames(("DeleteSecurityGroup",))
    anywhere = Atom(Path((EveryMember(),)), Matches((Word("DeleteSecurityGroup"),)))
    assert Question(SHAPE, foreign=names).expand(anywhere) is False
    assert Question(SHAPE).expand(anywhere) != False  # noqa: E712
    rendering = Rendering(('"eventName":"CreateSecurityGroup"',), names)
    occurs = [Atom(Path(()), OccursIn(term)) for term in ("CreateSecurityGroup", "DeleteSecurityGroup")]
    assert [Question(rendering).expand(atom) for atom in occurs] == [True, False]
