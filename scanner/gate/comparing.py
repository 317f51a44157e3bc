"""An assessment compared with an earlier one: of a commit, of what a plan starts from, or remembered in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.findings import Report
from scanner.inputs import Given, Inputs

Assess = Callable[[Sequence[str], Given], tuple[Report, Inputs]]
_PRIOR = "the state before the plan"


class Against(Struct, frozen=True):
    """What an assessment is compared with; any of them makes existing findings known."""

    diff_base: str | None = None
    """A git reference: the commit where it and HEAD part."""
    new_only: bool = False
    """The state that a plan starts from."""
    baseline: str | None = None
    """A file of ``sgwarden baseline update``."""

    def __bool__(self) -> bool:
        return self.diff_base is not None or self.new_only or self.baseline is not None


def compared(
    report: Report,
    inputs: Inputs,
    against: Against,
    paths: Sequence[str],
    given: Given,
    assess: Assess,
    *,
    changed_only: bool = False,
) -> Report:
    """The report with the status of each finding, and what was fixed; ``assess`` does the same for the base.

    ``inputs`` must have been read without recalling. Raises SgwardenError.
    """
    plain = replace(given, recall=False)
    if against.diff_base is not None:
        report = _with_base(report, inputs, against.diff_base, paths, plain, assess)
    elif against.new_only:
        if changed_only:
            raise UsageError(
                "--new-only and --changed-only choose findings of a plan in two ways", next_step="give one"
            )
        report = _with_plan(report, inputs, paths, plain, assess)
    if against.baseline is not None:
        from scanner.gate.baseline import compare_with_baseline, read

        report = compare_with_baseline(report, inputs.infrastructures, read(against.baseline), against.baseline)
    return report


def _with_base(
    report: Report, inputs: Inputs, reference: str, paths: Sequence[str], given: Given, assess: Assess
) -> Report:
    from scanner.gate.base_tree import base_tree, working_in
    from scanner.gate.reports import compare_reports

    with base_tree(reference, paths, given.var_files, given.changed_files) as base:
        notes = tuple(f"the base lacks {each}" for each in base.left_out)
        label = " and ".join(f"commit {commit[:12]}" for commit in base.commits)
        if not base.paths:
            return compare_reports(report, inputs.infrastructures, None, (), label, notes)
        with working_in(base.directory):
            earlier, read = assess(base.paths, replace(given, var_files=base.var_files, mirror=base.mirror))
        return compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, label, notes)


def _with_plan(report: Report, inputs: Inputs, paths: Sequence[str], given: Given, assess: Assess) -> Report:
    from scanner.gate.base_tree import working_in
    from scanner.gate.prior_state import prior_states
    from scanner.gate.reports import compare_reports

    kinds = {each.source.kind for each in inputs.infrastructures}
    if kinds != {"plan"}:
        raise UsageError("--new-only needs a plan", next_step="give `terraform show -json PLANFILE` output as a file")
    with prior_states(paths) as (directory, states):
        if not states:
            return compare_reports(report, inputs.infrastructures, None, (), _PRIOR)
        with working_in(directory):
            earlier, read = assess(states, given)
        return compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, _PRIOR)
