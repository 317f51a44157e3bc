"""``sgwarden scan``: the policies over Terraform code, plans and states."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

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
from sgwarden.run.subsume import subsume

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sgwarden.config.effective import Config
    from sgwarden.findings import Report
    from sgwarden.gate.policy_changes import Assess, Rules
    from sgwarden.run.options import Given, Inputs


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of the command."""
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
    checkov_options.prepare(arguments)
    paths = chosen_paths(arguments)
    unsettled = Namespace(**vars(arguments))
    config = config_options.load(arguments, paths)
    outputs = report_output.outputs(arguments)
    given = chosen_given(arguments)
    if not comparison_options.is_asked(arguments):
        report, inputs = assessed(arguments, config, paths, given)
    else:
        from sgwarden.gate.run import compared

        report, inputs = compared(
            comparison_options.against(arguments), paths, given,
            lambda paths, given: assessed(arguments, config, paths, given), changed_only=arguments.changed_only,
            rules=_rules(unsettled, paths),
        )  # fmt: skip
    if not arguments.list_passed:  # whoever wants every verdict wants them one by one
        report = subsume(report)
    unread = [] if arguments.config else config_options.passed_over(config, report)
    report_output.write(report, outputs, arguments, inputs.directory, (*inputs.warnings, *unread))
    return report_output.exit_code(report, arguments)


def _rules(arguments: Namespace, paths: Sequence[str]) -> Callable[[Path | None], Rules]:
    """What each side of a comparison is judged by."""
    here = Path.cwd()

    def assess(arguments: Namespace, config: Config) -> Assess:
        return lambda paths, given: assessed(arguments, config, paths, given)

    return lambda mirror: comparison_options.rules(arguments, paths, here, mirror, assess)


def assessed(arguments: Namespace, config: Config, paths: Sequence[str], given: Given) -> tuple[Report, Inputs]:
    """Read paths and ask the policies, as the options and the configuration say."""
    from sgwarden.run.scan import Scan

    policies = config_options.selected(config, arguments)
    with console.progress(not arguments.quiet) as progress:
        scan = Scan(
            config,
            policies,
            monitoring_options.settings(arguments, policies, config.settings()),
            wanted=tuple(config_options.names(arguments.only)),
            identity=config_options.identity(arguments),
            changed_only=arguments.changed_only,
            one_chain=arguments.one_chain,
            list_passed=arguments.list_passed,
            merge=None
            if arguments.with_checkov is None
            else lambda parts: checkov_options.merged(parts, policies, paths, given, arguments, progress),
            progress=progress,
        )
        return scan.run(paths, given)


def chosen_given(arguments: Namespace) -> Given:
    """What the options give besides the paths."""
    given = options.given(arguments)
    if not arguments.list_passed and arguments.with_checkov is None:
        return given
    return replace(given, use_cache=False)  # conclusions that are recalled do not name what passed


def chosen_paths(arguments: Namespace) -> list[str]:
    """The paths of the command line, else the working directory."""
    paths: list[str] = arguments.paths
    return paths or ([] if arguments.changed_files else ["."])
