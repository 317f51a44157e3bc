"""Findings: what policies conclude, and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Literal, Protocol

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
    """FAIL is certain; UNDECIDED depends on what is not known from the input."""

    FAIL = "fail"
    UNDECIDED = "undecided"


class PolicyInfo(Protocol):
    """What reports know of a policy; every policy of the registry is one."""

    @property
    def id(self) -> str:
        """Kebab-case, named for the fault."""
        ...

    @property
    def title(self) -> str:
        """One line, without a full stop."""
        ...

    @property
    def severity(self) -> Severity:
        """The default for its findings."""
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
        """The same piece without the fault."""
        ...


class Passed(Struct, frozen=True):
    """One subject that a policy looked at and found good."""

    address: str


class Facts(Struct, frozen=True):
    """What suppressions may select a finding by besides its own fields; whatever is not known is empty."""

    kind: str = ""
    """The kind of its source: ``hcl``, ``plan``, ``state``, ``snapshot``, ``live``."""
    id: str | None = None
    """Id of the security group."""
    account: str | None = None
    region: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    """Tags of the security group, sorted; never shown."""
    name: str | None = None
    """Name of the security group."""

    @property
    def place(self) -> tuple[str, ...]:
        """Name of the group, account and region, as far as they are known; nothing for what code declares."""
        return tuple(filter(None, (self.name, self.account, self.region))) if self.kind in ("snapshot", "live") else ()


class Finding(Struct, frozen=True):
    """One conclusion about one subject; its ``message`` is made of subject, cause, fault, unknowns and remarks."""

    policy: str
    verdict: Verdict
    severity: Severity
    address: str
    """Address of the resource to change."""
    fault: str
    """What is wrong, in words that follow the subject: ``opens port 22 (SSH) to the internet``, ``may open ...``."""
    location: Location | None
    subject: str = ""
    """What it is about: ``Ingress tcp 22 from 0.0.0.0/0``; empty when the fault is a whole sentence."""
    cause: str = ""
    """The expression that made the subject and its way there: "`var.admins`, set at terraform.tfvars:3"."""
    security_group: str | None = None
    evidence: Mapping[str, object] = field(default_factory=dict)
    """The facts behind the fault as JSON values (see ``sgwarden.model.jsonable``); never a sensitive value."""
    fix: str = ""
    """What to change, in one sentence."""
    identity: tuple[str, ...] = ()
    """What the finding is about besides policy and address (the rule's content), free of lines;
    the fingerprint is made of policy, address and this."""
    controls: tuple[str, ...] = ()
    """The controls that this very finding breaks; a subset of the policy's."""
    unknowns: tuple[str, ...] = ()
    """For UNDECIDED: the reasons of the unknown values that stand in the way."""
    remarks: tuple[str, ...] = ()
    """Sentences that follow: "Checkov's CKV_AWS_24 fails it too."."""
    related: tuple[Location, ...] = ()
    """Other places that matter: the wider rule of a shadowed one, the rule that opens a resource ..."""
    elements: tuple[Location, ...] = ()
    """The elements of lists and entries of maps that its subject is certainly made of: comments there are about it."""
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
    enabled: bool = True
    """Whether the configuration enables its policy at its place; set by ``sgwarden.config.policy_rules``."""
    also: tuple[str, ...] = ()
    """Further policies that say no more than this about the same rule; set by ``sgwarden.run.subsume``."""

    @property
    def subject_with_cause(self) -> str:
        """``Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, set at terraform.tfvars:3)``."""
        return f"{self.subject} ({self.cause})" if self.cause else self.subject

    @property
    def conclusion(self) -> str:
        """The message without its subject: ``opens port 22 (SSH) to the internet.``"""
        if not self.fault:
            return ""
        unknown = ""
        if self.verdict is Verdict.UNDECIDED:
            unknown = f"; unknown: {'; '.join(self.unknowns) or 'the input does not tell'}"
        return " ".join((f"{self.fault}{unknown}.", *self.remarks))

    @property
    def message(self) -> str:
        """The exact rule, the expression that made it, and what is wrong with it, in one or two sentences."""
        return " ".join(part for part in (self.subject_with_cause, self.conclusion) if part)

    @property
    def inline_message(self) -> str:
        """The message without its full stop, for use within a line."""
        return self.message.rstrip(".")


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
    """One suppression, and its effect in an assessment."""

    origin: str
    """``comment``, ``configuration``, or the tool whose comment it is."""
    policies: tuple[str, ...]
    """Empty: whatever meets the criteria; ``*``: every policy."""
    location: Location
    criteria: str
    """Of the configuration: its criteria besides policies; of other tools: the words of the comment."""
    reason: str | None
    until: str | None
    """The last day on which it applies (ISO 8601)."""
    status: Literal["active", "expiring", "expired", "unused", "invalid"]
    findings: int
    """How many findings it covers."""
    message: str
    """What is wrong with it, in one line; empty when it is active."""


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
    """What an assessment was compared with, and the result besides the status of each finding."""

    base: str
    """In words: ``commit 0123456789ab``, ``sgwarden-baseline.json``."""
    fixed: tuple[Finding, ...] = ()
    """What was found there and is found no more."""
    exposure: tuple[ExposureChange, ...] | None = None
    """By root, group and ports; None when the base holds findings alone."""
    notes: tuple[str, ...] = ()
    """What of the base was not read, and what that means."""
    judging: tuple[str, ...] = ()
    """What the change alters in policies and suppressions, and which findings that hides; one line each."""
    unread: frozenset[Skipped] = frozenset()
    """What the base could not read either, and the change leaves as it is: it does not count."""


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
    """Every policy that was run, in the registry's order."""
    sources: tuple[Source, ...] = ()
    missing_variables: Mapping[str, Location] = field(default_factory=dict)
    """Required variables without a value, by name, with the place of their declaration."""
    roots: tuple[AssessedRoot, ...] = ()
    """What was assessed, subject by subject; empty unless the run keeps it."""
    suppressions: tuple[SuppressionNote, ...] = ()
    """Every suppression that could apply in this run."""
    comparison: Comparison | None = None
    """None: everything counts as new."""
    comments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Comments that suppress, by place (``main.tf:5``): what they say and stand at, for telling old from new ones."""

    @property
    def complete(self) -> bool:
        """Whether everything was read and every policy ran to its end."""
        return not self.failures and all(skipped.complete for skipped in self.skipped)

    @property
    def newly_complete(self) -> bool:
        """Whether everything was read that the base of the comparison could read, and every policy ran to its end."""
        known = self.comparison.unread if self.comparison is not None else frozenset()
        return not self.failures and all(skipped.complete or skipped in known for skipped in self.skipped)
