"""What a policy is: words that explain a fault, and a pure check that finds it in the model.

A check yields one outcome for each subject it looks at: a finding that is certain, an undecided
one that names what is unknown, or ``Passed``. It never prints, reads or raises on strange input.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

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
    """Ids of broader policies: what they say about the same rule and ports is told with this one's finding."""

    @abstractmethod
    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """One outcome for each subject of the policy."""

    def about(
        self,
        subject: str,
        truth: Truth,
        fault: str,
        *,
        address: str,
        location: Location | None,
        security_group: str | None = None,
        severity: Severity | None = None,
        fix: str = "",
        evidence: Mapping[str, Any] | None = None,
        identity: tuple[str, ...] = (),
        controls: tuple[str, ...] | None = None,
        related: tuple[Location, ...] = (),
    ) -> Outcome:
        """The outcome for one subject: ``truth`` says whether the fault is there.

        ``subject`` and ``fault`` make the message; ``fault`` starts with a plain verb: "open port 22 ...".
        """
        if truth is False:
            return Passed(address)
        unknowns = truth.reasons if isinstance(truth, Maybe) else ()
        subject = subject[:1].upper() + subject[1:]
        if isinstance(truth, Maybe):
            sentence = f"{subject} may {fault}; unknown: {wording.reasons(unknowns)}."
        else:
            verb, _, rest = fault.partition(" ")
            sentence = f"{subject} {_third_person(verb)} {rest}."
        return Finding(
            policy=self.id,
            verdict=Verdict.UNDECIDED if isinstance(truth, Maybe) else Verdict.FAIL,
            severity=self.severity if severity is None else severity,
            address=address,
            message=sentence,
            location=location,
            subject=subject,
            security_group=security_group,
            evidence=evidence or {},
            fix=fix or self.fix,
            identity=identity,
            controls=self.controls if controls is None else controls,
            unknowns=unknowns,
            related=related,
        )

    def about_rule(
        self,
        rule: Rule,
        truth: Truth,
        fault: str,
        *,
        fix: str = "",
        evidence: Mapping[str, Any] | None = None,
        controls: tuple[str, ...] | None = None,
        related: tuple[Location, ...] = (),
        attribute: str = "peer",
    ) -> Outcome:
        """The outcome for one rule; ``attribute`` is the one whose expression the message names."""
        if truth is False:
            return Passed(rule.address)
        return self.about(
            rule_text(rule) + provenance.made_by(rule, attribute),
            truth,
            fault,
            address=rule.address,
            location=rule.location,
            security_group=group_of(rule),
            fix=fix,
            evidence={**jsonable.rule_traffic(rule), **(evidence or {})},
            identity=rule_identity(rule),
            controls=controls,
            related=(*related, *provenance.given_at(rule, attribute)),
        )


def _third_person(verb: str) -> str:
    return {"have": "has", "be": "is"}.get(verb, verb + "s")
