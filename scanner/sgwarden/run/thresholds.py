"""What counts, and how a run ends by it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.config.effective import DEFAULT
from sgwarden.findings import Finding, Report, Severity, Verdict

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.drift.differences import Comparison

DRIFT_FAIL_ON = "low"
"""Of drift, unless the command line or the configuration say otherwise; every difference is somebody's doing."""


class RunStatus(Enum):
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
        """Return True if a finding makes a run fail."""
        return (
            self.fail_on != "never"
            and (finding.verdict is Verdict.FAIL or self.fail_on_undecided)
            and finding.status in (("new", "existing") if self.fail_on_existing else ("new",))
            and finding.severity >= Severity[self.fail_on.upper()]
        )

    def of_report(self, report: Report) -> RunStatus:
        """Return how a scan ends: findings win over what was not read; a policy that broke counts as a finding."""
        if report.failures or any(self.counts(finding) for finding in report.findings):
            return RunStatus.FOUND
        return self._complete(report.newly_complete)

    def of_drift(self, comparison: Comparison) -> RunStatus:
        """Return how a comparison ends: drift wins over what was not read; a policy that broke counts as drift."""
        if comparison.failures:
            return RunStatus.FOUND
        if self.fail_on != "never":
            threshold = Severity[self.fail_on.upper()]
            if any(each.severity >= threshold for each in comparison.drift):
                return RunStatus.FOUND
            if self.fail_on_undecided and comparison.undecided:
                return RunStatus.FOUND
        return self._complete(comparison.complete)

    def _complete(self, complete: bool) -> RunStatus:
        return RunStatus.OK if complete or self.allow_incomplete else RunStatus.INCOMPLETE


def scan_thresholds(config: Config, *, fail_on_existing: bool = False) -> Thresholds:
    """Return what counts in a scan by the configuration."""
    return Thresholds(
        config["fail_on"], config["fail_on_undecided"], config["allow_incomplete"], fail_on_existing=fail_on_existing
    )


def drift_thresholds(config: Config) -> Thresholds:
    """Return what counts as drift by the configuration."""
    fail_on = config.values["fail_on"]
    lowest = DRIFT_FAIL_ON if fail_on.origin == DEFAULT else str(fail_on.value)
    return Thresholds(lowest, config["fail_on_undecided"], config["allow_incomplete"])
