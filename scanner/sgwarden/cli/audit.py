"""``sgwarden audit``: every policy over live accounts, or over a snapshot of them."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from sgwarden.cli import config_options, live_options, report_output
from sgwarden.run.audit import audit
from sgwarden.run.options import AuditOptions
from sgwarden.run.subsume import subsume


def run(arguments: Namespace) -> int:
    """Read, assess, write the reports; the exit code says how it went."""
    project = config_options.load(arguments, ())
    config = project.config
    report_options = report_output.report_options(arguments, config)
    policies = config_options.selected(project, arguments)
    named = tuple(config_options.names(arguments.only))
    live = live_options.read_live(live_options.live_options(arguments, config["regions"]))
    report = subsume(audit(live, AuditOptions(config, policies, config.settings(), named)))
    report_output.write(report, report_options, Path.cwd(), config_options.misspelt(os.environ))
    return report_output.exit_code(report, report_options)
