"""Three-valued truth: yes, no, and "the input does not say"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, Union

from msgspec import Struct

from sgwarden.model.values import Unknown


class Maybe(Struct, frozen=True):
    """Neither true nor false; ``reasons`` name the unknown values that stand in the way."""

    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The first of them."""
        return self.reasons[0] if self.reasons else ""

    def __bool__(self) -> NoReturn:
        raise TypeError("a Maybe is neither true nor false: compare with `is True` or `is False`")


Truth = Union[bool, Maybe]


def maybe(reason: str) -> Maybe:
    """Return the Maybe with one reason."""
    return Maybe((reason,))


def unless_known(*values: object) -> Maybe:
    """Return the Maybe that the unknown ones among ``values`` give."""
    return Maybe(_merged(value.reason for value in values if isinstance(value, Unknown)))


def all_of(*truths: Truth) -> Truth:
    """Return Kleene's "and": one certain no decides, whatever is unknown."""
    reasons: list[str] = []
    for truth in truths:
        if truth is False:
            return False
        if isinstance(truth, Maybe):
            reasons.extend(truth.reasons)
    return Maybe(_merged(reasons)) if reasons else True


def any_of(*truths: Truth) -> Truth:
    """Return Kleene's "or": one certain yes decides, whatever is unknown."""
    reasons: list[str] = []
    for truth in truths:
        if truth is True:
            return True
        if isinstance(truth, Maybe):
            reasons.extend(truth.reasons)
    return Maybe(_merged(reasons)) if reasons else False


def truth_of(value: bool | Unknown) -> Truth:
    """Return a known value as it is, and an unknown one as a Maybe."""
    return unless_known(value) if isinstance(value, Unknown) else value


def negate(truth: Truth) -> Truth:
    """Return Kleene's "not": an unknown stays one."""
    return truth if isinstance(truth, Maybe) else not truth


def first_decision(truths: Iterable[Truth]) -> Truth:
    """Return the first certain answer of several ways to decide the same question, else the last one."""
    result: Truth = False
    for truth in truths:
        if not isinstance(truth, Maybe):
            return truth
        result = truth
    return result


def _merged(reasons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
