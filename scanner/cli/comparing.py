"""``--diff-base``, ``--new-only`` and ``--baseline``: an assessment compared with an earlier one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.findings import Report
    from scanner.inputs import Given, Inputs

    Assess = Callable[[Sequence[str], Given], tuple[Report, Inputs]]

_PRIOR = "the state before the plan"


def add_arguments(parser: ArgumentParser) -> None:
    """What an assessment is compared with."""
    group = parser.add_argument_group("new findings only")
    group.add_argument(
        "--diff-base", metavar="GIT_REF",
        help="evaluate the commit where HEAD and GIT_REF part as well: only findings that are not there count",
    )  # fmt: skip
    group.add_argument("--new-only", action="store_true", help="of a plan: only findings that its changes bring count")
    group.add_argument(
        "--baseline", metavar="FILE", help="findings of FILE (see `sgwarden baseline update`) do not count"
    )
    group.add_argument(
        "--fail-on-existing", action="store_true", help="existing findings count for the exit code like new ones"
    )


def is_asked(arguments: Namespace) -> bool:
    """Whether anything is compared. Raises UsageError for options that do not go together."""
    if arguments.diff_base is not None and arguments.new_only:
        raise UsageError("--diff-base compares code and --new-only a plan", next_step="give one of them")
    asked = arguments.diff_base is not None or arguments.new_only or arguments.baseline is not None
    if arguments.fail_on_existing and not asked:
        raise UsageError(
            "--fail-on-existing needs something to compare with", next_step="give --diff-base or --baseline"
        )
    return asked


def given(arguments: Namespace, inputs: Given) -> Given:
    """What is given for reading: a comparison needs the whole model of every root module."""
    from dataclasses import replace

    return replace(inputs, recall=False) if is_asked(arguments) else inputs


def compared(report: Report, inputs: Inputs, arguments: Namespace, paths: Sequence[str], assess: Assess) -> Report:
    """The report with the status of each finding, and what was fixed; ``assess`` does the same for the base."""
    if arguments.diff_base is not None:
        report = _with_base(report, inputs, arguments, paths, assess)
    elif arguments.new_only:
        report = _with_plan(report, inputs, paths, assess, arguments)
    if arguments.baseline is not None:
        from scanner.gate.baseline import compare_with_baseline, read

        report = compare_with_baseline(report, inputs.infrastructures, read(arguments.baseline), arguments.baseline)
    return report


def _with_base(report: Report, inputs: Inputs, arguments: Namespace, paths: Sequence[str], assess: Assess) -> Report:
    from dataclasses import replace

    from scanner.cli import options
    from scanner.gate.base_tree import base_tree, working_in
    from scanner.gate.reports import compare_reports

    plain = replace(options.given(arguments), recall=False)
    with base_tree(arguments.diff_base, paths, arguments.var_file, plain.changed_files) as base:
        notes = tuple(f"the base lacks {each}" for each in base.left_out)
        label = " and ".join(f"commit {commit[:12]}" for commit in base.commits)
        if not base.paths:
            return compare_reports(report, inputs.infrastructures, None, (), label, notes)
        with working_in(base.directory):
            earlier, read = assess(base.paths, replace(plain, var_files=base.var_files, mirror=base.mirror))
        return compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, label, notes)


def _with_plan(report: Report, inputs: Inputs, paths: Sequence[str], assess: Assess, arguments: Namespace) -> Report:
    from dataclasses import replace

    from scanner.cli import options
    from scanner.gate.base_tree import working_in
    from scanner.gate.prior_state import prior_states
    from scanner.gate.reports import compare_reports

    kinds = {each.source.kind for each in inputs.infrastructures}
    if kinds != {"plan"}:
        raise UsageError("--new-only needs a plan", next_step="give `terraform show -json PLANFILE` output as a file")
    if arguments.changed_only:
        raise UsageError("--new-only and --changed-only choose findings of a plan in two ways", next_step="give one")
    with prior_states(paths) as (directory, states):
        if not states:
            return compare_reports(report, inputs.infrastructures, None, (), _PRIOR)
        with working_in(directory):
            earlier, read = assess(states, replace(options.given(arguments), recall=False))
        return compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, _PRIOR)
