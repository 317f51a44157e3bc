"""Drift as SARIF 2.1.0: a rule for each kind of difference; suppressed ones and what does not count are left out."""

from __future__ import annotations

from sgwarden.drift import titles
from sgwarden.drift.differences import KINDS, Comparison, Difference
from sgwarden.findings import Severity
from sgwarden.model.locations import Location
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.json import to_json
from sgwarden.reports.parts.sarif import (
    LEVELS,
    MAX_RESULTS,
    SCORES,
    fingerprints,
    log,
    message,
    notification,
    physical_location,
    unread_notifications,
)
from sgwarden.reports.parts.text import unread

_TITLES = {
    "rule_added": "A live rule that Terraform does not declare",
    "rule_removed": "A declared rule that is not live",
    "rule_changed": "A rule that is live with another content or description",
    "rule_recreated": "A rule that was made again under another id",
    "group_missing": "A declared security group that is not live",
    "group_unmanaged": "A live security group that Terraform does not know",
    "attribute_changed": "An attribute of a security group that is live with another value",
    "prefix_list_changed": "A managed prefix list that is live with other entries",
}
_FIXES = {
    "rule_added": "Revoke the rule, or declare it and import it into the state.",
    "rule_removed": "Apply again, or take the rule out of the code.",
    "rule_changed": "Apply again, or declare what is live.",
    "rule_recreated": "Refresh the state, or import the rule under its new id.",
    "group_missing": "Apply again, or take the group out of the code and the state.",
    "group_unmanaged": "Delete the group, or declare it and import it into the state.",
    "attribute_changed": "Apply again, or declare what is live.",
    "prefix_list_changed": "Apply again, or declare the entries that are live.",
}


def render(comparison: Comparison, context: DriftContext) -> str:
    """Return the comparison as one SARIF log."""
    drift = comparison.drift
    kept = sorted(drift, key=lambda each: -each.severity)[:MAX_RESULTS]
    left_out = len(drift) - len(kept)
    omission = f"{left_out} differences of lesser severity were left out."
    document = log(
        version=context.version,
        category="sgwarden/drift/",
        rules=[_rule(kind) for kind in KINDS],
        results=[_result(each, context) for each in kept],
        failures=comparison.failures,
        notifications=[
            *([notification(omission, "warning")] if left_out else []),
            *unread_notifications(unread(comparison.skipped)),
        ],
    )
    return to_json(document)


def _rule(kind: str) -> dict[str, object]:
    return {
        "id": f"drift/{kind.replace('_', '-')}",
        "name": "".join(part.capitalize() for part in f"drift_{kind}".split("_")),
        "shortDescription": {"text": f"{_TITLES[kind]}."},
        "fullDescription": {"text": f"{_TITLES[kind]}."},
        "help": {"text": f"{_TITLES[kind]}.\n\nFix: {_FIXES[kind]}"},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["security", "terraform", "aws", "drift"], "precision": "very-high"},
    }


def _result(each: Difference, context: DriftContext) -> dict[str, object]:
    place = each.location or Location(context.fallback, 1, 1)
    parts = [f"{titles.title(each)}: {titles.name(each)} in {titles.place(each)}"]
    parts += each.change if each.attribute is not None else ()
    parts += ["opens to the internet"] if each.opens_to_internet else []
    parts += [text for text in (titles.effect(each), *each.notes) if text]
    return {
        "ruleId": f"drift/{each.kind.replace('_', '-')}",
        "ruleIndex": KINDS.index(each.kind),
        "level": LEVELS[Severity(each.severity)],
        "message": message("; ".join(parts) + "."),
        "locations": [
            {
                "physicalLocation": physical_location(place, context.uri_of),
                "logicalLocations": [
                    {"fullyQualifiedName": (each.addresses or (each.group_id,))[0], "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": fingerprints(each.fingerprint),
        "properties": {
            "severity": str(each.severity),
            "security-severity": SCORES[Severity(each.severity)],
            "account": each.account,
            "region": each.region,
            "security_group": each.group_id,
            "exclusive": each.exclusive,
            "risk": list(each.risk),
        },
    }
