"""Assess models by policies, and combine the results into one report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from sgwarden.findings import AssessedRoot, Facts, Finding, Outcome, Part, Passed, PolicyInfo, Report, Verdict

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.locations import Location
    from sgwarden.settings import Settings

_UNCHANGED = frozenset({"no-op", "read"})


class Assessable(PolicyInfo, Protocol):
    """A policy that can be run."""

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterable[Outcome]:
        """Return one outcome for each subject."""
        ...


def assess(
    infrastructures: Sequence[Infrastructure],
    policies: Sequence[Assessable],
    settings: Settings,
    *,
    changed_only: bool = False,
    missing_variables: Mapping[str, Location] | None = None,
) -> Report:
    """Run every policy over every infrastructure.

    A policy that raises does not end the run: it becomes a failure of the report, which turns the
    run red. With ``changed_only``, outcomes about resources that a plan leaves as they are do not
    count; resources without planned actions always do.
    """
    parts = [assess_one(each, policies, settings, changed_only=changed_only) for each in infrastructures]
    return combine(parts, policies, missing_variables)


def assess_one(
    infrastructure: Infrastructure, policies: Sequence[Assessable], settings: Settings, *, changed_only: bool = False
) -> Part:
    """Run every policy over one infrastructure; see ``assess``."""
    findings: list[Finding] = []
    passed: dict[str, list[str]] = {policy.id: [] for policy in policies}
    failures: list[str] = []
    unchanged = _unchanged(infrastructure) if changed_only else frozenset()
    for policy in policies:
        try:
            outcomes = list(policy.check(infrastructure, settings))
        except Exception as error:  # noqa: BLE001 - a broken policy must turn the run red, never stop or pass it
            failures.append(f"{policy.id}: {type(error).__name__}: {error} (in {infrastructure.source.path})")
            continue
        for outcome in outcomes:
            if outcome.address in unchanged:
                continue
            if isinstance(outcome, Passed):
                passed[policy.id].append(outcome.address)
            else:
                findings.append(replace(outcome, root=infrastructure.source.path))
    facts = _facts(infrastructure, {finding.security_group or finding.address for finding in findings})
    nothing = Facts(infrastructure.source.kind, account=infrastructure.account, region=infrastructure.region)
    findings = [
        replace(finding, facts=facts.get(finding.security_group or finding.address, nothing)) for finding in findings
    ]
    return Part(
        source=infrastructure.source,
        findings=tuple(findings),
        passed={policy: len(addresses) for policy, addresses in passed.items()},
        skipped=infrastructure.skipped,
        failures=tuple(failures),
        resources=infrastructure.resources_seen,
        security_groups=len(infrastructure.security_groups),
        rules=len(infrastructure.rules),
        passed_subjects={policy: tuple(sorted(set(addresses))) for policy, addresses in passed.items()},
    )


def combine(
    parts: Sequence[Part], policies: Sequence[Assessable], missing_variables: Mapping[str, Location] | None = None
) -> Report:
    """Return the report over the results of all sources."""
    return Report(
        findings=_fingerprinted(sorted((finding for part in parts for finding in part.findings), key=_order)),
        passed={policy.id: sum(part.passed.get(policy.id, 0) for part in parts) for policy in policies},
        skipped=tuple(
            sorted(
                {skipped for part in parts for skipped in part.skipped},
                key=lambda s: (s.what, s.reason, str(s.location)),
            )
        ),
        failures=tuple(failure for part in parts for failure in part.failures),
        resources=sum(part.resources for part in parts),
        security_groups=sum(part.security_groups for part in parts),
        rules=sum(part.rules for part in parts),
        policies=tuple(policies),
        sources=tuple(part.source for part in parts),
        missing_variables=dict(sorted((missing_variables or {}).items())),
    )


def roots(parts: Sequence[Part]) -> tuple[AssessedRoot, ...]:
    """Return what was assessed, with the addresses that passed."""
    return tuple(
        AssessedRoot(
            source=part.source,
            passed=part.passed_subjects,
            skipped=tuple(skipped for skipped in part.skipped if not skipped.complete),
            failures=part.failures,
        )
        for part in parts
    )


def _unchanged(infrastructure: Infrastructure) -> frozenset[str]:
    """Return the addresses of the resources that a plan leaves as they are."""
    subjects = [(group.address, group.actions) for group in infrastructure.security_groups]
    subjects += [(rule.address, rule.actions) for rule in infrastructure.rules]
    return frozenset(address for address, actions in subjects if actions and _UNCHANGED.issuperset(actions))


def _facts(infrastructure: Infrastructure, wanted: AbstractSet[str]) -> dict[str, Facts]:
    """Return what is known of the security groups and network ACLs of some addresses."""

    def text(value: object) -> str | None:
        return value if isinstance(value, str) else None

    found = {
        entry.address: Facts(
            infrastructure.source.kind,
            account=infrastructure.account,
            region=entry.region or infrastructure.region,
        )
        for entry in infrastructure.network_acl_rules
        if entry.address in wanted
    }
    return found | {
        group.address: Facts(
            kind=infrastructure.source.kind,
            id=group.id,
            account=text(group.account) or infrastructure.account,
            region=text(group.region) or infrastructure.region,
            tags=tuple(
                sorted((key, value) for key, value in group.tags.items() if isinstance(value, str))
                if "tags" not in group.sensitive
                else ()
            ),
            name=text(group.name) if "name" not in group.sensitive else None,
        )
        for group in infrastructure.security_groups
        if group.address in wanted
    }


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.root,
        finding.security_group or "",
        finding.address,
        finding.location.line if finding.location else 0,
        finding.verdict is Verdict.UNDECIDED,
        -finding.severity,
        finding.policy,
        finding.identity,
        finding.message,
    )


def _fingerprinted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with a fingerprint of policy, address and identity; equal ones are numbered in order."""
    seen: dict[tuple[str, ...], int] = {}
    done = []
    for finding in findings:
        key = (finding.policy, finding.address, *finding.identity)
        count = seen[key] = seen.get(key, 0) + 1
        text = "\0".join(key if count == 1 else (*key, str(count)))
        done.append(replace(finding, fingerprint=hashlib.sha256(text.encode()).hexdigest()[:32]))
    return tuple(done)
