"""SARIF 2.1.0 as GitHub code scanning accepts it: the log around the results, places, messages and limits.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import quote

from sgwarden.findings import Severity
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.project import HOME

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 5000
"""GitHub keeps the 5,000 most severe results of a run and rejects more than 25,000."""
MAX_NOTIFICATIONS = 200

LEVELS = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}
SCORES = {Severity.LOW: "2.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""GitHub: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low."""

_PLACEHOLDER = re.compile(r"\{([0-9]+)\}")


def log(
    *,
    version: str,
    category: str,
    rules: Sequence[dict[str, object]],
    results: Sequence[dict[str, object]],
    failures: Sequence[str],
    notifications: Sequence[dict[str, object]],
) -> dict[str, object]:
    """Return a log of one run; ``failures`` are the policies that broke, ``notifications`` follow them."""
    driver: dict[str, object] = {"name": "sgwarden", "informationUri": HOME, "rules": rules}
    if version:
        driver["semanticVersion"] = version
    broken = [notification(f"A policy broke: {failure}", "error") for failure in failures]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": category},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not failures,
                        "toolExecutionNotifications": [*broken, *notifications],
                    }
                ],
                "results": results,
            }
        ],
    }


def notification(text: str, level: str) -> dict[str, object]:
    """Return one notification of a run."""
    return {"level": level, "message": message(text)}


def unread_notifications(
    unread: Sequence[Skipped], uri_of: Callable[[str], str] | None = None
) -> list[dict[str, object]]:
    """Return what was not read, with places where ``uri_of`` is given; above the limit, how many more there are."""
    notifications = []
    for skipped in unread[:MAX_NOTIFICATIONS]:
        notice = notification(f"Not read: {skipped.what}: {skipped.reason}", "warning")
        if skipped.location and uri_of:
            notice["locations"] = [{"physicalLocation": physical_location(skipped.location, uri_of)}]
        notifications.append(notice)
    if len(unread) > MAX_NOTIFICATIONS:
        notifications.append(notification(f"{len(unread) - MAX_NOTIFICATIONS} more parts were not read.", "warning"))
    return notifications


def message(text: str) -> dict[str, str]:
    """Return a message whose text holds no link (section 3.11.6) and no placeholder (section 3.11.5)."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", text).replace("](", "] (")}


def fingerprints(fingerprint: str) -> dict[str, str]:
    """Return the fingerprint as GitHub matches results by it, and whole."""
    return {"primaryLocationLineHash": f"{fingerprint[:16]}:1", "sgwarden/v1": fingerprint}


def physical_location(location: Location, uri_of: Callable[[str], str]) -> dict[str, object]:
    """Return a place with the least that GitHub asks for: lines from one; ``uri_of`` as in the context of a report."""
    line = max(location.line, 1)
    end_line = max(location.end_line, line)
    region = {"startLine": line, "endLine": end_line}
    column = max(location.column, 1)
    if end_line > line or location.end_column > column:
        region |= {"startColumn": column, "endColumn": max(location.end_column, 1)}
    return {"artifactLocation": {"uri": uri(location.file, uri_of)}, "region": region}


def uri(file: str, uri_of: Callable[[str], str]) -> str:
    """Return a path relative to the repository, percent-encoded, without ``./``; no colon in it names a scheme."""
    path = uri_of(file).replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return quote(path or "unknown", safe="/")
