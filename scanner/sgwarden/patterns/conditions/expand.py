"""Expand atoms over a shape: what one test comes to, as a formula over what is open in the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from sgwarden.cloudtrail.shapes import (
    NO_NAMES,
    Anything,
    Array,
    Choice,
    ForeignNames,
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
from sgwarden.patterns.conditions import numbers, texts
from sgwarden.patterns.conditions.atoms import Atom, Predicate
from sgwarden.patterns.conditions.formulas import Formula, Leaf, Not, conj, disj, negate, substitute
from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Step

Place = tuple[str | int, ...]
"""Where in the document: member names from the root."""


@dataclass(frozen=True, slots=True)
class Present(Leaf):
    """The member that is not always there exists."""

    at: Place


@dataclass(frozen=True, slots=True)
class Alternative(Leaf):
    """Of several shapes, the document has this one."""

    at: Place
    which: int
    of: int


@dataclass(frozen=True, slots=True)
class Chosen(Leaf):
    """The value chosen from a list passes a test."""

    at: Place
    values: tuple[bool, ...]
    """For each value of the choice, whether the test holds of it."""


@dataclass(frozen=True, slots=True)
class OfText(Leaf):
    """An unknown text passes a test."""

    at: Place
    test: texts.TextTest
    start: str
    other_than: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfNumber(Leaf):
    """An unknown number passes a test."""

    at: Place
    test: numbers.NumberTest


@dataclass(frozen=True, slots=True)
class Opaque(Leaf):
    """A test of something whose shape is not known; equal leaves have equal outcomes."""

    at: Place
    steps: tuple[Step, ...]
    predicate: Predicate | None


@dataclass(frozen=True, slots=True)
class _Exists(Predicate):
    """True of every value."""

    def matches(self, value: object) -> bool:
        return True

    def on_text(self) -> Formula:
        return True

    def on_number(self) -> Formula:
        return True


_EXISTS = _Exists()


@dataclass(slots=True)
class Memory:
    """A cache of expanded atoms that several shapes share; keys are identities.

    It may be kept between questions about the same formulas as long as these and the shapes live.
    """

    members: dict[tuple[int, int], Formula] = field(default_factory=dict)
    """By atom and member."""
    texts: dict[int, tuple[str, Formula]] = field(default_factory=dict)
    """By atom: the fragment that it looks for, and its formula where the fragment is not certain to occur."""


@dataclass(slots=True)
class Question:
    """Formulas asked of every document of one shape."""

    shape: Shape
    name: str = ""
    """Distinguishes the documents of this shape from those of others when their formulas are combined."""
    foreign: ForeignNames = NO_NAMES
    """Names that an unknown text contains only by accident; under a wildcard such accidents are not counted."""
    memory: Memory = field(default_factory=Memory)

    def residual(self, formula: Formula) -> Formula:
        """Return the formula without the atoms that this shape decides."""
        return substitute(formula, self._undecided)

    def worlds(self, formula: Formula) -> Formula:
        """Return the formula over what is open in the document itself, for `decide.decide`."""
        return substitute(formula, self.expand)

    def expand(self, leaf: Leaf) -> Formula:
        """Return what one atom comes to: true, false, or a formula over what is open in the document."""
        if not isinstance(leaf, Atom):
            return leaf
        step = leaf.path.steps[0] if leaf.path.steps else None
        if isinstance(self.shape, Object):
            if isinstance(step, Key):
                member = self.shape.members.get(step.name)
                if member is not None:
                    if member.always and isinstance(member.shape, Known) and len(leaf.path.steps) == 1:
                        return leaf.predicate.matches(member.shape.value)
                    return self._expand_member(leaf, step.name, member)
                if not self.shape.open:
                    return leaf.predicate.when_absent
            elif isinstance(step, EveryMember) and not self.shape.open and not leaf.predicate.when_absent:
                return disj(self._expand_member(leaf, name, member) for name, member in self.shape.members.items())
        if isinstance(self.shape, Rendering):
            return self._expand_in_text(leaf, self.shape)
        return _expand_atom(self.shape, leaf, 0, (self.name,), self.foreign)

    def _expand_in_text(self, atom: Atom, shape: Rendering) -> Formula:
        """Expand a fragment searched in a text: what stays open is the same for the texts of all events."""
        known = self.memory.texts.get(id(atom))
        if known is None:
            test = atom.predicate.on_text()
            if atom.path.steps or not isinstance(test, texts.Contains):
                return _expand_atom(shape, atom, 0, (self.name,), self.foreign)
            elsewhere = Rendering((), shape.foreign)
            known = self.memory.texts[id(atom)] = (test.text, _of_rendering(test, elsewhere, (self.name,)))
        return True if shape.certainly_contains(known[0]) else known[1]

    def _undecided(self, leaf: Leaf) -> Formula:
        expanded = self.expand(leaf)
        return expanded if isinstance(expanded, bool) else leaf

    def _expand_member(self, atom: Atom, name: str, member: Member) -> Formula:
        key = (id(atom), id(member))
        known = self.memory.members.get(key)
        if known is None:
            at = (self.name, name)
            known = _expand_atom(member.shape, atom, 1, at, self.foreign)
            if not member.always:
                present = Present(at)
                known = disj([conj([present, known]), conj([Not(present), atom.predicate.when_absent])])
            self.memory.members[key] = known
        return known


def _expand_atom(shape: Shape, atom: Atom, taken: int, at: Place, foreign: ForeignNames) -> Formula:
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
    """The translation of "some value at the path passes the predicate" into a formula over what is open."""

    predicate: Predicate
    through_arrays: bool
    foreign: ForeignNames = NO_NAMES

    def hit(self, shape: Shape, steps: tuple[Step, ...], at: Place) -> Formula:
        if isinstance(shape, OneOf):
            return disj(
                conj([Alternative(at, which, len(shape.shapes)), self.hit(each, steps, (*at, which))])
                for which, each in enumerate(shape.shapes)
            )
        if isinstance(shape, Anything):
            return self._opaque(at, steps)
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
                    listed.append(self._opaque(at, steps))
                return disj(listed)
            case Array(), Index() | EveryElement():
                return self._element(shape, steps, steps[1:], at)
            case _:
                return False

    def _member(self, shape: Object, name: str, rest: tuple[Step, ...], at: Place) -> Formula:
        inner_at = (*at, name)
        member = shape.members.get(name)
        if member is None:
            return self._opaque(inner_at, rest) if shape.open else False
        inside = self.hit(member.shape, rest, inner_at)
        return inside if member.always else conj([Present(inner_at), inside])

    def _element(self, shape: Array, steps: tuple[Step, ...], rest: tuple[Step, ...], at: Place) -> Formula:
        inside = self.hit(shape.item, rest, at)
        if inside is False:
            return False
        later = isinstance(steps[0], Index) and steps[0].position > 0 if steps else False
        if inside is True and not shape.may_be_empty and not later:
            return True
        return self._opaque(at, steps)

    def _opaque(self, at: Place, steps: tuple[Step, ...]) -> Opaque:
        return Opaque(at, steps, None if self.predicate is _EXISTS else self.predicate)

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
    return all(matching) if len(set(matching)) == 1 else Chosen(at, matching)


def _of_text(leaf: Leaf, shape: Text, at: Place, foreign: ForeignNames) -> Formula:
    start = shape.start
    if foreign is not NO_NAMES and _is_foreign(leaf, foreign):
        return False
    match leaf:
        case texts.AnyText() | texts.Suffix(""):
            return True
        case texts.Equals(text):
            possible = text and text.startswith(start) and text not in shape.other_than
            return OfText(at, leaf, start, shape.other_than) if possible else False
        case texts.Prefix(text) if start.startswith(text):
            return True
        case texts.Prefix(text) if not text.startswith(start):
            return False
        case texts.Contains(text) if text in start:
            return True
        case texts.Prefix() | texts.Contains() | texts.Suffix() | texts.OpaqueText():
            return OfText(at, leaf, start, shape.other_than)
        case _:
            return leaf


def _is_foreign(leaf: Leaf, foreign: ForeignNames) -> bool:
    match leaf:
        case texts.Equals(text) | texts.Prefix(text) | texts.Suffix(text) | texts.Contains(text):
            return foreign.occur_in(text)
        case texts.OpaqueText(written, _):
            return foreign.occur_in(written)
        case _:
            return False


def _of_number(leaf: Leaf, at: Place) -> Formula:
    if isinstance(leaf, (numbers.Below, numbers.EqualTo, numbers.OpaqueNumber)):
        return OfNumber(at, leaf)
    return leaf


def _of_rendering(leaf: Leaf, shape: Rendering, at: Place) -> Formula:
    match leaf:
        case texts.AnyText():
            return True
        case texts.Contains(text):
            if shape.certainly_contains(text):
                return True
            return False if shape.foreign.occur_in(text) else Opaque((*at, text), (), None)
        case texts.OpaqueText(name, test):
            if any(test(fragment) for fragment in shape.fragments):
                return True
            return False if shape.foreign.occur_in(name) else Opaque((*at, name), (), None)
        case texts.Equals(text) | texts.Prefix(text) | texts.Suffix(text):
            return Opaque((*at, type(leaf).__name__, text), (), None)
        case _:
            return leaf
