"""Checkov's results in our report: one finding where both say the same, and a reason where they disagree."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sgwarden.checkov.check_mapping import BY_CHECK, NOT_MADE, UNRESOLVED, Equivalent, causes, failing, may_be_none
from sgwarden.checkov.names import PREFIX
from sgwarden.checkov.results import Record
from sgwarden.checkov.run import Run
from sgwarden.checkov.scope import code_of, covers, records_about
from sgwarden.checkov.subjects import plain
from sgwarden.findings import Finding, Part, Severity, Verdict
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """A check of Checkov, told as reports tell policies."""

    id: str
    title: str
    severity: Severity
    sources: tuple[str, ...]
    controls: tuple[str, ...] = ()
    bad: str = ""
    good: str = ""

    @property
    def why(self) -> str:
        """Return an empty text: Checkov's own pages say more."""
        return f"Checkov's check {self.id}: {self.title}."

    @property
    def fix(self) -> str:
        """Return an empty text: Checkov's own pages say more."""
        return f"See {self.sources[0]}."

    def check(self, _infrastructure: Infrastructure, _settings: Settings) -> Iterator[Any]:
        """Return nothing: Checkov has judged already."""
        return iter(())


_SITE = "https://www.checkov.io/5.Policy%20Index/terraform.html"
_Key = tuple[str, str, str]
"""Root, policy, address."""


def merge(
    parts: Sequence[Part],
    runs: Sequence[Run],
    policies: Sequence[str],
    severities: Mapping[str, Severity],
    *,
    changed_only: bool = False,
) -> tuple[list[Part], list[Check]]:
    """Return our parts with both ids where Checkov agrees, a part for each run of Checkov, and its checks.

    ``policies`` are those that were asked; ``severities`` are theirs by id, which equivalents share.
    With ``changed_only``, what Checkov says about resources that a plan leaves as they are does not count.
    """
    merger = _Merger(parts, frozenset(policies), severities, changed_only)
    others = [merger.run(run) for run in runs]
    return [*merger.parts(), *others], merger.checks()


class _Merger:
    def __init__(
        self, parts: Sequence[Part], policies: frozenset[str], severities: Mapping[str, Severity], changed_only: bool
    ) -> None:
        self._changed_only = changed_only
        self._parts = parts
        self._policies = policies
        self._severities = severities
        self._findings: dict[_Key, list[Finding]] = defaultdict(list)
        self._passed: set[_Key] = set()
        self._blocks: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        """Addresses of subjects by that of their block, without keys, and by root."""
        self._incomplete = any(not skipped.complete for part in parts for skipped in part.skipped)
        self._notes: dict[int, list[dict[str, str]]] = defaultdict(list)
        """What Checkov says to a finding, by its identity."""
        self._checks: dict[str, Check] = {}
        for part in parts:
            root = part.source.path
            for finding in part.findings:
                self._findings[(root, finding.policy, finding.address)].append(finding)
                self._blocks[plain(finding.address)][root].add(finding.address)
            for policy, addresses in part.passed_subjects.items():
                for address in addresses:
                    self._passed.add((root, policy, address))
                    self._blocks[plain(address)][root].add(address)

    def run(self, run: Run) -> Part:
        """Return what one run of Checkov says beyond our findings."""
        shown = _shown(run.target.path)
        findings: list[Finding] = []
        passed: dict[str, int] = defaultdict(int)
        records = [record for record in records_about(run, changed_only=self._changed_only) if not _ours(record)]
        results: dict[tuple[str, str], set[str]] = defaultdict(set)
        for record in records:
            results[(record.check, record.address)].add(record.result)
        for record in records:
            self._learn(record)
            found = self._judge(record, run, self._belongs_to(record, run, results))
            if record.result == "passed":
                passed[record.check] += 1
            elif found is not None:
                findings.append(found)
        skipped = [
            Skipped(_shown(Path(file)), "Checkov could not parse it", Location(_shown(Path(file)), 1, 1))
            for file in run.results.unparsed
        ]
        skipped += [Skipped(f"Checkov's {what}", "the check raised an error in Checkov") for what in run.crashed]
        if not run.results.resources and any(
            part.resources for part in self._parts if covers(run.target, part.source.path)
        ):
            skipped.append(Skipped(shown, "Checkov saw no resource here"))
        return Part(
            source=Source("plan" if run.target.kind == "plan" else "hcl", f"{shown} (Checkov {run.results.version})"),
            findings=tuple(findings),
            passed=dict(passed),
            skipped=tuple(skipped),
            failures=(),
            resources=0,
            security_groups=0,
            rules=0,
        )

    def parts(self) -> list[Part]:
        """Return our parts, findings with what Checkov adds to them."""
        return [replace(part, findings=tuple(map(self._noted, part.findings))) for part in self._parts]

    def checks(self) -> list[Check]:
        """Return every check that gave a result."""
        return [self._checks[name] for name in sorted(self._checks)]

    def _learn(self, record: Record) -> None:
        equivalent = BY_CHECK.get(record.check)
        severity = _severity(record.severity)
        if severity is None and equivalent is not None and equivalent.policy is not None:
            severity = self._severities.get(equivalent.policy)
        sources = (record.guideline or _SITE,)
        self._checks.setdefault(record.check, Check(record.check, record.title, severity or Severity.MEDIUM, sources))

    def _judge(self, record: Record, run: Run, roots: Sequence[str]) -> Finding | None:
        """Return the finding of a record, unless ours of all ``roots`` say the same."""
        equivalent = BY_CHECK.get(record.check)
        note = ""
        if equivalent is not None and record.result != "skipped":
            compared = [self._compare(record, equivalent, root) for root in roots]
            if compared and all(same for _, same in compared):
                return None
            note = next((note for note, same in compared if not same), "")
            if equivalent.policy is None:
                note = f"sgwarden does not: {equivalent.fails}"
        if record.result == "passed":
            return None
        return self._finding(record, roots[0] if len(roots) == 1 else _shown(run.target.path), note)

    def _compare(self, record: Record, equivalent: Equivalent, root: str) -> tuple[str, bool]:
        """Return what to add to Checkov's finding, and whether ours says it already."""
        if equivalent.policy is None or equivalent.policy not in self._policies:
            return "", False
        keys = [(root, equivalent.policy, address) for address in self._subjects(record, equivalent, root)]
        ours = [each for key in keys for each in self._findings.get(key, ()) if _is_about(each, equivalent)]
        if record.result == "failed":
            return self._beside_failed(record, equivalent, ours, keys)
        for finding in ours:
            why = (
                "; ".join(causes(equivalent, finding, code_of(record)))
                if finding.verdict is Verdict.FAIL
                else UNRESOLVED
            )
            self._notes[id(finding)].append({"check": record.check, "result": "passed", "why": why})
        return "", False

    def _beside_failed(
        self, record: Record, equivalent: Equivalent, ours: Sequence[Finding], keys: Sequence[_Key]
    ) -> tuple[str, bool]:
        certain = [finding for finding in ours if finding.verdict is Verdict.FAIL]
        for finding in certain:
            self._notes[id(finding)].append({"check": record.check, "result": "failed"})
        if certain:
            return "", True
        if ours:
            for finding in ours:
                self._notes[id(finding)].append({"check": record.check, "result": "failed"})
            return f"sgwarden's {equivalent.policy} is undecided: {'; '.join(ours[0].unknowns)}", False
        code = code_of(record)
        fails = failing(equivalent, code)
        if any(key in self._passed or self._findings.get(key) for key in keys):
            return f"sgwarden's {equivalent.policy} passes it: {fails}", False
        if not keys and not self._incomplete and may_be_none(record.address, code):
            fails = NOT_MADE
        return f"sgwarden's {equivalent.policy} has no such subject: {fails}", False

    def _subjects(self, record: Record, equivalent: Equivalent, root: str) -> list[str]:
        """Return the addresses that our policies judge: every instance of a block that Checkov did not expand.

        CKV2_AWS_12 blames the VPC, and we its default group.
        """
        known = self._blocks[plain(record.address)][root]
        if equivalent.check == "CKV2_AWS_12":
            prefix = plain(record.address).rpartition("aws_vpc.")[0]
            groups = [
                address
                for block in [*self._blocks]
                if block.startswith(f"{prefix}aws_default_security_group.")
                for address in self._blocks[block].get(root, ())
            ]
            return groups if len(groups) == 1 else sorted(known)
        return [record.address] if record.address in known else sorted(known)

    def _belongs_to(self, record: Record, run: Run, results: Mapping[tuple[str, str], set[str]]) -> list[str]:
        """Return the roots that a record is about, as our parts name them; empty when unknown.

        Several roots may call modules alike, of which Checkov tells no more than the address: what it says is about
        all of them when it says it of all.
        """
        if run.target.kind == "plan" or run.target.alone:
            return [_shown(run.target.path)]
        if not record.address.startswith("module."):
            return [_shown(Path(record.file).parent)]
        known = sorted(root for root in self._blocks[plain(record.address)] if covers(run.target, root))
        if len(known) > 1 and len(results[(record.check, record.address)]) > 1:
            return []
        return known

    def _finding(self, record: Record, root: str, note: str) -> Finding:
        shown = _shown(Path(record.file))
        fault = f"Checkov's {record.check} fails {record.address}: {record.title}{f'; {note}' if note else ''}"
        check = self._checks[record.check]
        return Finding(
            policy=record.check,
            verdict=Verdict.FAIL,
            severity=check.severity,
            address=record.address,
            fault=fault,
            location=Location(shown, record.line, record.end_line),
            evidence={"tool": "checkov", **({"disagreement": note} if note else {})},
            fix=check.fix,
            root=root,
            status="suppressed" if record.result == "skipped" else "new",
            suppression=(record.comment or "checkov:skip") if record.result == "skipped" else None,
        )

    def _noted(self, finding: Finding) -> Finding:
        by_result = {(note["check"], note["result"]): note for note in self._notes.get(id(finding), ())}
        notes = [note for _, note in sorted(by_result.items())]
        if not notes:
            return finding
        agreed = [note["check"] for note in notes if note["result"] == "failed"]
        passing = [note for note in notes if note["result"] == "passed"]
        remarks = [f"Checkov's {_several(agreed, 'fails', 'fail')} it too."] if agreed else []
        for why in dict.fromkeys(note["why"] for note in passing):
            names = [note["check"] for note in passing if note["why"] == why]
            remarks.append(f"Checkov's {_several(names, 'passes', 'pass')} it, perhaps because {why}.")
        return replace(
            finding,
            remarks=tuple(remarks),
            evidence={**finding.evidence, "checkov": notes},
            controls=(*finding.controls, *(f"Checkov:{check}" for check in agreed)),
        )


def _several(names: Sequence[str], one: str, more: str) -> str:
    return f"{' and '.join(names)} {one if len(names) == 1 else more}"


def _ours(record: Record) -> bool:
    """Return True for a policy of ours that the user's configuration loads into Checkov."""
    return record.check.startswith(PREFIX)


def _is_about(finding: Finding, equivalent: Equivalent) -> bool:
    ports = finding.evidence.get("ports")
    return equivalent.port is None or not isinstance(ports, list) or equivalent.port in ports


def _severity(name: str | None) -> Severity | None:
    return Severity.__members__.get((name or "").upper())


def _shown(path: Path) -> str:
    """Return the path relative to the working directory with forward slashes, as sources show it."""
    return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(Path.cwd()))).as_posix()
