"""Which policies are enabled, and the severity of their findings, by policy and by path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.config.configuration import PathPolicies, each
from sgwarden.config.effective import Config
from sgwarden.findings import Finding, Part, Severity
from sgwarden.model.globs import path_matches


def is_enabled(config: Config, policy: str) -> bool:
    """Return True if a policy is enabled somewhere."""
    return _everywhere(config, policy) or any(policy in entry.enable for entry in config.configuration.paths)


def adjusts_findings(config: Config) -> bool:
    """Return True if findings must be looked at one by one."""
    return bool(config.configuration.paths or config.configuration.policies.severity)


def adjust_findings(findings: Iterable[Finding], config: Config, named: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return findings with the severities of the configuration.

    Those of policies that a path disables are suppressed, and those of policies that only other paths enable left out.
    ``named`` are policies that the command line names.
    """
    rules = _Rules(config, frozenset(named))
    return tuple(kept for finding in findings if (kept := rules.apply(finding)) is not None)


def _everywhere(config: Config, policy: str) -> bool:
    policies = config.configuration.policies
    return (not policies.enable or policy in policies.enable) and policy not in policies.disable


class _Rules(Struct, frozen=True):
    config: Config
    named: frozenset[str]
    """Policies that the command line names."""

    def apply(self, finding: Finding) -> Finding | None:
        """Return the finding as configured; None where its policy is not enabled for its path."""
        configuration = self.config.configuration
        enabled = finding.policy in self.named or _everywhere(self.config, finding.policy)
        severity = configuration.policies.severity.get(finding.policy)
        disabled_by: int | None = None
        for number, entry in enumerate(configuration.paths):
            if not self._is_within(entry, finding):
                continue
            if finding.policy in entry.disable:
                enabled, disabled_by = False, number
            elif finding.policy in entry.enable:
                enabled, disabled_by = True, None
            severity = entry.severity.get(finding.policy, severity)
        if severity is not None:
            finding = replace(finding, severity=Severity[severity.upper()])
        if enabled:
            return finding
        if disabled_by is None:
            return None
        file, line = self.config.place("paths", disabled_by) or ("", 1)
        return replace(
            finding,
            status="suppressed",
            suppression=f"disabled for {', '.join(each(configuration.paths[disabled_by].path))}",
            suppressed_by=f"{file}:{line}",
            enabled=False,
        )

    def _is_within(self, entry: PathPolicies, finding: Finding) -> bool:
        places = [finding.root] + ([finding.location.file] if finding.location is not None else [])
        paths = [os.path.relpath(place, self.config.directory).replace(os.sep, "/") for place in places if place]
        return any(path_matches(pattern, path) for pattern in each(entry.path) for path in paths)


def adjust_parts(parts: Sequence[Part], config: Config, named: Sequence[str] = ()) -> list[Part]:
    """Return results with the severities and the paths of the configuration; ``named`` policies hold on every path."""
    if not adjusts_findings(config):
        return list(parts)
    return [replace(part, findings=adjust_findings(part.findings, config, named)) for part in parts]
