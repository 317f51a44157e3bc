"""Patterns of every language in one form, to be compared with the event catalogue or with a record.

Each language makes its own: `filter_pattern`, `event_pattern`, `elastic_rule`, `kql_query`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.conditions.formulas import Formula
from sgwarden.patterns.coverage.views import View, document_in, record_text
from sgwarden.patterns.errors import EventPatternError


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a pattern is invalid."""

    message: str
    position: int | None = None
    """The character, counted from 0."""
    pointer: str = ""
    """The line of the pattern and a mark below it."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One pattern, or the reason why it is invalid."""

    kind: str
    """``json``, ``unstructured``, ``space_delimited``, ``regex``, ``everything``, ``eventbridge`` or ``kql``; for an
    invalid pattern the kind it seems to be."""
    text: str
    view: View
    formula: Formula
    """False when the pattern is invalid: the service would refuse it, and nothing matches."""
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None
    name: str = ""
    """The rule's name, when it has one."""
    matches_message: Callable[[str], bool] | None = field(default=None, compare=False, repr=False)
    """Decides for the text of one log event, where a formula cannot: fields of a space-delimited pattern."""

    def matches(self, record: Mapping[str, object]) -> bool:
        """Return True if the pattern matches one concrete CloudTrail record."""
        if self.matches_message is not None:
            return self.matches_message(record_text(record))
        return holds(self.formula, document_in(self.view, record))


def invalid_matcher(kind: str, text: str, view: View, error: EventPatternError) -> Matcher:
    """Return the matcher of a text that is no pattern, query or rule."""
    return Matcher(kind, text, view, False, problem=Problem(str(error), error.position))
