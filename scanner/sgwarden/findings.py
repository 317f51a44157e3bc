"""Findings: what policies conclude, and the report that gathers them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any, Literal, Protocol

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.model.sources import Skipped, Source


class Severity(IntEnum):
    """How bad a finding is; ordered."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


class Verdict(StrEnum):
    """FAIL is certain; UNDECIDED says that the input does not tell."""

    FAIL = "fail"
    UNDECIDED = "undecided"


class PolicyInfo(Protocol):
    """What a report tells about a policy; every policy of the registry is one."""

    @property
    def id(self) -> str:
        """Kebab-case; says the fault."""
        ...

    @property
    def title(self) -> str:
        """One line, without a full stop."""
        ...

    @property
    def severity(self) -> Severity:
        """Of its findings, unless a finding says otherwise."""
        ...

    @property
    def why(self) -> str:
        """What can happen, in a few sentences."""
        ...

    @property
    def fix(self) -> str:
        """What to change, in a few sentences."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """URLs of the documents it rests on, the most useful one first."""
        ...

    @property
    def controls(self) -> tuple[str, ...]:
        """``CIS-AWS-3.0.0:5.2``, ``SecurityHub:EC2.13``, ``MITRE-ATTACK:T1133``."""
        ...

    @property
    def bad(self) -> str:
        """A short piece of Terraform that fails."""
        ...

    @property
    def good(self) -> str:
        """The same piece, mended."""
        ...


class Passed(Struct, frozen=True):
    """One subject that a policy looked at and found good."""

    address: str


class Facts(Struct, frozen=True):
    """What suppressions may choose a finding by, besides what it says; whatever is not known is empty."""

    kind: str = ""
    """The kind of its source: ``hcl``, ``plan``, ``state``, ``snapshot``, ``live``."""
    id: str | None = None
    """Id of the security group."""
    account: str | None = None
    region: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    """Tags of the security group, sorted; never shown."""


class Finding(Struct, frozen=True):
    """One conclusion about one thing."""

    policy: str
    verdict: Verdict
    severity: Severity
    address: str
    """Address of the resource to change."""
    message: str
    """Names the exact rule, the expression that made it, and why it matters; one or two sentences."""
    location: Location | None
    subject: str = ""
    """How the message begins: what it is about, so that findings about one thing can be shown together."""
    security_group: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able facts behind the message; never a sensitive value."""
    fix: str = ""
    """What to change, in one sentence."""
    identity: tuple[str, ...] = ()
    """What the finding is about besides policy and address (the rule's content), free of lines;
    the fingerprint is made of policy, address and this."""
    controls: tuple[str, ...] = ()
    """The controls that this very finding breaks; a subset of the policy's."""
    unknowns: tuple[str, ...] = ()
    """For UNDECIDED: the reasons of the unknown values that stand in the way."""
    related: tuple[Location, ...] = ()
    """Other places that matter: the wider rule of a shadowed one, the rule that opens a resource ..."""
    root: str = ""
    """Path of the root module, plan or state it was found in; set by ``assess``."""
    fingerprint: str = ""
    """Stable under moves of lines and files; set by ``assess``."""
    status: Literal["new", "existing", "suppressed", "fixed"] = "new"
    """``existing`` and ``fixed`` only in a comparison."""
    suppression: str | None = None
    """The reason given for suppressing it."""
    suppressed_by: str | None = None
    """Where that was written: ``main.tf:5``, ``sgwarden.toml:12``, ``checkov:skip=CKV_AWS_24 at main.tf:5``."""
    facts: Facts = Facts()
    """Set by ``assess``."""
    asked: bool = True
    """Whether the configuration asks its policy at its place; set by ``config.adjusting``."""
    also: tuple[str, ...] = ()
    """Further policies that say no more than this about the same rule; set by ``sgwarden.run.subsume``."""


Outcome = Finding | Passed


class Part(Struct, frozen=True):
    """What the policies conclude about one root module, plan or state."""

    source: Source
    findings: tuple[Finding, ...]
    passed: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    failures: tuple[str, ...]
    resources: int
    security_groups: int
    rules: int
    passed_subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By policy: addresses of what it found good; empty for a part that was recalled and not assessed."""


class AssessedRoot(Struct, frozen=True):
    """One root module, plan or state that was assessed."""

    source: Source
    passed: Mapping[str, tuple[str, ...]]
    """By policy: addresses of what it looked at and found good."""
    skipped: tuple[Skipped, ...]
    """What makes its assessment incomplete."""
    failures: tuple[str, ...]


class SuppressionNote(Struct, frozen=True):
    """One suppression, and what came of it in an assessment."""

    origin: str
    """``comment``, ``configuration``, or the tool whose comment it is."""
    policies: tuple[str, ...]
    """Empty: whatever meets the criteria; ``*``: every policy."""
    location: Location
    criteria: str
    """Of the configuration: what it asks for besides policies; of other tools: the words of the comment."""
    reason: str | None
    until: str | None
    """The last day on which it applies (ISO 8601)."""
    status: Literal["active", "expiring", "expired", "unused", "invalid"]
    findings: int
    """How many findings it covers."""
    message: str
    """What there is to say about it, in one line; empty when it is active."""


class ExposureChange(Struct, frozen=True):
    """Who may reach one group at some ports, before and after a change."""

    root: str
    security_group: str
    name: str
    """Its name where it is known."""
    traffic: str
    """``tcp 22``, ``tcp and udp 0-65535``, ``icmp``."""
    before: tuple[str, ...]
    """Networks and groups; empty: nobody."""
    after: tuple[str, ...]
    opens: bool
    """Whether public addresses are admitted that were not."""


class Comparison(Struct, frozen=True):
    """What an assessment was compared with, and what came of it besides the status of each finding."""

    base: str
    """In words: ``commit 0123456789ab``, ``sgwarden-baseline.json``."""
    fixed: tuple[Finding, ...] = ()
    """What was found there and is found no more."""
    exposure: tuple[ExposureChange, ...] | None = None
    """By root, group and ports; None when the base tells of findings alone."""
    notes: tuple[str, ...] = ()
    """What of the base was not read, and what that means."""
    judging: tuple[str, ...] = ()
    """What the change alters of how it is judged, and which findings that hides; one line each."""


class Report(Struct, frozen=True):
    """The result of one assessment; findings sorted."""

    findings: tuple[Finding, ...]
    passed: Mapping[str, int]
    """By policy: how many subjects it looked at and found good."""
    skipped: tuple[Skipped, ...]
    failures: tuple[str, ...] = ()
    """Policies that raised: ``policy: error``; any makes the run fail."""
    resources: int = 0
    security_groups: int = 0
    rules: int = 0
    policies: tuple[PolicyInfo, ...] = ()
    """Every policy that was asked, in the registry's order."""
    sources: tuple[Source, ...] = ()
    missing_variables: Mapping[str, Location] = field(default_factory=dict)
    """Required variables without a value, by name, with the place of their declaration."""
    roots: tuple[AssessedRoot, ...] = ()
    """What was assessed, subject by subject; only when asked for."""
    suppressions: tuple[SuppressionNote, ...] = ()
    """Every suppression that this run could meet."""
    comparison: Comparison | None = None
    """None: everything counts as new."""
    comments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Comments that suppress, by place (``main.tf:5``): what they say and stand at, for telling old from new ones."""

    @property
    def complete(self) -> bool:
        """Whether everything was read and every policy ran to its end."""
        return not self.failures and all(skipped.complete for skipped in self.skipped)
