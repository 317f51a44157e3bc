"""The baseline: findings that a team knows of and has not fixed yet, in a file of the repository.

``scanner/sgwarden/schemas/baseline.schema.json`` describes the document. It holds no lines, so that edits of the code
change nothing in it, and no value of the code but the content of rules.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from sgwarden.errors import UsageError
from sgwarden.findings import Comparison, Finding, Report, Severity, Verdict
from sgwarden.gate.compare_reports import suppressed, with_existing
from sgwarden.gate.finding_key import FindingKey, Side
from sgwarden.gate.forgotten import leaves_in_aws
from sgwarden.gate.match_findings import split
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.places import Place

DEFAULT_FILE = "sgwarden-baseline.json"
SeverityName = Literal["low", "medium", "high", "critical"]
_SEVERITY_NAMES: Mapping[Severity, SeverityName] = {
    Severity.LOW: "low", Severity.MEDIUM: "medium", Severity.HIGH: "high", Severity.CRITICAL: "critical",
}  # fmt: skip


class Entry(Struct, frozen=True):
    """One known finding."""

    key: FindingKey
    """Its root is relative to the directory of the baseline file."""
    fingerprint: str
    reason: str | None = None
    """Why it is accepted."""


class Update(Struct, frozen=True):
    """The result of an update of a baseline."""

    entries: tuple[Entry, ...]
    """The new content, sorted."""
    added: tuple[Entry, ...]
    fixed: tuple[Entry, ...]
    """No longer found, and taken out."""
    kept: tuple[Entry, ...]
    """Of roots that this run did not read, of policies that it did not run, of what is forgotten and stays in AWS."""


class _Row(Struct, frozen=True):
    """A finding as the document has it."""

    fingerprint: str
    policy: str
    verdict: Verdict
    severity: SeverityName
    root: str
    address: str
    security_group: str
    group_name: str
    subject: tuple[str, ...]
    reason: str | None = None
    group_id: str | UnsetType = UNSET
    place: Place | UnsetType = UNSET
    """Not set in files of earlier versions, and where nothing is known of it."""


class _Head(Struct, frozen=True):
    schema_version: str


class _Document(Struct, frozen=True):
    schema_version: Literal["1"]
    findings: list[_Row]


def read(path: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline file. Raises UsageError for a file that is not there or is none."""
    try:
        data = Path(path).read_bytes()
        version = msgspec.json.decode(data, type=_Head).schema_version
        if version != "1":
            raise UsageError(f"schema_version {version!r} is not known", path, "update sgwarden")
        return tuple(_entry(row) for row in msgspec.json.decode(data, type=_Document).findings)
    except FileNotFoundError as error:
        raise UsageError(
            "there is no such baseline", path, f"make it with `sgwarden baseline update --baseline {path}`"
        ) from error
    except msgspec.ValidationError as error:
        raise UsageError(f"this is no baseline: {error}", path, "`sgwarden schema baseline` describes it") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"the baseline cannot be read: {error}", path) from error


def write(entries: Iterable[Entry]) -> str:
    """Return the document, the same for the same entries."""
    document = _Document("1", [_row(entry) for entry in sorted(entries, key=_order)])
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def compare_with_baseline(
    report: Report, infrastructures: Sequence[Infrastructure], entries: Sequence[Entry], path: str
) -> Report:
    """Return ``report`` with findings of the baseline as existing; unmatched entries are fixed.

    What another comparison found to exist stays so, and its base is named beside the baseline.
    """
    head = Side.of(infrastructures)
    rooted = [_rooted_here(entry, path) for entry in entries]
    found = split(
        [entry.key for entry in rooted],
        [head.key_of(finding) for finding in report.findings],
        None,
        _with_unread(head, rooted),
        suppressed(report.findings),
    )
    run = {policy.id for policy in report.policies}
    stays = leaves_in_aws(infrastructures)
    fixed = tuple(
        _finding(rooted[position])
        for position in found.fixed
        if rooted[position].key.policy in run
        and _was_read(rooted[position].key.root, head)
        and not stays(rooted[position].key)
    )
    earlier = report.comparison
    comparison = (
        Comparison(path, fixed)
        if earlier is None
        else replace(earlier, base=f"{earlier.base} and {path}", fixed=_without_twins((*earlier.fixed, *fixed)))
    )
    return replace(report, findings=with_existing(report.findings, found.existing), comparison=comparison)


def updated(
    report: Report,
    infrastructures: Sequence[Infrastructure],
    entries: Sequence[Entry],
    path: str,
    reason: str | None = None,
) -> Update:
    """Return the baseline after a run: with what is found, without what was fixed.

    What was not read, or whose policy did not run, stays. Entries that still match keep their reasons.
    """
    head = Side.of(infrastructures)
    rooted = [_rooted_here(entry, path) for entry in entries]
    findings = [finding for finding in report.findings if finding.status != "suppressed"]
    keys = [head.key_of(finding) for finding in findings]
    found = split([entry.key for entry in rooted], keys, None, _with_unread(head, rooted))
    run = {policy.id for policy in report.policies}
    stays = leaves_in_aws(infrastructures)
    fixed, kept = [], []
    for position in range(len(rooted)):
        key = rooted[position].key
        if position in found.fixed and key.policy in run and _was_read(key.root, head) and not stays(key):
            fixed.append(entries[position])
        elif position in found.fixed or (key.root in head.incomplete and position not in found.pairs.values()):
            kept.append(entries[position])
    now, added = [], []
    for position, (finding, key) in enumerate(zip(findings, keys, strict=True)):
        old = found.pairs.get(position)
        here = replace(key, root=_relative(key.root, path))
        entry = Entry(here, finding.fingerprint, reason if old is None else entries[old].reason)
        now.append(entry)
        if old is None:
            added.append(entry)
    return Update(tuple(sorted((*now, *kept), key=_order)), tuple(added), tuple(fixed), tuple(kept))


def says_the_same(old: Sequence[Entry], new: Sequence[Entry]) -> bool:
    """Return True if two baselines hold the same; facts that files of earlier versions lack play no part."""

    def order(entry: Entry) -> tuple[object, ...]:
        return (entry.key.root, entry.key.address, entry.key.policy, entry.key.subject, entry.fingerprint)

    return len(old) == len(new) and all(
        before == (_as_written_earlier(now, before) if before.key.place == Place() else now)
        for before, now in zip(sorted(old, key=order), sorted(new, key=order), strict=True)
    )


def _as_written_earlier(entry: Entry, before: Entry) -> Entry:
    """Return the entry without what an earlier version did not write of the same finding."""
    key = replace(entry.key, place=Place(), group_id=before.key.group_id)
    if before.key.security_group == before.key.address:
        key = replace(key, security_group=before.key.security_group, group_name=before.key.group_name)
    return replace(entry, key=key)


def _with_unread(head: Side, entries: Iterable[Entry]) -> Side:
    """Return ``head`` with the roots that exist and were not read: nothing has moved out of them."""
    there = {entry.key.root for entry in entries if os.path.exists(entry.key.root)}
    return replace(head, roots=head.roots | there)


def _was_read(root: str, head: Side) -> bool:
    """Return True if a finding of ``root`` would have been found: it was read, or does not exist any more."""
    return (root in head.roots and root not in head.incomplete) or not os.path.exists(root)


def _rooted_here(entry: Entry, path: str) -> Entry:
    """Return the entry with its root as this run shows it: relative to the working directory."""
    root = os.path.relpath(os.path.join(os.path.dirname(os.path.abspath(path)), entry.key.root))
    return replace(entry, key=replace(entry.key, root=root.replace(os.sep, "/")))


def _relative(root: str, path: str) -> str:
    return os.path.relpath(os.path.abspath(root), os.path.dirname(os.path.abspath(path))).replace(os.sep, "/")


def _without_twins(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the first of each finding that is there twice."""
    return tuple({(each.root, each.policy, each.address, each.fingerprint): each for each in findings}.values())


def _finding(entry: Entry) -> Finding:
    key = entry.key
    return Finding(
        policy=key.policy,
        verdict=key.verdict,
        severity=key.severity,
        address=key.address,
        fault="",
        location=None,
        subject=" ".join(part for part in key.subject if part) or key.address,
        security_group=None if key.security_group == key.address else key.security_group,
        identity=key.subject,
        root=key.root,
        fingerprint=entry.fingerprint,
        status="fixed",
    )


def _entry(row: _Row) -> Entry:
    key = FindingKey(
        root=row.root,
        policy=row.policy,
        address=row.address,
        security_group=row.security_group,
        group_name=row.group_name,
        subject=row.subject,
        verdict=row.verdict,
        severity=Severity[row.severity.upper()],
        place=Place() if row.place is UNSET else row.place,
        group_id="" if row.group_id is UNSET else row.group_id,
    )
    return Entry(key, row.fingerprint, row.reason)


def _row(entry: Entry) -> _Row:
    key = entry.key
    return _Row(
        entry.fingerprint,
        key.policy,
        key.verdict,
        _SEVERITY_NAMES[key.severity],
        key.root,
        key.address,
        key.security_group,
        key.group_name,
        key.subject,
        entry.reason,
        key.group_id or UNSET,
        key.place if key.place != Place() else UNSET,
    )


def _order(entry: Entry) -> tuple[object, ...]:
    key = entry.key
    return (key.root, key.security_group, key.address, key.policy, key.subject, entry.fingerprint)
