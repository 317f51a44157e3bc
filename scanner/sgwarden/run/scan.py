"""One scan: inputs read, policies asked, the configuration and the suppressions of the project applied.

The command ``sgwarden scan`` and the Python API are two ways to call it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.config import policy_rules
from sgwarden.errors import UsageError
from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.run.assess import assess_one, combine, roots
from sgwarden.run.load import read_all
from sgwarden.run.options import Given, Inputs, Judge, Progress, Silence
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.findings import Part
    from sgwarden.run.assess import Assessable
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


class Scan(Struct, frozen=True):
    """What a scan asks."""

    config: Config
    policies: tuple[Policy, ...]
    settings: Settings
    wanted: tuple[str, ...] = ()
    """Ids of policies that are asked by name, wherever the configuration asks them."""
    identity: tuple[str, ...] = ()
    """What distinguishes policies that are not ours from others of the same ids."""
    changed_only: bool = False
    """Of plans, judge only what they create or change."""
    one_chain: bool = False
    """All root modules together are one monitoring chain."""
    list_passed: bool = False
    """Whether the report names what passed."""
    merge: Callable[[Sequence[Part]], tuple[list[Part], Sequence[Assessable]]] | None = None
    """Adds what another tool found, and the checks it asked."""
    progress: Progress = field(default_factory=Silence)

    def run(self, paths: Sequence[str], given: Given) -> tuple[Report, Inputs]:
        """Read the paths and judge them. Raises SgwardenError."""
        if self.one_chain or self.merge is not None:
            # A verdict rests on more than one root module, or on another tool.
            given = replace(given, is_same=None, recall=False)
        inputs = read_all(paths, given, self.progress, None if self.one_chain else self._judge())
        if self.one_chain:
            from sgwarden.run.merge_monitoring_roots import one_chain

            inputs.parts = one_chain(
                inputs.infrastructures, self.policies, self.settings, changed_only=self.changed_only
            )
        self._check_changed_only(inputs)
        parts: Sequence[Part] = adjusted(inputs.parts, self.config, self.wanted)
        told: Sequence[Assessable] = self.policies
        if self.merge is not None:
            parts, told = self.merge(parts)
        report = self._suppressed(combine(parts, told, inputs.missing_variables), inputs, paths, given)
        if self.list_passed:
            report = replace(report, roots=roots(inputs.parts))
        return report, inputs

    def _judge(self) -> Judge:
        ids = [policy.id for policy in self.policies]
        return Judge(
            lambda infrastructure: assess_one(
                infrastructure, self.policies, self.settings, changed_only=self.changed_only
            ),
            (repr(self.settings), str(self.changed_only), *ids, *self.identity),
        )

    def _check_changed_only(self, inputs: Inputs) -> None:
        if self.changed_only and "plan" not in {part.source.kind for part in inputs.parts}:
            raise UsageError("--changed-only needs a plan", next_step="give `terraform show -json PLANFILE` output")

    def _suppressed(self, report: Report, inputs: Inputs, paths: Sequence[str], given: Given) -> Report:
        if not inputs.marked and not self.config["exemptions"]:
            return report
        from sgwarden.suppressions.load import Run, suppressed

        run = Run(paths, inputs.directory, given.workspace, self.changed_only or given.changed_files)
        return suppressed(report, self.config, run, inputs.marked, [policy.id for policy in POLICIES])


def adjusted(parts: Sequence[Part], config: Config, wanted: Sequence[str] = ()) -> list[Part]:
    """What was concluded, with the severities and the paths of the configuration; ``wanted`` were asked by name."""
    if not policy_rules.adjusts(config):
        return list(parts)
    return [replace(part, findings=policy_rules.adjusted(part.findings, config, wanted)) for part in parts]


def only(report: Report, findings: tuple[Finding, ...]) -> Report:
    """The report with these findings alone."""
    return replace(report, findings=findings)


class Outcome(Enum):
    """How a run ends."""

    OK = "nothing that counts was found, and everything was read"
    FOUND = "something was found that counts, or a policy broke"
    INCOMPLETE = "not everything was read"


class Thresholds(Struct, frozen=True):
    """What counts."""

    fail_on: str = "medium"
    """Lowest severity, or ``never``."""
    fail_on_undecided: bool = False
    allow_incomplete: bool = False
    fail_on_existing: bool = False

    def counts(self, finding: Finding) -> bool:
        """Whether a finding makes a run fail."""
        return (
            self.fail_on != "never"
            and (finding.verdict is Verdict.FAIL or self.fail_on_undecided)
            and finding.status in (("new", "existing") if self.fail_on_existing else ("new",))
            and finding.severity >= Severity[self.fail_on.upper()]
        )

    def outcome(self, report: Report) -> Outcome:
        """Findings win over what was not read; a policy that broke counts as a finding."""
        if report.failures or any(self.counts(finding) for finding in report.findings):
            return Outcome.FOUND
        return Outcome.OK if report.complete or self.allow_incomplete else Outcome.INCOMPLETE
