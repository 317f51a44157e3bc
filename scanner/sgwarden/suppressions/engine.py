"""Every suppression of a run, asked about findings and about differences of a drift alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from sgwarden.findings import SuppressionNote
from sgwarden.model.globs import matches
from sgwarden.suppressions.code import Calls, CodeSuppressions
from sgwarden.suppressions.exemptions import Exemption, exemptions
from sgwarden.suppressions.subject import Subject
from sgwarden.suppressions.suppression import WARNING_DAYS, Suppression

if TYPE_CHECKING:
    from sgwarden.config.effective import Config

DRIFT = "drift"
Status = Literal["active", "expiring", "expired", "unused", "invalid"]
NO_REASON = "no reason given"


def no_workspace(_directory: str) -> str | None:
    """For runs without Terraform code."""
    return None


class Surroundings(Struct, frozen=True):
    """What a run knows besides its suppressions."""

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
    """Decides, and remembers what was met."""

    def __init__(
        self,
        config: Config,
        files: Iterable[str],
        known: Collection[str],
        around: Surroundings,
        entries: Iterable[Exemption] = (),
    ) -> None:
        """``files`` are those with comments of interest, ``known`` the ids of all policies, ``entries`` those of an
        ignore file."""
        self._around = around
        self._require_reason: bool = config["require_reason"]
        self._comments: bool = config["comments"]
        self._exemptions = [*entries, *exemptions(config)]
        names = {*known, DRIFT}
        self._code = CodeSuppressions(files, around.base, names, config["honor"], Calls(around.top.resolve()))
        self._with_ports: dict[tuple[str, int, int], list[Suppression]] = defaultdict(list)
        """Those about some ports alone, by file and lines."""
        for one in self._code.all():
            if one.ports is not None:
                self._with_ports[(one.location.file, one.start, one.end)].append(one)
        self._workspaces: dict[str, str | None] = {}

    def decide(self, subject: Subject) -> Decision | None:
        """The suppression that applies to a subject, the one that lasts longest; None when it counts."""
        covering = [one for one in self._covering(subject) if not self._fault(one)]
        for one in covering:
            one.met += 1
        left = [one for one in covering if not one.expired(self._around.today)]
        if not left:
            return None
        best = max(left, key=lambda one: (one.until is None, one.until or date.min))
        return Decision(best.reason or NO_REASON, _by(best), best.until.isoformat() if best.until else None)

    def notes(self) -> tuple[SuppressionNote, ...]:
        """Every suppression and what came of it, by file and line; those that this run cannot judge are left out."""
        every = [
            each.suppression
            for each in self._exemptions
            if each.suppression.met or self._fault(each.suppression) or not self._is_beyond(each)
        ]
        every += self._code.all()
        notes = [self._note(one) for one in every if one.met or self._is_asked(one)]
        return tuple(sorted(notes, key=lambda note: (note.location.file, note.location.line, note.policies)))

    def comments(self) -> dict[str, tuple[str, ...]]:
        """Every comment by its place: its words and what it stands at, free of lines."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self._code.all():
            place = f"{one.location.file}:{one.location.line}"
            found[place] = (*found.get(place, ()), one.said, one.around)
        return found

    def _covering(self, subject: Subject) -> list[Suppression]:
        found = [
            exemption.suppression
            for exemption in self._exemptions
            if exemption.covers(subject, lambda subject: self._workspace(subject))
        ]
        return found + [one for one in self._code.covering(subject) if self._is_meant(one, subject)]

    def _is_meant(self, one: Suppression, subject: Subject) -> bool:
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
        """The ports of all checks that are skipped at one place: a finding about several needs them all."""
        return frozenset().union(
            *(
                other.ports
                for other in self._with_ports[(one.location.file, one.start, one.end)]
                if other.ports is not None
                and not set(one.policies).isdisjoint(other.policies)
                and not other.expired(self._around.today)
                and not self._fault(other)
            )
        )

    def _workspace(self, subject: Subject) -> str | None:
        directory = subject.directory
        if directory is None:
            return None
        if directory not in self._workspaces:
            self._workspaces[directory] = self._around.workspace_of(directory)
        return self._workspaces[directory]

    def _fault(self, one: Suppression) -> str:
        """Why a suppression does not apply, whatever it covers."""
        if one.invalid:
            return f"this suppression is not understood and does not apply: {one.invalid}"
        if not self._comments and one.origin not in ("configuration", "ignore file"):
            return f"the suppression of {one.name} does not apply: the configuration lets no comments suppress findings"
        if self._require_reason and one.reason is None:
            how = {"comment": 'reason="..."', "configuration": 'reason = "..."'}.get(one.origin, "one behind the check")
            return f"the suppression of {one.name} does not apply: require_reason asks for a reason; write {how}"
        return ""

    def _is_asked(self, one: Suppression) -> bool:
        """Whether this run would have told of it. A comment for another tool may well be for that tool alone."""
        if one.invalid or one.origin not in ("comment", "configuration", "ignore file"):
            return bool(one.invalid)
        if self._around.changes_only:
            return False
        return not one.policies or "*" in one.policies or not set(one.policies).isdisjoint(self._around.asked)

    def _is_beyond(self, exemption: Exemption) -> bool:
        """Whether an entry is about something that this run did not look at."""
        if exemption.suppression.origin == "ignore file":
            return False
        kinds = exemption.criteria.get("kind", ())
        return self._around.partial or bool(kinds and self._around.kinds and not set(kinds) & set(self._around.kinds))

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
            findings=one.met,
            message=message,
        )

    def _status(self, one: Suppression) -> tuple[Status, str]:
        fault = self._fault(one)
        if fault:
            return "invalid", fault
        if not one.met:
            return "unused", f"the suppression of {one.name} matches nothing"
        today = self._around.today
        days = one.days_left(today)
        noun = "difference" if set(self._around.asked) == {DRIFT} else "finding"
        back = f"{one.met} {noun}{'s' if one.met > 1 else ''}"
        if one.expired(today):
            verb = "count" if one.met > 1 else "counts"
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
