"""What a comparison finds: differences, and beside them what is pending, swallowed, undecided or worth a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from sgwarden.findings import Severity, SuppressionNote
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Direction, Rule, SecurityGroup

Kind = Literal[
    "rule_added", "rule_removed", "rule_changed", "rule_recreated", "group_missing", "group_unmanaged",
    "attribute_changed", "prefix_list_changed",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "rule_added", "rule_removed", "rule_changed", "rule_recreated", "group_missing", "group_unmanaged",
    "attribute_changed", "prefix_list_changed",
)  # fmt: skip
OwnerKind = Literal["inline", "empty", "separate", "exclusive", "none", "unknown"]


class Ownership(Struct, frozen=True):
    """Who owns the rules of one direction of one group."""

    kind: OwnerKind
    """``inline``: blocks inside the group; ``empty``: ``= []``; ``separate``: rule resources; ``exclusive``: rule
    resources and a set that excludes others; ``none``: nobody; ``unknown``: state alone does not tell."""
    inferred: bool = False
    """Concluded from a state alone, which does not tell; True also for ``unknown``."""

    @property
    def exclusive(self) -> bool:
        """Whether the next apply removes a rule that is not declared."""
        return self.kind in ("inline", "empty", "exclusive")


class Suppression(Struct, frozen=True):
    """Why a difference does not count."""

    by: str
    """``lifecycle.ignore_changes``, ``ignore file``, ``acknowledged``; else file and line of the comment in the code or
    of the entry of the configuration: ``main.tf:5``."""
    reason: str
    until: str | None = None
    """Date (ISO 8601) after which it counts again."""


class Event(Struct, frozen=True):
    """One API call of CloudTrail that made a difference."""

    time: str
    event: str
    principal: str
    tool: str
    source_ip: str
    event_id: str


class Attribution(Struct, frozen=True):
    """Who made a difference, as far as it was looked for."""

    status: Literal["found", "not_found", "not_available"] = "not_available"
    events: tuple[Event, ...] = ()


class Remedy(Struct, frozen=True):
    """One way to settle a difference: text to review, never run by sgwarden."""

    what: str
    """What it does, in a few words."""
    language: Literal["shell", "hcl"]
    text: str


class Memory(Struct, frozen=True):
    """What the history knows of a difference."""

    first_seen: str
    last_seen: str
    """Of the run before this one; equal to ``first_seen`` when there was none."""
    age_days: int
    appearances: int
    """How often it came (again) after it was gone: more than one is flapping."""
    new: bool
    """Whether the run before this one did not have it."""


class Difference(Struct, frozen=True):
    """One thing that Terraform and AWS hold differently."""

    kind: Kind
    account: str | None
    region: str | None
    group_id: str
    group_name: str | None
    address: str | None
    """Of the group, where Terraform knows it."""
    attribute: str | None = None
    exclusive: bool = False
    """The next apply would remove or restore it."""
    ownership: Ownership | None = None
    direction: Direction | None = None
    declared: Mapping[str, Any] | None = None
    live: Mapping[str, Any] | None = None
    change: tuple[str, ...] = ()
    """What changed, a line each, for people."""
    addresses: tuple[str, ...] = ()
    """Resources that declare what differs; the group's when nothing does."""
    location: Location | None = None
    service: str | None = None
    notes: tuple[str, ...] = ()
    swallowed: bool = False
    """The state holds it although nobody declared it: a refresh wrote it there."""
    new_since_previous: bool | None = None
    """Whether the previous snapshot lacked it; None without one."""
    exposure_changes: bool = False
    opens_to_internet: bool = False
    risk: tuple[str, ...] = ()
    """Policies that the live side fails and the declared side does not."""
    severity: Severity = Severity.LOW
    suppressed: Suppression | None = None
    attribution: Attribution = Attribution()
    remedies: tuple[Remedy, ...] = ()
    memory: Memory | None = None
    fingerprint: str = ""
    rule_declared: Rule | None = None
    rule_live: Rule | None = None
    group_declared: SecurityGroup | None = None
    group_live: SecurityGroup | None = None
    ignore_changes: tuple[str, ...] = ()
    """``lifecycle.ignore_changes`` of the resource that differs."""

    @property
    def informational(self) -> bool:
        """Never drift: nothing that the group admits or says has changed."""
        return self.kind == "rule_recreated"


class Undecided(Struct, frozen=True, order=True):
    """Something that the input does not decide, and why."""

    account: str
    region: str
    group: str
    """Id of the group, else its address."""
    what: str
    reason: str


class Pending(Struct, frozen=True, order=True):
    """Code and state differ: merged and not applied."""

    address: str
    what: str
    """``to be created``, ``to be removed``, ``to be changed``."""
    detail: str
    source: str
    """Path of the code."""


class Note(Struct, frozen=True, order=True):
    """Worth knowing, and no difference."""

    kind: str
    """``managed_twice``, ``duplicate_declaration``, ``stale_reference``, ``config_conflict``, ``replaced_by`` ..."""
    group: str
    text: str


class Comparison(Struct, frozen=True):
    """The result; every tuple sorted."""

    differences: tuple[Difference, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    pending: tuple[Pending, ...] = ()
    notes: tuple[Note, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    groups_declared: int = 0
    groups_live: int = 0
    rules_declared: int = 0
    rules_live: int = 0
    failures: tuple[str, ...] = ()
    """Policies that raised while they checked the two sides."""
    counted_services: frozenset[str] = field(default_factory=frozenset)
    """``default`` and ``services``: unmanaged groups of these count as drift."""
    suppressions: tuple[SuppressionNote, ...] = ()
    """What came of the comments in the code and of the entries of the configuration."""
    ignored: tuple[str, ...] = ()
    """What there is to say about the entries of an ignore file: that they match nothing, have ended, or soon will."""
    gone: tuple[tuple[str, str], ...] = ()
    """Differences of the run before that are gone: fingerprint and title."""
    places: tuple[tuple[str, str], ...] = ()
    """Account and region of every place that was wholly read."""

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.failures and all(skipped.complete for skipped in self.skipped)

    def counts(self, difference: Difference) -> bool:
        """Return whether a difference is drift: neither suppressed, nor informational, nor an uncounted group."""
        if difference.suppressed is not None or difference.informational:
            return False
        if difference.kind == "group_unmanaged" and difference.service is not None:
            return ("default" if difference.service == "default" else "services") in self.counted_services
        return True

    @property
    def drift(self) -> tuple[Difference, ...]:
        """The differences that count."""
        return tuple(difference for difference in self.differences if self.counts(difference))
