"""What Checkov printed: ``checkov --output json``, decoded and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Result = Literal["passed", "failed", "skipped"]
_LISTS: tuple[tuple[str, Result], ...] = (
    ("failed_checks", "failed"), ("passed_checks", "passed"), ("skipped_checks", "skipped")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One check at one resource."""

    check: str
    title: str
    result: Result
    address: str
    file: str
    """Absolute path."""
    line: int
    end_line: int
    severity: str | None
    guideline: str | None
    comment: str
    """For ``skipped``: the reason given."""


@dataclass(frozen=True, slots=True)
class Results:
    """One run."""

    records: tuple[Record, ...]
    unparsed: tuple[str, ...]
    """Absolute paths of files that Checkov could not parse."""
    version: str
    resources: int


def decode(text: str) -> Results:
    """Return the results that ``text`` holds. Raises ValueError when it is not what Checkov writes."""
    document = json.loads(text)
    reports = document if isinstance(document, list) else [document]
    records: list[Record] = []
    unparsed: set[str] = set()
    version, resources = "", 0
    try:
        for report in reports:
            summary = report.get("summary", report)  # a run that found nothing prints the summary alone
            version = summary["checkov_version"]
            resources += summary["resource_count"]
            results = report.get("results", {})
            unparsed.update(results.get("parsing_errors", ()))
            for key, result in _LISTS:
                checks = results.get(key, [])
                is_quiet = result == "passed" and not checks  # a .checkov.yaml with ``quiet`` leaves them out
                if len(checks) != summary[result] and not is_quiet:
                    raise ValueError(f"it counts {summary[result]} {result} checks and lists {len(checks)}")
                records += [_record(item, result) for item in checks]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no report of Checkov: {type(error).__name__} {error}") from error
    return Results(tuple(records), tuple(sorted(unparsed)), version, resources)


def _record(item: Mapping[str, Any], result: Result) -> Record:
    start, end = item["file_line_range"]
    first = max(int(start or 1), 1)
    return Record(
        check=str(item["check_id"]),
        title=str(item["check_name"]),
        result=result,
        address=str(item["resource"]),
        file=str(item["file_abs_path"]),
        line=first,
        end_line=max(int(end or 1), first),
        severity=item.get("severity"),
        guideline=item.get("guideline"),
        comment=str(item["check_result"].get("suppress_comment") or ""),
    )
