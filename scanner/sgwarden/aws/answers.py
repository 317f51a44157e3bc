"""What was read of one account in one region, as AWS answers it, and what was not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that was not read."""

    kind: str
    """Name of the field of ``Infrastructure`` that lacks it; empty when what was read is whole without it."""
    what: str
    """In the user's words: ``security groups``."""
    reason: str
    complete: bool = False
    """True: nothing is missing without it."""


@dataclass(slots=True)
class Documents:
    """Answers by the name of their list (``SecurityGroups``, ``NetworkInterfaces`` ...), all pages together.

    A list that is absent was not read. Answers about one thing each are objects by its name: ``PrefixListEntries``
    by list id, ``TrailStatus`` and ``EventSelectors`` by ARN, and so on as ``sgwarden.aws.monitoring`` says.
    """

    account: str
    region: str
    lists: dict[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def take(self, other: Documents) -> None:
        """Add what another reading of the same account and region found."""
        self.lists |= other.lists
        self.failures += other.failures
