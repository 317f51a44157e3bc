"""Warn about what is valid in a filter pattern and hardly meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from sgwarden.cloudtrail.catalogue import event_names, security_group_events
from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    IsTest,
    JsonPattern,
    NotExists,
    Pattern,
    Quoted,
    Regex,
    SpaceDelimitedPattern,
    UnstructuredPattern,
    Word,
)
from sgwarden.patterns.filter_patterns.predicates import has_inner_wildcard

_BOOLEANS = ("readOnly", "managementEvent")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


def warnings_about(pattern: Pattern) -> tuple[str, ...]:
    """Return one sentence for each likely mistake, in the order of the pattern, without repetition."""
    match pattern:
        case JsonPattern(expression):
            found = (warning for part in _parts(expression) for warning in _warnings(part))
            return tuple(dict.fromkeys(found))
        case UnstructuredPattern(terms):
            return tuple(_about_terms([term.sign for term in terms]))
        case SpaceDelimitedPattern():
            return (
                "CloudTrail records are JSON: how one falls into blank-separated fields depends on values that nobody "
                "knows beforehand, so nothing counts as covered",
            )
        case _:
            return ()


def format_selector(path: Path) -> str:
    """Return the selector that writes ``path``."""
    text = "$"
    for step in path.steps:
        match step:
            case Key(name):
                text += f".{name}" if _PLAIN_KEY.fullmatch(name) else f".['{name}']"
            case Index(position):
                text += f"[{position}]"
            case EveryElement():
                text += "[*]"
            case EveryMember():
                text += ".*"
    return text


def _parts(expression: Expression) -> Iterator[Comparison | IsTest | NotExists]:
    if isinstance(expression, (AllOf, AnyOf)):
        for operand in expression.operands:
            yield from _parts(operand)
    else:
        yield expression


def _warnings(part: Comparison | IsTest | NotExists) -> Iterator[str]:
    selector = part.selector
    assert isinstance(selector, Path)
    written = format_selector(selector)
    yield from _about_selector(selector, written)
    if isinstance(part, Comparison):
        yield from _about_comparison(part, selector, written)
    elif not part.upper_case:
        yield f"the keywords after {written} are not in capitals; AWS documents capitals alone"


def _about_selector(selector: Path, written: str) -> Iterator[str]:
    first = selector.steps[0]
    if not isinstance(first, Key):
        return
    members = _record_members()
    if first.name in members:
        return
    meant = next((name for name in sorted(members) if name.lower() == first.name.lower()), None)
    if meant is not None:
        yield f"{written}: records have no {first.name}; the member is written {meant}"
    elif first.name == "detail":
        yield f"{written}: detail is EventBridge's; in CloudTrail's own records the members stand at the top"


@cache
def _record_members() -> frozenset[str]:
    return frozenset(security_group_events()[0].success.members.keys() | {"errorCode", "errorMessage"})


@cache
def _names() -> frozenset[str]:
    return frozenset(event_names())


def _about_comparison(part: Comparison, selector: Path, written: str) -> Iterator[str]:
    value = part.value
    negated = part.operator == "!="
    if negated and any(isinstance(step, (EveryMember, EveryElement)) for step in selector.steps):
        yield f"{written} != is taken as true when any one value differs; AWS does not say"
    elif negated and _may_be_absent(selector):
        yield f"{written} != ... is false where {selector} is absent; add || ({written} NOT EXISTS) to match those too"
    if isinstance(value, Regex):
        return
    if has_inner_wildcard(value.text):
        yield f"* inside {value.text} is a plain character; only at the start and the end is it a wildcard"
    if isinstance(value, Quoted) and len(value.text) > 1 and value.text[0] == value.text[-1] == "%":
        yield f'"{value.text}" is a plain text: a regular expression stands between % signs without quotes'
    if isinstance(value, (Word, Quoted)) and value.text in ("true", "false") and str(selector) in _BOOLEANS:
        yield f"{selector} is a boolean, which = and != do not match; write {written} IS {value.text.upper()}"
    if str(selector) == "eventName" and "*" not in value.text:
        yield from _about_event_name(value.text)


def _about_event_name(name: str) -> Iterator[str]:
    if name in _names():
        return
    names = event_names()
    folded = {each.lower(): each for each in names}
    meant = folded.get(name.lower())
    if meant is None and "securitygroup" in name.lower():
        meant = next(iter(get_close_matches(name, names, 1, 0.88)), None)
    if meant is not None:
        yield f"no event is called {name}; perhaps {meant} is meant"


def _may_be_absent(selector: Path) -> bool:
    first = selector.steps[0]
    if not isinstance(first, Key):
        return True
    member = security_group_events()[0].success.members.get(first.name)
    always = member is not None and member.always
    return not always or (len(selector.steps) > 1 and str(selector) != "userIdentity.type")


def _about_terms(signs: list[str]) -> Iterator[str]:
    if "?" in signs and set(signs) != {"?"}:
        yield "terms with ? are ignored beside other terms: only the others count"
    if set(signs) != {"-"}:
        yield "terms are searched in the whole text of a record: records that merely quote a name match too"
