"""Every suppression of a run, asked about findings and about differences of a drift alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from sgwarden.config.configuration import DRIFT
from sgwarden.findings import SuppressionNote
from sgwarden.model.globs import matches
from sgwarden.suppressions.code import CodeSuppressions
from sgwarden.suppressions.exemptions import SuppressionEntry, entries_of
from sgwarden.suppressions.module_calls import ModuleCalls
from sgwarden.suppressions.subject import Subject
from sgwarden.suppressions.suppression import WARNING_DAYS, Suppression

if TYPE_CHECKING:
    from sgwarden.config.effective import Config

Status = Literal["active", "expiring", "expired", "unused", "invalid"]
NO_REASON = "no reason given"


def no_workspace(_directory: str) -> str | None:
    """Return None: for runs without Terraform code."""
    return None


class RunContext(Struct, frozen=True):
    """Facts of a run that suppressions depend on."""

    today: date
    base: Path = field(default_factory=Path.cwd)
    """What the files of locations are relative to."""
    top: Path = field(default_factory=Path.cwd)
    """Nothing is read outside of it."""
    workspace_of: Callable[[str], str | None] = no_workspace
    """The Terraform workspace of a root module's directory."""
    asked: Collection[str] = ()
    """Policies that were asked, with ``drift`` where differences were looked for."""
    kinds: Collection[str] = ()
    """Kinds of sources that were read."""
    partial: bool = False
    """Whether only a part of the configuration's realm was judged, so that an entry may be met by the rest."""
    changes_only: bool = False
    """Whether only what was changed was judged, so that any suppression may be met by the rest."""


class Decision(Struct, frozen=True):
    """A suppression that applies."""

    reason: str
    by: str
    """``main.tf:5``, ``sgwarden.toml:12``, ``checkov:skip=CKV_AWS_24 at main.tf:5``."""
    until: str | None
    """The last day (ISO 8601)."""


class Suppressions:
    """All suppressions of a run; they decide on subjects and count their matches."""

    def __init__(
        self,
        config: Config,
        files: Iterable[str],
        known: Collection[str],
        context: RunContext,
        entries: Iterable[SuppressionEntry] = (),
    ) -> None:
        """Read ``files``, which have comments of interest.

        ``known`` are the ids of all policies, ``entries`` those of an ignore file.
        """
        self._context = context
        self._configuration = config.configuration
        self._entries = [*entries, *entries_of(config)]
        names = {*known, DRIFT}
        self._code = CodeSuppressions(
            files, context.base, names, self._configuration.honor, ModuleCalls(context.top.resolve())
        )
        self._with_ports: dict[tuple[str, int, int], list[Suppression]] = defaultdict(list)
        """Those about some ports alone, by file and lines."""
        for one in self._code.all():
            if one.ports is not None:
                self._with_ports[(one.location.file, one.start, one.end)].append(one)
        self._workspaces: dict[str, str | None] = {}

    def decide(self, subject: Subject) -> Decision | None:
        """Return the suppression that applies to a subject, of several the longest; None without one."""
        covering = [one for one in self._covering(subject) if not self._fault(one)]
        for one in covering:
            one.matches += 1
        left = [one for one in covering if not one.expired(self._context.today)]
        if not left:
            return None
        best = max(left, key=lambda one: (one.until is None, one.until or date.min))
        return Decision(best.reason or NO_REASON, _by(best), best.until.isoformat() if best.until else None)

    def notes(self) -> tuple[SuppressionNote, ...]:
        """Return every suppression that this run can judge with its status, by file and line."""
        every = [
            each.suppression
            for each in self._entries
            if each.suppression.matches or self._fault(each.suppression) or not self._is_beyond(each)
        ]
        every += self._code.all()
        notes = [self._note(one) for one in every if one.matches or self._is_expected(one)]
        return tuple(sorted(notes, key=lambda note: (note.location.file, note.location.line, note.policies)))

    def comments(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every comment and the code that it stands at, by its place.

        They tell a new comment from one that moved.
        """
        found: dict[str, tuple[str, ...]] = {}
        for one in self._code.all():
            place = f"{one.location.file}:{one.location.line}"
            found[place] = (*found.get(place, ()), one.words, one.code_around)
        return found

    def _covering(self, subject: Subject) -> list[Suppression]:
        found = [entry.suppression for entry in self._entries if entry.covers(subject, self._workspace)]
        return found + [one for one in self._code.covering(subject) if self._applies_to(one, subject)]

    def _applies_to(self, one: Suppression, subject: Subject) -> bool:
        if "*" not in one.policies and subject.policy not in one.policies:
            return False
        if one.ports is not None and (not subject.ports or not subject.ports <= self._ports_around(one)):
            return False
        if one.rules_only is not None and one.rules_only is not subject.about_rule:
            return False
        if one.workspace is not None:
            workspace = self._workspace(subject)
            return workspace is not None and matches(one.workspace, workspace)
        return True

    def _ports_around(self, one: Suppression) -> frozenset[int]:
        """Return the ports of all checks skipped at one place: a finding about several needs them all."""
        return frozenset().union(
            *(
                other.ports
                for other in self._with_ports[(one.location.file, one.start, one.end)]
                if other.ports is not None
                and not set(one.policies).isdisjoint(other.policies)
                and not other.expired(self._context.today)
                and not self._fault(other)
            )
        )

    def _workspace(self, subject: Subject) -> str | None:
        directory = subject.directory
        if directory is None:
            return None
        if directory not in self._workspaces:
            self._workspaces[directory] = self._context.workspace_of(directory)
        return self._workspaces[directory]

    def _fault(self, one: Suppression) -> str:
        """Return why a suppression does not apply, whatever it covers; empty when it does."""
        if one.invalid:
            return f"this suppression is not understood and does not apply: {one.invalid}"
        if not self._configuration.comments and one.origin not in ("configuration", "ignore file"):
            return f"the suppression of {one.name} does not apply: the configuration lets no comments suppress findings"
        if self._configuration.require_reason and one.reason is None:
            how = {"comment": 'reason="..."', "configuration": 'reason = "..."'}.get(one.origin, "one behind the check")
            return f"the suppression of {one.name} does not apply: require_reason asks for a reason; write {how}"
        return ""

    def _is_expected(self, one: Suppression) -> bool:
        """Return True if an unused suppression is a mistake; one for another tool may be for that tool alone."""
        if one.invalid or one.origin not in ("comment", "configuration", "ignore file"):
            return bool(one.invalid)
        if self._context.changes_only:
            return False
        return not one.policies or "*" in one.policies or not set(one.policies).isdisjoint(self._context.asked)

    def _is_beyond(self, entry: SuppressionEntry) -> bool:
        """Return True if an entry is about something that this run did not look at."""
        if entry.suppression.origin == "ignore file":
            return False
        kinds = entry.criteria.get("kind", ())
        return self._context.partial or bool(
            kinds and self._context.kinds and not set(kinds) & set(self._context.kinds)
        )

    def _note(self, one: Suppression) -> SuppressionNote:
        status, message = self._status(one)
        return SuppressionNote(
            origin=one.origin,
            policies=one.policies,
            location=one.location,
            criteria=one.text,
            reason=one.reason,
            until=one.until.isoformat() if one.until else None,
            status=status,
            findings=one.matches,
            message=message,
        )

    def _status(self, one: Suppression) -> tuple[Status, str]:
        fault = self._fault(one)
        if fault:
            return "invalid", fault
        if not one.matches:
            return "unused", f"the suppression of {one.name} matches nothing"
        today = self._context.today
        days = one.days_left(today)
        noun = "difference" if set(self._context.asked) == {DRIFT} else "finding"
        back = f"{one.matches} {noun}{'s' if one.matches > 1 else ''}"
        if one.expired(today):
            verb = "count" if one.matches > 1 else "counts"
            return "expired", f"the suppression of {one.name} ended on {one.until}: {back} {verb} again"
        if days is not None and days <= WARNING_DAYS:
            when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
            return "expiring", f"the suppression of {one.name} ends {when}, on {one.until}: {back} will count again"
        return "active", ""


def _by(one: Suppression) -> str:
    if one.origin == "ignore file":
        return one.origin
    place = f"{one.location.file}:{one.location.line}"
    return place if one.origin in ("comment", "configuration") else f"{one.text} at {place}"
