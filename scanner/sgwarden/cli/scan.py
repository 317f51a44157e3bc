"""``sgwarden scan``: the policies over Terraform code, plans and states."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from sgwarden.cli import (
    checkov_options,
    comparison_options,
    config_options,
    console,
    monitoring_options,
    options,
    report_output,
)
from sgwarden.cli.config_options import Project
from sgwarden.run.options import CheckovOptions, ScanOptions
from sgwarden.run.scan import scan
from sgwarden.run.subsume import subsume
from sgwarden.terraform.modules.files import CODE_ENDINGS


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    options.add_inputs(parser)
    report_output.add_arguments(parser)
    monitoring_options.add_arguments(parser)
    monitoring_options.add_one_chain(parser)
    parser.add_argument("--changed-only", action="store_true", help="of a plan, judge only what it creates or changes")
    parser.add_argument(
        "--changed-files", action="store_true",
        help="the paths are changed files: judge the root modules that they belong to",
    )  # fmt: skip
    parser.add_argument(
        "--list-passed", action="store_true", help="in the JSON report, name every resource that passed, by policy"
    )
    checkov_options.add_arguments(parser)
    comparison_options.add_arguments(parser)
    options.add_appearance(parser)


def run(arguments: Namespace) -> int:
    """Read, assess, write the reports; the exit code says how it went."""
    paths, checkov = chosen_paths(arguments)
    project = config_options.load(arguments, paths)
    config = project.config
    report_options = report_output.report_options(arguments, config)
    against = comparison_options.compare_options(arguments, config, paths)
    chosen = replace(scan_options(arguments, project), checkov=checkov)
    with console.progress(not arguments.quiet) as progress:
        if against:
            from sgwarden.run.compare import compare  # imported late: most scans compare nothing

            here = Path.cwd()
            result = compare(
                paths, chosen, against, progress=progress,
                options_of_base=lambda mirror: scan_options(
                    *comparison_options.load_of_base(arguments, paths, here, mirror)
                ),
            )  # fmt: skip
        else:
            result = scan(paths, chosen, progress)
    report = result.report if arguments.list_passed else subsume(result.report)  # whoever lists all wants each verdict
    unread = [] if arguments.config else config_options.passed_over(config, report)
    unread += config_options.misspelt(os.environ)
    if not arguments.changed_files:
        unread += [_whole(path) for path in paths if path.endswith(CODE_ENDINGS) and os.path.isfile(path)]
    report_output.write(report, report_options, result.directory, (*result.warnings, *unread))
    return report_output.exit_code(report, report_options)


def _whole(path: str) -> str:
    directory = os.path.dirname(path) or "."
    return f"{path} is a part of the root module {directory}, which is judged as a whole"


def scan_options(arguments: Namespace, project: Project) -> ScanOptions:
    """Return what the arguments and the configuration make a scan, without Checkov. Raises UsageError."""
    policies = config_options.selected(project, arguments)
    return ScanOptions(
        project.config,
        policies,
        monitoring_options.settings(arguments, policies, project.config.settings()),
        load=options.load_options(arguments),
        named_policies=tuple(config_options.names(arguments.only)),
        policy_digests=tuple(project.own_policies.identity),
        changed_only=arguments.changed_only,
        one_chain=arguments.one_chain,
        list_passed=arguments.list_passed,
    )


def chosen_paths(arguments: Namespace) -> tuple[Sequence[str], CheckovOptions | None]:
    """Return the paths of the command line, else the working directory, and how Checkov is run. Raises UsageError."""
    paths, checkov = checkov_options.checkov_options(arguments)
    return paths or ([] if arguments.changed_files else ["."]), checkov
