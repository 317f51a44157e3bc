"""The JSON document of a comparison; ``scanner/sgwarden/schemas/drift.schema.json`` describes it."""

from __future__ import annotations

from sgwarden.drift.differences import Comparison, Difference
from sgwarden.findings import Severity
from sgwarden.model import jsonable
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.json import skipped_document, suppression_document, to_json


def render(comparison: Comparison, context: DriftContext) -> str:
    """Return the comparison as one JSON document."""
    drift = comparison.drift
    document = {
        "schema_version": "1",
        "differences": [_difference(each, comparison.counts(each)) for each in comparison.differences],
        "undecided": [
            {
                "account": each.account or None,
                "region": each.region or None,
                "security_group": each.group or None,
                "what": each.what,
                "reason": each.reason,
            }
            for each in comparison.undecided
        ],
        "not_applied": [
            {"address": each.address, "what": each.what, "detail": each.detail, "source": each.source}
            for each in comparison.pending
        ],
        "notes": [
            {"kind": each.kind, "security_group": each.group or None, "text": each.text} for each in comparison.notes
        ],
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
    }
    return to_json(document)


def _difference(each: Difference, counts: bool) -> dict[str, object]:
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
            "last_seen": memory.last_seen,
            "age_days": memory.age_days,
            "appearances": memory.appearances,
            "new": memory.new,
        },
        "attribution": {
            "status": each.attribution.status,
            "events": [
                {
                    "time": event.time,
                    "event": event.event,
                    "principal": event.principal,
                    "tool": event.tool,
                    "source_ip": event.source_ip,
                    "event_id": event.event_id,
                }
                for event in each.attribution.events
            ],
        },
        "remedies": [
            {"what": remedy.what, "language": remedy.language, "text": remedy.text} for remedy in each.remedies
        ],
        "fingerprint": each.fingerprint,
    }
