"""The results of a scan and of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.api.assertions import Violation
from sgwarden.errors import UsageError
from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.reports.formats import render_findings
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.source_text import SourceText
from sgwarden.run.thresholds import RunStatus, Thresholds

if TYPE_CHECKING:
    from sgwarden.drift.differences import Comparison, Difference


@dataclass(frozen=True, slots=True)
class Result:
    """What a scan found."""

    report: Report
    """Everything: findings of every status, what passed by policy, what was not read, suppressions, the comparison."""
    directory: Path = field(default_factory=Path.cwd)
    """What the files of locations are relative to."""
    warnings: tuple[str, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    """What counts for ``check``, by the configuration."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Failed and undecided ones, sorted; without what is suppressed, and without what the base has too."""
        return self._with_status("new")

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The findings that are certain."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.FAIL)

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """The findings that the input does not decide."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNDECIDED)

    @property
    def suppressed(self) -> tuple[Finding, ...]:
        """What a comment or the configuration excuses."""
        return self._with_status("suppressed")

    @property
    def existing(self) -> tuple[Finding, ...]:
        """In a comparison: what the base has too."""
        return self._with_status("existing")

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """In a comparison: what the base alone has."""
        return self.report.comparison.fixed if self.report.comparison is not None else ()

    @property
    def complete(self) -> bool:
        """Whether everything was read and every policy ran to its end."""
        return self.report.complete

    def of(self, policy: str) -> tuple[Finding, ...]:
        """Return the findings of one policy, also where another policy reports them."""
        return tuple(finding for finding in self.findings if policy in (finding.policy, *finding.also))

    def text(self) -> str:
        """Return the report as ``sgwarden scan`` shows it."""
        return _text(self.report, self.directory)

    def check(
        self,
        fail_on: str | None = None,
        *,
        fail_on_undecided: bool | None = None,
        allow_incomplete: bool | None = None,
    ) -> None:
        """Raise Violation, with the findings as text, where ``sgwarden scan`` would not end with exit code 0.

        The arguments are its options ``--fail-on``, ``--fail-on-undecided`` and ``--allow-incomplete``; what is not
        given is as the configuration says, else ``medium``, False and False.
        """
        thresholds = _thresholds(self.thresholds, fail_on, fail_on_undecided, allow_incomplete)
        if thresholds.of_report(self.report) is RunStatus.OK:
            return
        counted = tuple(finding for finding in self.report.findings if thresholds.counts(finding))
        raise Violation(_text(replace(self.report, findings=counted), self.directory).rstrip())

    def _with_status(self, status: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.report.findings if finding.status == status)


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs between what is declared and what is live."""

    comparison: Comparison = field(repr=False)
    thresholds: Thresholds = field(default_factory=lambda: Thresholds("low"))
    """What counts for ``check``, by the configuration."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those that count as drift."""
        return self.comparison.drift

    @property
    def complete(self) -> bool:
        """Whether both sides were wholly read."""
        return self.comparison.complete

    def text(self) -> str:
        """Return the report as ``sgwarden drift`` shows it."""
        from sgwarden.reports.formats import render_drift  # imported late: a scan needs none of it
        from sgwarden.reports.parts.context import DriftContext  # imported late: a scan needs none of it

        return render_drift("text", self.comparison, DriftContext())

    def check(
        self,
        fail_on: str | None = None,
        *,
        fail_on_undecided: bool | None = None,
        allow_incomplete: bool | None = None,
    ) -> None:
        """Raise Violation, with the differences as text, where ``sgwarden drift`` would not end with exit code 0.

        What is not given is as the configuration says, else ``low``, False and False.
        """
        thresholds = _thresholds(self.thresholds, fail_on, fail_on_undecided, allow_incomplete)
        if thresholds.of_drift(self.comparison) is not RunStatus.OK:
            raise Violation(self.text().rstrip())


def _thresholds(
    configured: Thresholds, fail_on: str | None, fail_on_undecided: bool | None, allow_incomplete: bool | None
) -> Thresholds:
    if fail_on is not None and fail_on != "never" and fail_on.upper() not in Severity.__members__:
        raise UsageError(f"there is no severity {fail_on!r}", next_step="low, medium, high, critical or never")
    return Thresholds(
        fail_on=configured.fail_on if fail_on is None else fail_on,
        fail_on_undecided=configured.fail_on_undecided if fail_on_undecided is None else fail_on_undecided,
        allow_incomplete=configured.allow_incomplete if allow_incomplete is None else allow_incomplete,
    )


def _text(report: Report, directory: Path) -> str:
    text = SourceText(directory)
    return render_findings(
        "text", report, Context(lines_of=text.lines, uri_of=text.repository_path, call_site=text.call_site)
    )
