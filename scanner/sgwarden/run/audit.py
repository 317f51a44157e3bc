"""One audit: live accounts, or a snapshot of them, assessed under the configuration of the project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.config.policy_rules import adjust_parts
from sgwarden.findings import Part, Report
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.monitoring import Monitoring
from sgwarden.model.sources import Skipped
from sgwarden.run.assess import assess_one, combine
from sgwarden.sources.live.read_accounts import by_account
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.run.options import AuditOptions


def audit(live: Iterable[Infrastructure], options: AuditOptions) -> Report:
    """Return the report over ``live``, which is one infrastructure for each account and region."""
    accounts = by_account(_of_accounts(live, options.config["accounts"]))
    parts = [_assess(account, options) for account in accounts]
    report = combine(adjust_parts(parts, options.config, options.named_policies), options.policies)
    if options.config["exemptions"]:
        from sgwarden.suppressions.load import Run, apply_suppressions  # imported late: most audits suppress nothing

        report = apply_suppressions(report, options.config, Run(), (), [policy.id for policy in POLICIES])
    return report


def _of_accounts(live: Iterable[Infrastructure], accounts: Sequence[str]) -> tuple[Infrastructure, ...]:
    """Return the accounts of the configuration, and a note in the place of every other one."""
    kept = []
    for place in live:
        if accounts and place.account is not None and place.account not in accounts:
            name = f"account {place.account}{f' {place.region}' if place.region else ''}"
            skipped = Skipped(name, "the configuration does not list it in accounts", complete=True)
            monitoring = Monitoring(complete=False)
            place = Infrastructure(
                place.source, account=place.account, region=place.region, skipped=(skipped,), monitoring=monitoring
            )
        kept.append(place)
    return tuple(kept)


def _assess(account: Infrastructure, options: AuditOptions) -> Part:
    """Assess one account; findings name the region of their group.

    A live account must be watched, so the monitoring policies apply whenever its monitoring was read.
    """
    asked = account.monitoring != Monitoring(complete=False)
    part = assess_one(account, options.policies, replace(options.settings, monitoring_asked=asked))
    if account.region is not None:
        return part
    regions = {group.address: group.region for group in account.security_groups}
    findings = [
        replace(finding, root=f"{finding.root}/{regions[finding.security_group]}")
        if finding.security_group in regions
        else finding
        for finding in part.findings
    ]
    return replace(part, findings=tuple(findings))
