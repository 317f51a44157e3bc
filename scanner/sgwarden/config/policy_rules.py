"""Which policies a run asks, and how bad what they find is, by policy and by path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.config.effective import Config, as_list
from sgwarden.findings import Finding, Severity
from sgwarden.model.globs import path_matches


def is_asked(config: Config, policy: str) -> bool:
    """Whether a policy is asked somewhere."""
    return _everywhere(config, policy) or any(policy in entry.get("enable", ()) for entry in config["paths"])


def adjusts(config: Config) -> bool:
    """Whether findings must be looked at one by one."""
    return bool(config["paths"] or config["policies"].get("severity"))


def adjusted(findings: Iterable[Finding], config: Config, wanted: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Findings with the severities of the configuration; those of policies that a path disables are suppressed, and
    those of policies that only other paths enable left out. ``wanted`` were asked for on the command line."""
    rules = _Rules(config, frozenset(wanted))
    return tuple(kept for finding in findings if (kept := rules.apply(finding)) is not None)


def _everywhere(config: Config, policy: str) -> bool:
    table = config["policies"]
    enabled = table.get("enable") or ()
    return (not enabled or policy in enabled) and policy not in table.get("disable", ())


class _Rules(Struct, frozen=True):
    config: Config
    wanted: frozenset[str]

    def apply(self, finding: Finding) -> Finding | None:
        enabled = finding.policy in self.wanted or _everywhere(self.config, finding.policy)
        severity = self.config["policies"].get("severity", {}).get(finding.policy)
        disabled_by: int | None = None
        for number, entry in enumerate(self.config["paths"]):
            if not self._is_within(entry, finding):
                continue
            if finding.policy in entry.get("disable", ()):
                enabled, disabled_by = False, number
            elif finding.policy in entry.get("enable", ()):
                enabled, disabled_by = True, None
            severity = entry.get("severity", {}).get(finding.policy, severity)
        if severity is not None:
            finding = replace(finding, severity=Severity[severity.upper()])
        if enabled:
            return finding
        if disabled_by is None:
            return None
        file, line = self.config.place("paths", disabled_by) or ("", 1)
        paths = ", ".join(as_list(self.config["paths"][disabled_by]["path"]))
        return replace(
            finding,
            status="suppressed",
            suppression=f"disabled for {paths}",
            suppressed_by=f"{file}:{line}",
            enabled=False,
        )

    def _is_within(self, entry: Mapping[str, Any], finding: Finding) -> bool:
        places = [finding.root] + ([finding.location.file] if finding.location is not None else [])
        paths = [os.path.relpath(place, self.config.directory).replace(os.sep, "/") for place in places if place]
        return any(path_matches(pattern, path) for pattern in as_list(entry["path"]) for path in paths)
