"""Hypothesis strategies of filter patterns, in the form in which the parser makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path, Step
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Everything,
    Expression,
    Field,
    IsTest,
    JsonPattern,
    NotExists,
    Pattern,
    Quoted,
    Regex,
    RegexPattern,
    SpaceDelimitedPattern,
    Term,
    UnstructuredPattern,
    Word,
)

_NAME = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
_ODD_KEY = st.text(st.characters(codec="utf-8", exclude_characters="'[]%\""), min_size=1, max_size=6)
_KEY = st.one_of(_NAME, _ODD_KEY).map(Key)
_REGEX = st.from_regex(r"[a-zA-Z0-9:_#=@/;,-][a-z.0-9]{0,4}", fullmatch=True).map(Regex)
_WORD = st.from_regex(r"[A-Za-z0-9_.*+-]{1,8}", fullmatch=True).map(Word)
_NUMBER = st.from_regex(r"[+-]?[0-9]{1,4}(\.[0-9]{1,3})?(e[+-]?[0-9]{1,2})?", fullmatch=True).map(Word)
_QUOTED = st.text(st.characters(codec="utf-8"), max_size=8).map(Quoted)


def _path(steps: list[Step], wildcard: Step | None) -> Path:
    return Path((*steps, wildcard) if wildcard is not None else tuple(steps))


def selectors(wildcards: bool = False) -> st.SearchStrategy[Path]:
    """Selectors that begin with a key, with at most one wildcard at their end."""
    rest = st.lists(st.one_of(_KEY, st.integers(0, 20).map(Index)), max_size=3)
    last = st.sampled_from([EveryMember(), EveryElement()]) if wildcards else st.none()
    steps = st.builds(lambda first, others: [first, *others], _KEY, rest)
    return st.builds(_path, steps, last)


def _comparisons(subject: st.SearchStrategy[Path] | st.SearchStrategy[str]) -> st.SearchStrategy[Comparison]:
    return st.one_of(
        st.builds(Comparison, subject, st.sampled_from(["=", "!="]), st.one_of(_WORD, _NUMBER, _QUOTED)),
        st.builds(Comparison, subject, st.sampled_from(["<", ">", "<=", ">="]), _NUMBER),
    )


def _joined(children: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def flat(kind: type[AllOf] | type[AnyOf], operands: list[Expression]) -> Expression:
        merged: list[Expression] = []
        for operand in operands:
            merged.extend(operand.operands if isinstance(operand, kind) else [operand])
        return kind(tuple(merged))

    return st.builds(flat, st.sampled_from([AllOf, AnyOf]), st.lists(children, min_size=2, max_size=3))


def expressions() -> st.SearchStrategy[Expression]:
    """Expressions without regular expressions and wildcard selectors, of which a pattern takes few."""
    leaves = st.one_of(
        _comparisons(selectors()),
        st.builds(IsTest, selectors(), st.sampled_from([None, True, False]), st.booleans()),
        st.builds(NotExists, selectors(), st.booleans()),
    )
    return st.recursive(leaves, _joined, max_leaves=6)


def _with_specials(expression: Expression, specials: list[Comparison]) -> Expression:
    if not specials:
        return expression
    operands = expression.operands if isinstance(expression, AnyOf) else (expression,)
    return AnyOf((*operands, *specials))


_SPECIAL = st.one_of(
    st.builds(Comparison, selectors(), st.sampled_from(["=", "!="]), _REGEX),
    st.builds(Comparison, selectors(wildcards=True), st.sampled_from(["=", "!="]), _WORD),
)
json_patterns: st.SearchStrategy[Pattern] = st.builds(
    JsonPattern, st.builds(_with_specials, expressions(), st.lists(_SPECIAL, max_size=2))
)


def _condition(name: str) -> st.SearchStrategy[Field]:
    one = _comparisons(st.just(name))
    both = st.lists(one, min_size=2, max_size=3).map(lambda operands: AllOf(tuple(operands)))
    condition = st.one_of(
        one, both, st.lists(st.one_of(one, both), min_size=2, max_size=3).map(lambda operands: AnyOf(tuple(operands)))
    )
    return st.builds(Field, st.just(name), condition)


_FIELD = st.one_of(st.just(Ellipsis()), _NAME.map(Field), st.just(Field("")), _NAME.flatmap(_condition))
space_delimited_patterns: st.SearchStrategy[Pattern] = st.lists(_FIELD, min_size=1, max_size=5).map(
    lambda fields: SpaceDelimitedPattern(tuple(fields))
)


def _is_terms(pattern: UnstructuredPattern) -> bool:
    """One plain quoted blank text is a pattern of another kind, and so is one expression alone."""
    match pattern.terms:
        case (Term(Quoted(text), ""),):
            return bool(text.strip())
        case (Term(Regex(), ""),):
            return False
        case _:
            return sum(isinstance(term.value, Regex) for term in pattern.terms) <= 2


_TERM = st.builds(
    Term,
    st.one_of(st.from_regex(r"[A-Za-z0-9_]{1,8}", fullmatch=True).map(Word), _QUOTED, _REGEX),
    st.sampled_from(["", "-", "?"]),
)
unstructured_patterns: st.SearchStrategy[Pattern] = (
    st.lists(_TERM, min_size=1, max_size=5).map(lambda terms: UnstructuredPattern(tuple(terms))).filter(_is_terms)
)
patterns: st.SearchStrategy[Pattern] = st.one_of(
    json_patterns,
    space_delimited_patterns,
    unstructured_patterns,
    _REGEX.map(RegexPattern),
    st.sampled_from([Everything(), Everything(""), Everything("  ")]),
)
