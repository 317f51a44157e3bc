"""The base class of policies: a description of one fault, and a pure check that finds it in the model.

A check yields one outcome for each subject it looks at: a finding that is certain, an undecided
one that names what is unknown, or ``Passed``. It never prints, reads or raises on malformed input.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from sgwarden.findings import Finding, Outcome, Passed, Severity, Verdict
from sgwarden.model import jsonable, provenance, wording
from sgwarden.model.rules import group_of, rule_identity, rule_text
from sgwarden.model.truth import Maybe, Truth

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.locations import Location
    from sgwarden.model.security_groups import Rule
    from sgwarden.settings import Settings


class Policy(ABC):
    """One fault. Subclasses set every class attribute; ``sgwarden.findings.PolicyInfo`` explains them."""

    id: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity]
    why: ClassVar[str]
    fix: ClassVar[str]
    sources: ClassVar[tuple[str, ...]]
    controls: ClassVar[tuple[str, ...]]
    bad: ClassVar[str]
    good: ClassVar[str]
    implies: ClassVar[tuple[str, ...]] = ()
    """Ids of broader policies: their findings about the same rule and ports are subsumed by this one's."""

    @abstractmethod
    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """Yield one outcome for each subject of the policy."""

    def about(
        self,
        subject: str,
        truth: Truth,
        fault: str,
        *,
        address: str,
        location: Location | None,
        cause: str = "",
        security_group: str | None = None,
        severity: Severity | None = None,
        fix: str = "",
        evidence: Mapping[str, object] | None = None,
        identity: tuple[str, ...] = (),
        controls: tuple[str, ...] | None = None,
        related: tuple[Location, ...] = (),
        elements: tuple[Location, ...] = (),
    ) -> Outcome:
        """Return the outcome for one subject: ``truth`` says whether the fault is there.

        ``fault`` is what the subject does, with a plain verb first: "open port 22 ...". ``cause`` is what made the
        subject. ``evidence`` may hold any value of the model.
        """
        if truth is False:
            return Passed(address)
        undecided = isinstance(truth, Maybe)
        return Finding(
            policy=self.id,
            verdict=Verdict.UNDECIDED if undecided else Verdict.FAIL,
            severity=self.severity if severity is None else severity,
            address=address,
            fault=f"may {fault}" if undecided else _third_person(fault),
            location=location,
            subject=subject[:1].upper() + subject[1:],
            cause=cause,
            security_group=security_group,
            evidence=jsonable.document(evidence or {}),
            fix=fix or self.fix,
            identity=identity,
            controls=self.controls if controls is None else controls,
            unknowns=truth.reasons if isinstance(truth, Maybe) else (),
            related=related,
            elements=elements,
        )

    def about_rule(
        self,
        rule: Rule,
        truth: Truth,
        fault: str,
        *,
        fix: str = "",
        evidence: Mapping[str, object] | None = None,
        controls: tuple[str, ...] | None = None,
        related: tuple[Location, ...] = (),
        attribute: str = "peer",
    ) -> Outcome:
        """Return the outcome for one rule; ``attribute`` is the one whose expression is the cause."""
        if truth is False:
            return Passed(rule.address)
        return self.about(
            rule_text(rule),
            truth,
            fault,
            address=rule.address,
            location=rule.location,
            cause=provenance.cause(rule, attribute),
            security_group=group_of(rule),
            fix=fix,
            evidence={**jsonable.rule_traffic(rule), **(evidence or {})},
            identity=rule_identity(rule),
            controls=controls,
            related=(*related, *provenance.cause_location(rule, attribute)),
            elements=provenance.elements(rule),
        )


def shortlist(names: Sequence[str], most: int = 3) -> str:
    """Return "a, b, c and 4 more": names in words, no more than ``most`` of them."""
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return wording.listed([*names[:most], *more])


def _third_person(predicate: str) -> str:
    """Return "opens port 22" for "open port 22"."""
    verb, *rest = predicate.split(" ", 1)
    return " ".join([{"have": "has", "be": "is"}.get(verb, verb + "s"), *rest])
