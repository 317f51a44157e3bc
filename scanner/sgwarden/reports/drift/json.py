"""Reports of drift: one function a format, each from a comparison to text.

The JSON document is described by ``scanner/schemas/drift.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from msgspec import Struct

from sgwarden.drift.differences import Comparison, Difference
from sgwarden.findings import Severity
from sgwarden.model import jsonable
from sgwarden.reports.findings.json import suppression_document
from sgwarden.reports.inventory import skipped_document
from sgwarden.reports.parts.context import same_path

FORMATS: dict[str, str] = {
    "text": "sgwarden.reports.drift.text",
    "json": "sgwarden.reports.drift.json",
    "markdown": "sgwarden.reports.drift.markdown",
    "sarif": "sgwarden.reports.drift.sarif",
    "junit": "sgwarden.reports.drift.junit",
    "csv": "sgwarden.reports.drift.csv",
}


class DriftContext(Struct, frozen=True):
    """Surroundings of one rendering; no clock and no environment is read."""

    version: str = ""
    color: bool = False
    at: str = ""
    """When the comparison was made (ISO 8601, UTC); empty: not told."""
    taken: str = ""
    """When the live side was read, where that is another time."""
    fallback: str = "."
    """File to point at for what no file declares."""
    uri_of: Callable[[str], str] = same_path
    remembers: bool = False
    """Whether there is a history."""


def render_as(name: str, comparison: Comparison, context: DriftContext) -> str:
    """The comparison in the format ``name`` (a key of FORMATS), ending with a line break."""
    return cast(str, import_module(FORMATS[name]).render(comparison, context))


def render(comparison: Comparison, context: DriftContext) -> str:
    """The comparison as one JSON document."""
    return json.dumps(document(comparison), indent=2, ensure_ascii=False) + "\n"


def document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain values."""
    drift = comparison.drift
    return {
        "schema_version": "1",
        "differences": [difference_document(each, comparison.counts(each)) for each in comparison.differences],
        "undecided": [
            {
                "account": each.account or None, "region": each.region or None, "security_group": each.group or None,
                "what": each.what, "reason": each.reason,
            }
            for each in comparison.undecided
        ],
        "not_applied": [
            {"address": each.address, "what": each.what, "detail": each.detail, "source": each.source}
            for each in comparison.pending
        ],
        "notes": [{"kind": each.kind, "security_group": each.group or None, "text": each.text} for each in comparison.notes],
        "gone": [{"fingerprint": fingerprint, "what": text} for fingerprint, text in comparison.gone],
        "ignore_file": list(comparison.ignored),
        "suppressions": [suppression_document(note) for note in comparison.suppressions],
        "skipped": [skipped_document(skipped) for skipped in comparison.skipped],
        "failures": list(comparison.failures),
        "summary": {
            "groups_declared": comparison.groups_declared,
            "groups_live": comparison.groups_live,
            "rules_declared": comparison.rules_declared,
            "rules_live": comparison.rules_live,
            "drift": len(drift),
            "by_severity": {str(level): sum(each.severity is level for each in drift) for level in Severity},
            "suppressed": sum(each.suppressed is not None for each in comparison.differences),
            "undecided": len(comparison.undecided),
            "new": sum(each.memory is not None and each.memory.new for each in drift),
            "in_sync": not drift and comparison.complete,
            "complete": comparison.complete,
        },
    }  # fmt: skip


def remarks(comparison: Comparison, *, unused: bool = True) -> list[str]:
    """What there is to say about suppressions in the code and in the configuration, a line each."""
    return [
        f"{note.location.file}:{note.location.line}: {note.message}"
        for note in comparison.suppressions
        if note.message and (unused or note.status != "unused")
    ]


def not_counted(comparison: Comparison) -> tuple[list[Difference], list[str]]:
    """Differences that do not count: those to show one by one, and a sentence on those of which there are many.

    An account has a default group in every region; together they would bury the rest.
    """
    shown: list[Difference] = []
    many: dict[str, list[Difference]] = {}
    for each in comparison.differences:
        if comparison.counts(each):
            continue
        alike = each.suppressed is None and each.kind == "group_unmanaged" and not each.opens_to_internet
        (many.setdefault(each.service or "", []) if alike else shown).append(each)
    told = []
    for service, found in sorted(many.items()):
        if len(found) <= _FEW:
            shown += found
            continue
        regions = len({(each.account, each.region) for each in found})
        option = "default" if service == "default" else "services"
        whose = "default groups that nobody adopted" if option == "default" else f"groups of {service}"
        told.append(
            f"{len(found)} {whose}, in {regions} region{'s' if regions > 1 else ''}; --include {option} counts them"
        )
    alone = {id(each) for each in shown}
    return [each for each in comparison.differences if id(each) in alone], told


_FEW = 3
"""So many alike are shown one by one."""


def difference_document(each: Difference, counts: bool) -> dict[str, Any]:
    """One difference as plain values."""
    memory, suppressed, ownership = each.memory, each.suppressed, each.ownership
    return {
        "kind": each.kind,
        "account": each.account,
        "region": each.region,
        "security_group": {"id": each.group_id, "name": each.group_name, "address": each.address},
        "addresses": list(each.addresses),
        "location": jsonable.location(each.location),
        "attribute": each.attribute,
        "direction": each.direction,
        "exclusive": each.exclusive,
        "ownership": None if ownership is None else {"kind": ownership.kind, "inferred": ownership.inferred},
        "counts": counts,
        "suppressed": None
        if suppressed is None
        else {"by": suppressed.by, "reason": suppressed.reason, "until": suppressed.until},
        "service": each.service,
        "declared": None if each.declared is None else dict(each.declared),
        "live": None if each.live is None else dict(each.live),
        "change": list(each.change),
        "notes": list(each.notes),
        "swallowed": each.swallowed,
        "new_since_previous": each.new_since_previous,
        "exposure_changes": each.exposure_changes,
        "opens_to_internet": each.opens_to_internet,
        "risk": list(each.risk),
        "severity": str(each.severity),
        "first_seen": memory.first_seen if memory is not None else None,
        "history": None
        if memory is None
        else {
            "last_seen": memory.last_seen, "age_days": memory.age_days, "appearances": memory.appearances, "new": memory.new,
        },
        "attribution": {
            "status": each.attribution.status,
            "events": [
                {
                    "time": event.time, "event": event.event, "principal": event.principal, "tool": event.tool,
                    "source_ip": event.source_ip, "event_id": event.event_id,
                }
                for event in each.attribution.events
            ],
        },
        "remedies": [
            {"what": remedy.what, "language": remedy.language, "text": remedy.text} for remedy in each.remedies
        ],
        "fingerprint": each.fingerprint,
    }  # fmt: skip
