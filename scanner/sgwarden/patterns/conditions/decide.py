"""Decide a formula over every document that a shape allows.

The answer is sound: ALWAYS and NEVER are proved. SOMETIMES means that both outcomes are possible as far as the
bounds of the procedure reach; beyond them (many correlated unknowns, arrays, texts known only in part) it is
also the answer to what could not be decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sgwarden.patterns.conditions import numbers, texts
from sgwarden.patterns.conditions.atoms import Atom, Doubt, Predicate
from sgwarden.patterns.conditions.formulas import Formula, Leaf, Not, conj, disj, leaves, negate, substitute
from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Step
from sgwarden.patterns.conditions.shapes import (
    NO_NAMES,
    Anything,
    Array,
    Choice,
    Foreign,
    Known,
    Member,
    Number,
    Object,
    OneOf,
    Rendering,
    Scalar,
    Shape,
    Text,
)

_BUDGET = 3_000
"""Leaves visited while branching, per question; keeps one question within some milliseconds."""


class Outcome(StrEnum):
    """Of how many documents a formula is true."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER = "never"


Place = tuple[str | int, ...]
"""Where in the document: member names from the root."""


@dataclass(frozen=True, slots=True)
class _Present(Leaf):
    at: Place


@dataclass(frozen=True, slots=True)
class _Alternative(Leaf):
    at: Place
    which: int
    of: int


@dataclass(frozen=True, slots=True)
class _Chosen(Leaf):
    at: Place
    values: tuple[bool, ...]
    """For each value of the choice, whether the test holds of it."""


@dataclass(frozen=True, slots=True)
class _OfText(Leaf):
    at: Place
    test: texts.TextTest
    start: str
    other_than: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _OfNumber(Leaf):
    at: Place
    test: numbers.NumberTest


@dataclass(frozen=True, slots=True)
class _Opaque(Leaf):
    at: Place
    steps: tuple[Step, ...]
    predicate: Predicate | None


@dataclass(frozen=True, slots=True)
class _Somewhere(Predicate):
    """True of whatever exists."""

    def matches(self, value: object) -> bool:
        return True

    def on_text(self) -> Formula:
        return True

    def on_number(self) -> Formula:
        return True


_EXISTS = _Somewhere()


@dataclass(slots=True)
class Memory:
    """What atoms came to for one shape and is the same for others; keys are identities.

    May be kept between questions about the same formulas, while these and the shapes live.
    """

    members: dict[tuple[int, int], Formula] = field(default_factory=dict)
    """By atom and member."""
    texts: dict[int, tuple[str, Formula]] = field(default_factory=dict)
    """By atom: the fragment that it looks for, and what it is where that is not certain to occur."""


@dataclass(slots=True)
class Question:
    """Formulas put to one shape."""

    shape: Shape
    name: str = ""
    """Tells the documents of this shape apart from those of others, when their formulas are combined."""
    foreign: Foreign = NO_NAMES
    """Names that an unknown text holds by accident alone; under a wildcard such accidents are not counted."""
    memory: Memory = field(default_factory=Memory)

    def residual(self, formula: Formula) -> Formula:
        """The formula without the atoms that this shape decides; its atoms are those that stay open."""
        return substitute(formula, self._open)

    def worlds(self, formula: Formula) -> Formula:
        """The formula over what is open in the document itself, for `outcome`."""
        return substitute(formula, self.expanded)

    def expanded(self, leaf: Leaf) -> Formula:
        """What one atom comes to: true, false, or a formula over what is open in the document."""
        if not isinstance(leaf, Atom):
            return leaf
        step = leaf.path.steps[0] if leaf.path.steps else None
        if isinstance(self.shape, Object):
            if isinstance(step, Key):
                member = self.shape.members.get(step.name)
                if member is not None:
                    if member.always and isinstance(member.shape, Known) and len(leaf.path.steps) == 1:
                        return leaf.predicate.matches(member.shape.value)
                    return self._below(leaf, step.name, member)
                if not self.shape.open:
                    return leaf.predicate.when_absent
            elif isinstance(step, EveryMember) and not self.shape.open and not leaf.predicate.when_absent:
                return disj(self._below(leaf, name, member) for name, member in self.shape.members.items())
        if isinstance(self.shape, Rendering):
            return self._in_text(leaf, self.shape)
        return _of_atom(self.shape, leaf, 0, (self.name,), self.foreign)

    def _in_text(self, atom: Atom, shape: Rendering) -> Formula:
        """`_of_atom` for a fragment looked for in a text: what stays open is the same for all events' texts."""
        known = self.memory.texts.get(id(atom))
        if known is None:
            test = atom.predicate.on_text()
            if atom.path.steps or not isinstance(test, texts.Contains):
                return _of_atom(shape, atom, 0, (self.name,), self.foreign)
            elsewhere = Rendering((), shape.foreign)
            known = self.memory.texts[id(atom)] = (test.text, _of_rendering(test, elsewhere, (self.name,)))
        return True if shape.certainly_contains(known[0]) else known[1]

    def _open(self, leaf: Leaf) -> Formula:
        expanded = self.expanded(leaf)
        return expanded if isinstance(expanded, bool) else leaf

    def _below(self, atom: Atom, name: str, member: Member) -> Formula:
        key = (id(atom), id(member))
        known = self.memory.members.get(key)
        if known is None:
            at = (self.name, name)
            known = _of_atom(member.shape, atom, 1, at, self.foreign)
            if not member.always:
                present = _Present(at)
                known = disj([conj([present, known]), conj([Not(present), atom.predicate.when_absent])])
            self.memory.members[key] = known
        return known


def outcome(worlds: Formula) -> Outcome:
    """Whether a formula made by `Question.worlds` (or a combination of such) always, sometimes or never holds."""
    if isinstance(worlds, bool):
        return Outcome.ALWAYS if worlds else Outcome.NEVER
    search = _Search()
    try:
        search.branch(worlds)
    except texts.Undecidable:
        return Outcome.SOMETIMES
    if search.seen == {True}:
        return Outcome.ALWAYS
    return Outcome.NEVER if search.seen == {False} else Outcome.SOMETIMES


def _of_atom(shape: Shape, atom: Atom, taken: int, at: Place, foreign: Foreign) -> Formula:
    steps = atom.path.steps[taken:]
    chance = foreign if any(isinstance(step, EveryMember) for step in atom.path.steps) else NO_NAMES
    predicate = atom.predicate
    hit: Formula = False
    if predicate.matches_values:
        hit = _Expansion(predicate, atom.path.through_arrays, chance).hit(shape, steps, at)
    if not predicate.when_absent or hit is True:
        return hit
    found = _Expansion(_EXISTS, atom.path.through_arrays).hit(shape, steps, at)
    return disj([hit, negate(found)])


@dataclass(frozen=True, slots=True)
class _Expansion:
    """Turns "some value at the path passes the predicate" into a formula over what is open in the document."""

    predicate: Predicate
    through_arrays: bool
    foreign: Foreign = NO_NAMES

    def hit(self, shape: Shape, steps: tuple[Step, ...], at: Place) -> Formula:
        if isinstance(shape, OneOf):
            return disj(
                conj([_Alternative(at, which, len(shape.shapes)), self.hit(each, steps, (*at, which))])
                for which, each in enumerate(shape.shapes)
            )
        if isinstance(shape, Anything):
            return _Opaque(at, steps, None if self.predicate is _EXISTS else self.predicate)
        if isinstance(shape, Array) and self.through_arrays:
            return self._element(shape, steps, steps, at)
        if not steps:
            return self._value(shape, at)
        return self._inside(shape, steps, at)

    def _inside(self, shape: Shape, steps: tuple[Step, ...], at: Place) -> Formula:
        match shape, steps[0]:
            case Object(), Key(name):
                return self._member(shape, name, steps[1:], at)
            case Object(), EveryMember():
                listed: list[Formula] = [self._member(shape, name, steps[1:], at) for name in shape.members]
                if shape.open:
                    listed.append(_Opaque(at, steps, None if self.predicate is _EXISTS else self.predicate))
                return disj(listed)
            case Array(), Index() | EveryElement():
                return self._element(shape, steps, steps[1:], at)
            case _:
                return False

    def _member(self, shape: Object, name: str, rest: tuple[Step, ...], at: Place) -> Formula:
        inner_at = (*at, name)
        member = shape.members.get(name)
        if member is None:
            return (
                _Opaque(inner_at, rest, None if self.predicate is _EXISTS else self.predicate) if shape.open else False
            )
        inside = self.hit(member.shape, rest, inner_at)
        return inside if member.always else conj([_Present(inner_at), inside])

    def _element(self, shape: Array, steps: tuple[Step, ...], rest: tuple[Step, ...], at: Place) -> Formula:
        inside = self.hit(shape.item, rest, at)
        if inside is False:
            return False
        later = isinstance(steps[0], Index) and steps[0].position > 0 if steps else False
        if inside is True and not shape.may_be_empty and not later:
            return True
        return _Opaque(at, steps, None if self.predicate is _EXISTS else self.predicate)

    def _value(self, shape: Shape, at: Place) -> Formula:
        match shape:
            case Known(value):
                return self.predicate.matches(value)
            case Choice(values):
                return _chosen(at, values, self.predicate)
            case Text():
                return substitute(self.predicate.on_text(), lambda leaf: _of_text(leaf, shape, at, self.foreign))
            case Number():
                return substitute(self.predicate.on_number(), lambda leaf: _of_number(leaf, at))
            case Rendering():
                return substitute(self.predicate.on_text(), lambda leaf: _of_rendering(leaf, shape, at))
            case Object():
                return self.predicate.matches({})
            case _:
                return self.predicate.matches([])


def _chosen(at: Place, values: tuple[Scalar, ...], predicate: Predicate) -> Formula:
    matching = tuple(predicate.matches(value) for value in values)
    return all(matching) if len(set(matching)) == 1 else _Chosen(at, matching)


def _of_text(leaf: Leaf, shape: Text, at: Place, foreign: Foreign) -> Formula:
    start = shape.start
    if foreign is not NO_NAMES and _names_any(leaf, foreign):
        return False
    match leaf:
        case texts.AnyText() | texts.Suffix(""):
            return True
        case texts.Equals(text):
            possible = text and text.startswith(start) and text not in shape.other_than
            return _OfText(at, leaf, start, shape.other_than) if possible else False
        case texts.Prefix(text) if start.startswith(text):
            return True
        case texts.Prefix(text) if not text.startswith(start):
            return False
        case texts.Contains(text) if text in start:
            return True
        case texts.Prefix() | texts.Contains() | texts.Suffix() | texts.OpaqueText():
            return _OfText(at, leaf, start, shape.other_than)
        case _:
            return leaf


def _names_any(leaf: Leaf, foreign: Foreign) -> bool:
    match leaf:
        case texts.Equals(text) | texts.Prefix(text) | texts.Suffix(text) | texts.Contains(text):
            return foreign.named_in(text)
        case texts.OpaqueText(written, _):
            return foreign.named_in(written)
        case _:
            return False


def _of_number(leaf: Leaf, at: Place) -> Formula:
    if isinstance(leaf, (numbers.Below, numbers.EqualTo, numbers.OpaqueNumber)):
        return _OfNumber(at, leaf)
    return leaf


def _of_rendering(leaf: Leaf, shape: Rendering, at: Place) -> Formula:
    match leaf:
        case texts.AnyText():
            return True
        case texts.Contains(text):
            if shape.certainly_contains(text):
                return True
            return False if shape.foreign.named_in(text) else _Opaque((*at, text), (), None)
        case texts.OpaqueText(name, test):
            if any(test(fragment) for fragment in shape.fragments):
                return True
            return False if shape.foreign.named_in(name) else _Opaque((*at, name), (), None)
        case texts.Equals(text) | texts.Prefix(text) | texts.Suffix(text):
            return _Opaque((*at, type(leaf).__name__, text), (), None)
        case _:
            return leaf


@dataclass(slots=True)
class _Search:
    """Branches over what is open until both outcomes were seen or every world was."""

    seen: set[bool] = field(default_factory=set)
    spent: int = 0

    def branch(self, formula: Formula) -> None:
        if isinstance(formula, bool):
            self.seen.add(formula)
            return
        all_leaves = tuple(dict.fromkeys(leaves(formula)))
        self.spent += len(all_leaves)
        if self.spent > _BUDGET:
            raise texts.Undecidable
        for world in _worlds_of(all_leaves[0], all_leaves):
            self.branch(substitute(formula, world))
            if len(self.seen) == 2:
                return


def _worlds_of(first: Leaf, all_leaves: Iterable[Leaf]) -> Iterator[Callable[[Leaf], Formula]]:
    """What the unknown behind ``first`` can be, each as the replacement of every leaf that depends on it."""
    if isinstance(first, _OfText):
        same = [leaf for leaf in all_leaves if isinstance(leaf, _OfText) and leaf.at == first.at]
        for row in texts.possible_outcomes([leaf.test for leaf in same], first.start, first.other_than):
            yield _replacing(dict(zip(same, row, strict=True)))
    elif isinstance(first, _OfNumber):
        measured = [leaf for leaf in all_leaves if isinstance(leaf, _OfNumber) and leaf.at == first.at]
        for row in numbers.possible_outcomes([leaf.test for leaf in measured]):
            yield _replacing(dict(zip(measured, row, strict=True)))
    elif isinstance(first, _Chosen):
        chosen = [leaf for leaf in all_leaves if isinstance(leaf, _Chosen) and leaf.at == first.at]
        for place in range(len(first.values)):
            yield _replacing({leaf: leaf.values[place] for leaf in chosen})
    elif isinstance(first, _Alternative):
        alternatives = [leaf for leaf in all_leaves if isinstance(leaf, _Alternative) and leaf.at == first.at]
        for which in range(first.of):
            yield _replacing({leaf: leaf.which == which for leaf in alternatives})
    else:
        assert isinstance(first, (_Present, _Opaque, Doubt))
        yield _replacing({first: True})
        yield _replacing({first: False})


def _replacing(values: dict[Leaf, bool]) -> Callable[[Leaf], Formula]:
    return lambda leaf: values.get(leaf, leaf)
