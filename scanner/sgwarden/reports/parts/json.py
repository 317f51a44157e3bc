"""JSON as every document of sgwarden is written, and the objects that several documents hold."""

from __future__ import annotations

import json

from sgwarden.findings import SuppressionNote
from sgwarden.model import jsonable
from sgwarden.model.infrastructure import Skipped


def to_json(document: object) -> str:
    """Return the text of a JSON document: indented, UTF-8, with a line break at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def skipped_document(skipped: Skipped) -> dict[str, object]:
    """Return what was not read, and why, as plain values."""
    return {
        "what": skipped.what,
        "reason": skipped.reason,
        "complete": skipped.complete,
        "location": jsonable.location(skipped.location),
    }


def suppression_document(note: SuppressionNote) -> dict[str, object]:
    """Return one suppression and its effect as plain values."""
    return {
        "origin": note.origin,
        "policies": list(note.policies),
        "criteria": note.criteria,
        "location": jsonable.location(note.location),
        "reason": note.reason,
        "until": note.until,
        "status": note.status,
        "findings": note.findings,
        "message": note.message,
    }
