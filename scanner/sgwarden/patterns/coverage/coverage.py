"""Coverage: patterns put to the catalogue."""

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
from sgwarden.patterns.conditions.decide import Memory, Outcome, Question, outcome
from sgwarden.patterns.conditions.describe import in_words
from sgwarden.patterns.conditions.formulas import And, Formula, Leaf, Or, conj, disj, leaves, substitute
from sgwarden.patterns.coverage.matchers import Matcher
from sgwarden.patterns.coverage.views import View, foreign_names, shape_in

_NAMES = ("eventName", "detail.eventName", "event.action")
_LEVELS = {Outcome.ALWAYS: "full", Outcome.SOMETIMES: "partial", Outcome.NEVER: "none"}


@dataclass(frozen=True, slots=True)
class EventCoverage:
    """What becomes of one event."""

    event: EventType
    event_class: EventClass
    coverage: str
    """``full``: every record of a successful call; ``partial``: some; ``none``: none."""
    condition: str | None
    """When ``partial``: which records, in words."""
    reason: str | None
    """When ``none``: why, in words; None when it was not asked for."""
    failed_calls: str | None
    """The same for calls that failed; None: the event has no such records, or its successful calls are not caught
    and reasons were not asked for."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What patterns catch together (their union)."""

    matchers: tuple[Matcher, ...]
    benchmark: str
    control: int
    events: tuple[EventCoverage, ...]
    noise: tuple[EventCoverage, ...]
    """Records that leave security groups alone, and are caught all the same."""
    matches_unrelated_calls: bool
    """Whether writes that no control is about are caught too: then an alarm says nothing about this one."""

    @property
    def valid(self) -> bool:
        """Whether every pattern is one."""
        return all(matcher.problem is None for matcher in self.matchers)

    def missing(self, event_class: EventClass) -> tuple[str, ...]:
        """The names of the events of a class that are not caught at all."""
        return self._named(event_class, "none")

    def conditional(self, event_class: EventClass) -> tuple[str, ...]:
        """The names of the events of a class that are caught under a condition."""
        return self._named(event_class, "partial")

    @property
    def complete(self) -> bool:
        """Whether every required event is caught always."""
        return all(each.coverage == "full" for each in self.events if each.event_class is EventClass.REQUIRED)

    @property
    def includes_failed_calls(self) -> bool:
        """Whether calls that failed (denied, dry run) are caught too, of every event that is caught."""
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
    """What the patterns catch of the events of one control; for security groups of every catalogued event.

    Raises:
        KeyError: no such control.
        ValueError: no such benchmark.
    """
    groups = number == SECURITY_GROUP_CONTROL
    catalogued = security_group_events() if groups else control(number).events
    events = decide(matchers, catalogued, benchmark, reasons=True)
    noise = [each for each in decide(matchers, noise_events(), benchmark) if each.coverage != "none"] if groups else []
    (unrelated,) = decide(matchers, [unrelated_call()], benchmark)
    return Coverage(
        tuple(matchers),
        benchmark,
        number,
        tuple(events),
        tuple(noise),
        matches_unrelated_calls=unrelated.coverage == "full",
    )


def decide(
    matchers: Sequence[Matcher], events: Iterable[EventType], benchmark: str, *, reasons: bool = False
) -> list[EventCoverage]:
    """What the patterns together catch of each event; with ``reasons``, also why not."""
    session = _Session(matchers)
    return [session.decide(event, benchmark, reasons) for event in events]


class _Session:
    """One set of patterns; remembers what they came to for the members that events share."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        by_view: dict[View, list[Formula]] = {}
        for matcher in matchers:
            by_view.setdefault(matcher.view, []).append(matcher.formula)
        self._formulas = {view: disj(formulas) for view, formulas in by_view.items()}
        self._invalid = any(matcher.problem is not None for matcher in matchers)
        self._names_events = any(_is_about_name(formula) for formula in self._formulas.values())
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
        condition = in_words(residual) if level is Outcome.SOMETIMES else None
        reason = self._why_never(event) if reasons and level is Outcome.NEVER else None
        return EventCoverage(event, event.class_under(benchmark), _LEVELS[level], condition, reason, failed)

    def _why_never(self, event: EventType) -> str:
        """Why no pattern matches: the condition that fails beside a name that fits, when there is one."""
        if all(formula is False for formula in self._formulas.values()):
            return "no pattern is valid" if self._invalid else "the pattern cannot be evaluated"
        for view, formula in self._formulas.items():
            shape = shape_in(view, event)
            if shape is None:
                return "EventBridge does not deliver reads unless the rule asks for all management events"
            question = Question(shape, view, foreign_names(), self._memory)
            for branch in formula.operands if isinstance(formula, Or) else (formula,):
                parts = branch.operands if isinstance(branch, And) else (branch,)
                unmet = [part for part in parts if outcome(question.worlds(part)) is Outcome.NEVER]
                fits = any(_is_about_name(part) for part in parts) and not any(_is_about_name(part) for part in unmet)
                if unmet and fits:
                    return f"asks that {in_words(conj(unmet))}, which is never so"
        return "the name is not matched" if self._names_events else "the conditions are never met"

    def _decide_shape(self, event: EventType, *, failed: bool) -> tuple[Outcome, Formula]:
        """The outcome for one shape, and what stays open; shapes on which all atoms come to the same share it."""
        atoms: list[tuple[Leaf, Formula]] = []
        absent: list[View] = []
        for view, leaves_of_view in self._leaves.items():
            shape = shape_in(view, event, failed=failed)
            if shape is None:
                absent.append(view)
                continue
            expanded = Question(shape, view, foreign_names(), self._memory).expanded
            atoms += [(leaf, self._one(expanded(leaf))) for leaf in leaves_of_view]
        key = (tuple(absent), *(id(formula) for _, formula in atoms))
        known = self._outcomes.get(key)
        if known is None:
            values = {id(leaf): formula for leaf, formula in atoms}
            formulas = [formula for view, formula in self._formulas.items() if view not in absent]
            worlds = disj(substitute(formula, lambda leaf: values[id(leaf)]) for formula in formulas)
            residual = disj(substitute(formula, lambda leaf: _kept(leaf, values[id(leaf)])) for formula in formulas)
            known = self._outcomes[key] = (outcome(worlds), residual)
        return known

    def _one(self, formula: Formula) -> Formula:
        """The one object that stands for all equal formulas, so that identity tells them apart."""
        return formula if isinstance(formula, bool) else self._interned.setdefault(formula, formula)


def _kept(leaf: Leaf, expanded: Formula) -> Formula:
    return expanded if isinstance(expanded, bool) else leaf


def _is_about_name(formula: Formula) -> bool:
    """Whether the formula tells events apart by their names (or by their whole text, where names stand)."""
    return any(isinstance(leaf, Atom) and (not leaf.path.steps or str(leaf.path) in _NAMES) for leaf in leaves(formula))
