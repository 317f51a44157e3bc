"""The baseline: findings that a team knows of and has not mended yet, in a file of the repository.

``scanner/schemas/baseline.schema.json`` describes the document. It holds no lines, so that edits of the code
change nothing in it, and no value of the code but the content of rules.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.errors import UsageError
from sgwarden.findings import Comparison, Finding, Report, Severity, Verdict
from sgwarden.gate.compare_reports import marked, suppressed
from sgwarden.gate.finding_key import Mark, Side
from sgwarden.gate.match_findings import split
from sgwarden.model.infrastructure import Infrastructure

DEFAULT_FILE = "sgwarden-baseline.json"
_TEXTS = ("fingerprint", "policy", "address", "root", "security_group", "group_name")


class Entry(Struct, frozen=True):
    """One finding that is known of."""

    mark: Mark
    """Its root is relative to the directory of the baseline file."""
    fingerprint: str
    reason: str | None = None
    """Why it is left as it is."""


class Update(Struct, frozen=True):
    """What became of a baseline."""

    entries: tuple[Entry, ...]
    """The new content, sorted."""
    added: tuple[Entry, ...]
    fixed: tuple[Entry, ...]
    """No longer found, and taken out."""
    kept: tuple[Entry, ...]
    """Of what this run did not read or ask."""


def read(path: str) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises UsageError for a file that is not there or is none."""
    try:
        document = json.loads(Path(path).read_bytes())
    except FileNotFoundError as error:
        raise UsageError(
            "there is no such baseline", path, f"make it with `sgwarden baseline update --baseline {path}`"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"the baseline cannot be read: {error}", path) from error
    try:
        if document["schema_version"] != "1":
            raise UsageError(f"schema_version {document['schema_version']!r} is not known", path, "update sgwarden")
        return tuple(_entry(each) for each in document["findings"])
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise UsageError(
            f"this is no baseline: {type(error).__name__}: {error}", path, "`sgwarden schema baseline` describes it"
        ) from error


def write(entries: Iterable[Entry]) -> str:
    """The document, the same for the same entries."""
    document = {"schema_version": "1", "findings": [_document(entry) for entry in sorted(entries, key=_order)]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def compare_with_baseline(
    report: Report, infrastructures: Sequence[Infrastructure], entries: Sequence[Entry], path: str
) -> Report:
    """``report`` with the findings of a baseline marked as existing; entries that are met no more are fixed.

    What another comparison found to exist stays so, and its base is told with the baseline's.
    """
    head = Side.of(infrastructures)
    rooted = [_rooted_here(entry, path) for entry in entries]
    found = split(
        [entry.mark for entry in rooted],
        [head.mark(finding) for finding in report.findings],
        None,
        _with_unread(head, rooted),
        suppressed(report.findings),
    )
    asked = {policy.id for policy in report.policies}
    fixed = tuple(
        _finding(rooted[position])
        for position in found.fixed
        if rooted[position].mark.policy in asked and _was_read(rooted[position].mark.root, head)
    )
    earlier = report.comparison
    comparison = (
        Comparison(path, fixed)
        if earlier is None
        else replace(earlier, base=f"{earlier.base} and {path}", fixed=_without_twins((*earlier.fixed, *fixed)))
    )
    return replace(report, findings=marked(report.findings, found.existing), comparison=comparison)


def updated(
    report: Report,
    infrastructures: Sequence[Infrastructure],
    entries: Sequence[Entry],
    path: str,
    reason: str | None = None,
) -> Update:
    """The baseline after a run: what is found is in it, what was fixed is not; what was not read or asked stays.

    Entries that are still met are left as they are, with their reasons, but for those that moved.
    """
    head = Side.of(infrastructures)
    rooted = [_rooted_here(entry, path) for entry in entries]
    findings = [finding for finding in report.findings if finding.status != "suppressed"]
    marks = [head.mark(finding) for finding in findings]
    found = split([entry.mark for entry in rooted], marks, None, _with_unread(head, rooted))
    asked = {policy.id for policy in report.policies}
    fixed, kept = [], []
    for position in range(len(rooted)):
        mark = rooted[position].mark
        if position in found.fixed and mark.policy in asked and _was_read(mark.root, head):
            fixed.append(entries[position])
        elif position in found.fixed or (mark.root in head.incomplete and position not in found.pairs.values()):
            kept.append(entries[position])
    now, added = [], []
    for position, (finding, mark) in enumerate(zip(findings, marks, strict=True)):
        old = found.pairs.get(position)
        here = replace(mark, root=_relative(mark.root, path))
        entry = Entry(here, finding.fingerprint, reason if old is None else entries[old].reason)
        now.append(entry)
        if old is None:
            added.append(entry)
    return Update(tuple(sorted((*now, *kept), key=_order)), tuple(added), tuple(fixed), tuple(kept))


def _with_unread(head: Side, entries: Iterable[Entry]) -> Side:
    """``head`` with the roots that are there and were not read by this run: nothing has moved out of them."""
    there = {entry.mark.root for entry in entries if os.path.exists(entry.mark.root)}
    return replace(head, roots=head.roots | there)


def _was_read(root: str, head: Side) -> bool:
    """Whether a finding of ``root`` would have been found: it was read, or is there no more."""
    return (root in head.roots and root not in head.incomplete) or not os.path.exists(root)


def _rooted_here(entry: Entry, path: str) -> Entry:
    """The entry with its root as this run shows it: relative to the working directory."""
    root = os.path.relpath(os.path.join(os.path.dirname(os.path.abspath(path)), entry.mark.root))
    return replace(entry, mark=replace(entry.mark, root=root.replace(os.sep, "/")))


def _relative(root: str, path: str) -> str:
    return os.path.relpath(os.path.abspath(root), os.path.dirname(os.path.abspath(path))).replace(os.sep, "/")


def _without_twins(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first of those that tell of the same thing."""
    return tuple({(each.root, each.policy, each.address, each.fingerprint): each for each in findings}.values())


def _finding(entry: Entry) -> Finding:
    mark = entry.mark
    return Finding(
        policy=mark.policy,
        verdict=mark.verdict,
        severity=mark.severity,
        address=mark.address,
        fault="",
        location=None,
        subject=" ".join(part for part in mark.subject if part) or mark.address,
        security_group=None if mark.security_group == mark.address else mark.security_group,
        identity=mark.subject,
        root=mark.root,
        fingerprint=entry.fingerprint,
        status="fixed",
    )


def _entry(document: Mapping[str, Any]) -> Entry:
    for name in _TEXTS:
        if not isinstance(document[name], str):
            raise ValueError(f"{name} is no text")
    return Entry(
        Mark(
            root=document["root"],
            policy=document["policy"],
            address=document["address"],
            security_group=document["security_group"],
            group_name=document["group_name"],
            subject=tuple(str(part) for part in document["subject"]),
            verdict=Verdict(document["verdict"]),
            severity=Severity[document["severity"].upper()],
        ),
        document["fingerprint"],
        document.get("reason"),
    )


def _document(entry: Entry) -> dict[str, Any]:
    mark = entry.mark
    return {
        "fingerprint": entry.fingerprint,
        "policy": mark.policy,
        "verdict": str(mark.verdict),
        "severity": str(mark.severity),
        "root": mark.root,
        "address": mark.address,
        "security_group": mark.security_group,
        "group_name": mark.group_name,
        "subject": list(mark.subject),
        "reason": entry.reason,
    }


def _order(entry: Entry) -> tuple[object, ...]:
    mark = entry.mark
    return (mark.root, mark.security_group, mark.address, mark.policy, mark.subject, entry.fingerprint)
