"""``sgwarden scan``: the policies over Terraform code, plans and states."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from scanner.cli import checkov_options, comparing, configuration, monitoring_options, options, report_output
from scanner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.assess import Assessable
    from scanner.config.effective import Config
    from scanner.findings import Report
    from scanner.inputs import Given, Inputs


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
    comparing.add_arguments(parser)
    options.add_appearance(parser)


def run(arguments: Namespace) -> int:
    """Read, assess, write the reports; the exit code says how it went."""
    checkov_options.prepare(arguments)
    paths = chosen_paths(arguments)
    config = configuration.load(arguments, paths)
    outputs = report_output.outputs(arguments)
    given = comparing.given(arguments, chosen_given(arguments))
    report, inputs = assessed(arguments, config, paths, given)
    if comparing.is_asked(arguments):
        report = comparing.compared(
            report, inputs, arguments, paths, lambda paths, given: assessed(arguments, config, paths, given)
        )
    report_output.write(report, outputs, arguments, inputs.directory, inputs.warnings)
    return report_output.exit_code(report, arguments)


def assessed(arguments: Namespace, config: Config, paths: Sequence[str], given: Given) -> tuple[Report, Inputs]:
    """Read paths and ask the policies, as the options and the configuration say."""
    from dataclasses import replace

    from scanner.assess import assess_one, combine, roots
    from scanner.cli.progress import Progress
    from scanner.inputs import Judge, read_all

    policies = configuration.selected(config, arguments)
    settings = monitoring_options.settings(arguments, policies, config.settings())
    judge = (
        None
        if arguments.one_chain
        else Judge(
            lambda infrastructure: assess_one(infrastructure, policies, settings, changed_only=arguments.changed_only),
            (
                repr(settings),
                str(arguments.changed_only),
                *(policy.id for policy in policies),
                *configuration.identity(arguments),
            ),
        )
    )
    progress = Progress(wanted=not arguments.quiet)
    try:
        inputs = read_all(paths, given, progress, judge)
    finally:
        progress.done()
    if arguments.one_chain:
        inputs.parts = monitoring_options.one_chain(
            inputs.infrastructures, policies, settings, changed_only=arguments.changed_only
        )
    _check_changed_only(arguments.changed_only, inputs)
    parts = configuration.adjusted(inputs.parts, config, arguments)
    told: Sequence[Assessable] = policies
    if arguments.with_checkov is not None:
        parts, told = checkov_options.merged(parts, policies, paths, arguments, progress)
    report = combine(parts, told, inputs.missing_variables)
    report = configuration.suppressed(
        report, config, arguments, files=inputs.marked, paths=paths, base=inputs.directory
    )
    if arguments.list_passed:
        report = replace(report, roots=roots(inputs.parts))
    return report, inputs


def chosen_given(arguments: Namespace) -> Given:
    """What the options give besides the paths."""
    given = options.given(arguments)
    if not arguments.list_passed and arguments.with_checkov is None:
        return given
    from dataclasses import replace

    return replace(given, use_cache=False)  # conclusions that are recalled do not name what passed


def chosen_paths(arguments: Namespace) -> list[str]:
    """The paths of the command line, else the working directory."""
    paths: list[str] = arguments.paths
    return paths or ([] if arguments.changed_files else ["."])


def _check_changed_only(changed_only: bool, inputs: Inputs) -> None:
    kinds = {part.source.kind for part in inputs.parts}
    if changed_only and "plan" not in kinds:
        raise UsageError("--changed-only needs a plan", next_step="give `terraform show -json PLANFILE` output")
