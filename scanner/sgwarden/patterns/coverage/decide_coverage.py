"""Decide which events of the catalogue patterns catch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sgwarden.cloudtrail.catalogue import (
    DEFAULT_BENCHMARK,
    SECURITY_GROUP_CONTROL,
    EventClass,
    EventType,
    control,
    noise_events,
    security_group_events,
    unrelated_call,
)
from sgwarden.patterns.conditions.atoms import Atom
from sgwarden.patterns.conditions.decide import Outcome, decide
from sgwarden.patterns.conditions.describe import describe
from sgwarden.patterns.conditions.expand import Memory, Question
from sgwarden.patterns.conditions.formulas import And, Formula, Leaf, Or, conj, disj, leaves, substitute
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.patterns.coverage.views import View, foreign_names, shape_in

_NAMES = ("eventName", "detail.eventName", "event.action")
_LEVELS = {Outcome.ALWAYS: "full", Outcome.SOMETIMES: "partial", Outcome.NEVER: "none"}


@dataclass(frozen=True, slots=True)
class EventCoverage:
    """How far patterns catch the records of one event."""

    event: EventType
    event_class: EventClass
    coverage: str
    """``full``: every record of a successful call; ``partial``: some; ``none``: none."""
    condition: str | None
    """When ``partial``: which records, in words."""
    reason: str | None
    """When ``none``: why, in words; None if reasons were not requested."""
    failed_calls: str | None
    """``coverage`` of calls that failed; None: the event has no such records, or its successful calls are not caught
    and reasons were not requested."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What patterns catch together (their union)."""

    matchers: tuple[Matcher, ...]
    benchmark: str
    control: int
    events: tuple[EventCoverage, ...]
    noise: tuple[EventCoverage, ...]
    """Caught records of calls that leave security groups alone."""
    matches_unrelated_calls: bool
    """True if writes that no control is about are caught too, so that an alarm says nothing about this control."""

    @property
    def valid(self) -> bool:
        """True if every pattern is valid."""
        return all(matcher.problem is None for matcher in self.matchers)

    def missing(self, event_class: EventClass) -> tuple[str, ...]:
        """Return the names of the events of a class that are not caught at all."""
        return self._named(event_class, "none")

    def conditional(self, event_class: EventClass) -> tuple[str, ...]:
        """Return the names of the events of a class that are caught under a condition."""
        return self._named(event_class, "partial")

    @property
    def complete(self) -> bool:
        """True if every record of every required event is caught."""
        return all(each.coverage == "full" for each in self.events if each.event_class is EventClass.REQUIRED)

    @property
    def includes_failed_calls(self) -> bool:
        """True if failed calls (denied, dry run) are caught too, for every event that is caught."""
        caught = [each for each in self.events if each.coverage != "none"]
        return bool(caught) and all(each.failed_calls != "none" for each in caught)

    def _named(self, event_class: EventClass, coverage: str) -> tuple[str, ...]:
        return tuple(
            each.event.name or each.event.case or ""
            for each in self.events
            if each.event_class is event_class and each.coverage == coverage
        )


def coverage_of(
    matchers: Sequence[Matcher], benchmark: str = DEFAULT_BENCHMARK, number: int = SECURITY_GROUP_CONTROL
) -> Coverage:
    """Return what the patterns catch of the events of one control.

    For security groups, these are all catalogued events.

    Raises:
        KeyError: no such control.
        ValueError: no such benchmark.
    """
    groups = number == SECURITY_GROUP_CONTROL
    catalogued = security_group_events() if groups else control(number).events
    events = decide_coverage(matchers, catalogued, benchmark, reasons=True)
    noise = (
        [each for each in decide_coverage(matchers, noise_events(), benchmark) if each.coverage != "none"]
        if groups
        else []
    )
    (unrelated,) = decide_coverage(matchers, [unrelated_call()], benchmark)
    return Coverage(
        tuple(matchers),
        benchmark,
        number,
        tuple(events),
        tuple(noise),
        matches_unrelated_calls=unrelated.coverage == "full",
    )


def decide_coverage(
    matchers: Sequence[Matcher], events: Iterable[EventType], benchmark: str, *, reasons: bool = False
) -> list[EventCoverage]:
    """Return what the patterns together catch of each event; with ``reasons``, also why not."""
    session = _Session(matchers)
    return [session.decide(event, benchmark, reasons) for event in events]


class _Session:
    """One set of patterns, with a cache of their outcomes for the members that events share."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        by_view: dict[View, list[Formula]] = {}
        for matcher in matchers:
            by_view.setdefault(matcher.view, []).append(matcher.formula)
        self._formulas = {view: disj(formulas) for view, formulas in by_view.items()}
        self._invalid = any(matcher.problem is not None for matcher in matchers)
        self._test_names = any(_tests_name(formula) for formula in self._formulas.values())
        self._memory = Memory()
        self._leaves = {
            view: tuple({id(leaf): leaf for leaf in leaves(formula)}.values())
            for view, formula in self._formulas.items()
        }
        self._outcomes: dict[tuple[object, ...], tuple[Outcome, Formula]] = {}
        self._interned: dict[Formula, Formula] = {}

    def decide(self, event: EventType, benchmark: str, reasons: bool) -> EventCoverage:
        level, residual = self._decide_shape(event, failed=False)
        failed = None
        if event.failure is not None and (reasons or level is not Outcome.NEVER):
            failed = _LEVELS[self._decide_shape(event, failed=True)[0]]
        condition = describe(residual) if level is Outcome.SOMETIMES else None
        reason = self._why_never(event) if reasons and level is Outcome.NEVER else None
        return EventCoverage(event, event.class_under(benchmark), _LEVELS[level], condition, reason, failed)

    def _why_never(self, event: EventType) -> str:
        """Return why no pattern matches: the unmet condition beside a matching name, if there is one."""
        if all(formula is False for formula in self._formulas.values()):
            return "no pattern is valid" if self._invalid else "the pattern cannot be evaluated"
        for view, formula in self._formulas.items():
            shape = shape_in(view, event)
            if shape is None:
                return "EventBridge does not deliver reads unless the rule asks for all management events"
            question = Question(shape, view, foreign_names(), self._memory)
            for branch in formula.operands if isinstance(formula, Or) else (formula,):
                parts = branch.operands if isinstance(branch, And) else (branch,)
                unmet = [part for part in parts if decide(question.worlds(part)) is Outcome.NEVER]
                fits = any(_tests_name(part) for part in parts) and not any(_tests_name(part) for part in unmet)
                if unmet and fits:
                    return f"asks that {describe(conj(unmet))}, which is never so"
        return "the name is not matched" if self._test_names else "the conditions are never met"

    def _decide_shape(self, event: EventType, *, failed: bool) -> tuple[Outcome, Formula]:
        """Return the outcome for one shape, and what stays open; shapes whose atoms are equal share it."""
        atoms: list[tuple[Leaf, Formula]] = []
        absent: list[View] = []
        for view, leaves_of_view in self._leaves.items():
            shape = shape_in(view, event, failed=failed)
            if shape is None:
                absent.append(view)
                continue
            expand = Question(shape, view, foreign_names(), self._memory).expand
            atoms += [(leaf, self._intern(expand(leaf))) for leaf in leaves_of_view]
        key = (tuple(absent), *(id(formula) for _, formula in atoms))
        known = self._outcomes.get(key)
        if known is None:
            values = {id(leaf): formula for leaf, formula in atoms}
            formulas = [formula for view, formula in self._formulas.items() if view not in absent]
            worlds = disj(substitute(formula, lambda leaf: values[id(leaf)]) for formula in formulas)
            residual = disj(substitute(formula, lambda leaf: _kept(leaf, values[id(leaf)])) for formula in formulas)
            known = self._outcomes[key] = (decide(worlds), residual)
        return known

    def _intern(self, formula: Formula) -> Formula:
        """Return the one object for all equal formulas, so that they compare by identity."""
        return formula if isinstance(formula, bool) else self._interned.setdefault(formula, formula)


def _kept(leaf: Leaf, expanded: Formula) -> Formula:
    return expanded if isinstance(expanded, bool) else leaf


def _tests_name(formula: Formula) -> bool:
    """Return True if the formula tests the event's name, or the whole text, which contains it."""
    return any(isinstance(leaf, Atom) and (not leaf.path.steps or str(leaf.path) in _NAMES) for leaf in leaves(formula))
