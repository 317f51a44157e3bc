"""Findings: what policies conclude, and the report that gathers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from scanner.model.infrastructure import Skipped
from scanner.model.locations import Location


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


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion about one thing."""

    policy: str
    verdict: Verdict
    severity: Severity
    address: str
    """Address of the resource to change."""
    message: str
    """Names the exact rule, the expression that made it, and why it matters; one or two sentences."""
    location: Location | None
    security_group: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able facts behind the message; never a sensitive value."""
    fix: str = ""
    """What to change, in one sentence."""
    identity: tuple[str, ...] = ()
    """What the finding is about besides policy and address (the rule's content), free of lines;
    the fingerprint is made of policy, address and this."""


@dataclass(frozen=True, slots=True)
class Report:
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
