"""Two reports compared: the status of each finding, what was fixed, what became reachable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from sgwarden.findings import Comparison, Finding, Report
from sgwarden.gate.finding_key import Side
from sgwarden.gate.forgotten import Forgotten, note
from sgwarden.gate.match_findings import split
from sgwarden.gate.reachability import changes
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.sources import Skipped


def compare_reports(
    report: Report,
    after: Sequence[Infrastructure],
    earlier: Report | None,
    before: Sequence[Infrastructure],
    base: str,
    notes: tuple[str, ...] = (),
    same: frozenset[str] = frozenset(),
    unread_there: frozenset[Skipped] = frozenset(),
    is_unchanged: Callable[[str], bool] = lambda file: False,
) -> Report:
    """Return ``report`` over ``after``, with findings of ``earlier`` over ``before`` as existing.

    ``earlier`` None: the base has nothing of what was read. What is suppressed in the base excuses nothing.
    ``same`` are root modules that the base has as they are: they need not be in ``earlier`` and ``before``, and what is
    found in them is existing. ``unread_there`` is what of those could not be read; ``is_unchanged`` tells of a file of
    the code whether the base has the same.
    """
    after = [each for each in after if each.source.path not in same]
    before = [each for each in before if each.source.path not in same]
    touched = [position for position, finding in enumerate(report.findings) if finding.root not in same]
    findings = [report.findings[position] for position in touched]
    known = (
        [each for each in earlier.findings if each.status != "suppressed" and each.root not in same] if earlier else []
    )
    base_side, head_side = Side.of(before), Side.of(after)
    found = split(
        [base_side.key_of(finding) for finding in known],
        [head_side.key_of(finding) for finding in findings],
        base_side,
        head_side,
        suppressed(findings),
    )
    existing = {touched[position] for position in found.existing}
    existing.update(
        position
        for position, finding in enumerate(report.findings)
        if finding.root in same and finding.status != "suppressed"
    )
    # What neither side could read brings nothing new.
    both = {(skipped.what, skipped.reason) for skipped in report.skipped}
    notes += tuple(
        f"the base was not wholly read, so what is there may be shown as new: {skipped.what}: {skipped.reason}"
        for skipped in (earlier.skipped if earlier else ())
        if not skipped.complete and (skipped.what, skipped.reason) not in both
    )
    if earlier is not None:
        notes += tuple(f"a policy broke over the base: {failure}" for failure in earlier.failures)
    forgotten = Forgotten.of(before, after)
    gone = [known[position] for position in found.fixed]
    notes += tuple(note(finding) for finding in gone if forgotten.stays(finding))
    fixed = tuple(replace(finding, status="fixed") for finding in gone if not forgotten.stays(finding))
    exposure = changes(before, forgotten.with_what_stays(before, after))
    unread = unread_there | _unread_before(before, after, is_unchanged)
    notes += tuple(
        f"not read there either, and left as it is, so it does not count: {skipped.what}: {skipped.reason}"
        for skipped in report.skipped
        if skipped in unread
    )
    comparison = Comparison(base, fixed, exposure, notes, unread=unread)
    return replace(report, findings=with_existing(report.findings, frozenset(existing)), comparison=comparison)


def _unread_before(
    before: Sequence[Infrastructure], after: Sequence[Infrastructure], is_unchanged: Callable[[str], bool]
) -> frozenset[Skipped]:
    """Return what the base could not read either: calls with the same arguments, places in files that are the same."""
    earlier = {each.source.path: each for each in before}
    known: set[Skipped] = set()
    new: set[Skipped] = set()
    for each in after:
        base = earlier.get(each.source.path)
        there = {(skipped.what, skipped.reason) for skipped in base.skipped} if base is not None else set()
        for skipped in each.skipped:
            key = (skipped.what, skipped.reason)
            if skipped.complete:
                continue
            if base is None or key not in there:
                new.add(skipped)
            elif key in each.management.unread_calls:
                digest = each.management.unread_calls[key]
                (known if digest == base.management.unread_calls.get(key) else new).add(skipped)
            else:
                same = skipped.location is not None and is_unchanged(skipped.location.file)
                (known if same else new).add(skipped)
    return frozenset(known - new)


def suppressed(findings: Sequence[Finding]) -> frozenset[int]:
    """Return the positions of suppressed findings."""
    return frozenset(position for position, finding in enumerate(findings) if finding.status == "suppressed")


def with_existing(findings: Sequence[Finding], existing: frozenset[int]) -> tuple[Finding, ...]:
    """Return the findings, with the status "existing" at the positions of ``existing``."""
    return tuple(
        replace(finding, status="existing") if position in existing else finding
        for position, finding in enumerate(findings)
    )
