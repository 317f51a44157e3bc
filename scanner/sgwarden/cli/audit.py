"""``sgwarden audit``: every policy over live accounts, or over a snapshot of them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.cli import config_options, live_options, options, report_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sgwarden.findings import Part
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of the command."""
    live_options.add_live(parser)
    report_output.add_arguments(parser)
    options.add_appearance(parser)


def run(arguments: Namespace) -> int:
    """Read, assess, write the reports; the exit code says how it went."""
    from sgwarden.run.assess import combine
    from sgwarden.run.scan import adjusted
    from sgwarden.run.subsume import gathered
    from sgwarden.sources.live.read_accounts import by_account
    from sgwarden.suppressions.load import Run, suppressed
    from sgwarden_policies.registry import POLICIES

    config = config_options.load(arguments, ())
    outputs = report_output.outputs(arguments)
    policies = config_options.selected(config, arguments)
    arguments.region = config["regions"] if arguments.live is None else arguments.region
    places = config_options.of_accounts(live_options.read_live(arguments), config)
    parts = [judged(account, policies, config.settings()) for account in by_account(places)]
    report = combine(adjusted(parts, config, config_options.names(arguments.only)), policies)
    if config["exemptions"]:
        report = suppressed(report, config, Run(), (), [policy.id for policy in POLICIES])
    report = gathered(report)
    report_output.write(report, outputs, arguments, Path.cwd())
    return report_output.exit_code(report, arguments)


def judged(account: Infrastructure, policies: Sequence[Policy], settings: Settings) -> Part:
    """What the policies conclude about one account; findings say the region of their group.

    A live account must be watched, so the monitoring policies are asked whenever its monitoring was read.
    """
    from msgspec.structs import replace

    from sgwarden.model.monitoring import Monitoring
    from sgwarden.run.assess import assess_one

    asked = account.monitoring != Monitoring(complete=False)
    part = assess_one(account, policies, replace(settings, monitoring_asked=asked))
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
