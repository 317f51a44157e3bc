"""Suppressions of the differences of a drift: comments and exemptions for the policy ``drift``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sgwarden.config.configuration import DIFFERENCE_KINDS, DRIFT
from sgwarden.model import provenance
from sgwarden.suppressions.engine import Decision, Suppressions
from sgwarden.suppressions.subject import Subject

if TYPE_CHECKING:
    from sgwarden.drift.differences import Difference
    from sgwarden.findings import SuppressionNote


def decide(suppressions: Suppressions, difference: Difference, directory: str | None) -> Decision | None:
    """Return the suppression that applies to a difference; None when it counts.

    ``directory`` is the root module that declares it, relative to the working directory; None: there is no code.
    """
    return suppressions.decide(subject_of(difference, directory))


def subject_of(difference: Difference, directory: str | None) -> Subject:
    """Return what suppressions match a difference by; tags are those of the live group where there is one."""
    group = difference.group_live or difference.group_declared
    tags = group.tags if group is not None and "tags" not in group.sensitive else {}
    rule = difference.rule_declared
    either = difference.rule_live or rule
    return Subject(
        policy=DRIFT,
        address=difference.addresses[0] if difference.addresses else difference.address or difference.group_id,
        security_group=difference.address or difference.group_id,
        kinds=(difference.kind, "live"),
        id=difference.group_id,
        account=difference.account,
        region=difference.region,
        tags={key: value for key, value in tags.items() if isinstance(value, str)},
        location=difference.location,
        directory=directory,
        root=directory or "",
        about_rule=difference.kind.startswith("rule_"),
        elements=provenance.elements(rule) if rule is not None else (),
        addresses=difference.addresses,
        name=difference.group_name or "",
        description=either.description if either is not None and isinstance(either.description, str) else "",
        direction=difference.direction or "",
        fingerprint=difference.fingerprint,
    )


def drift_notes(notes: Iterable[SuppressionNote]) -> tuple[SuppressionNote, ...]:
    """Return the notes of a drift without the unused ones that are not about drift alone.

    A comment or an entry for every policy may match findings, which a drift does not look for.
    """
    return tuple(
        note for note in notes if note.origin != "ignore file" and (note.status != "unused" or _is_of_drift(note))
    )


def ignore_file_messages(notes: Iterable[SuppressionNote]) -> tuple[str, ...]:
    """Return the messages about entries of an ignore file, which their numbers tell apart."""
    return tuple(
        note.message.removeprefix("the suppression of ")
        for note in notes
        if note.origin == "ignore file" and note.message
    )


def _is_of_drift(note: SuppressionNote) -> bool:
    if note.policies:
        return DRIFT in note.policies
    return any(kind in note.criteria for kind in DIFFERENCE_KINDS)
