"""An assessment compared with an earlier one: of a commit, of what a plan starts from, or remembered in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.findings import Report
from scanner.inputs import Given, Inputs

if TYPE_CHECKING:
    from scanner.gate.judging import Rules

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
    rules: Callable[[Path | None], Rules] | None = None,
) -> Report:
    """The report with the status of each finding, and what was fixed; ``assess`` does the same for the base.

    ``rules`` tells what is judged by, now (None) and in a mirror of the base, which is the working directory meanwhile:
    what the change alters of it is told. ``inputs`` must have been read without recalling. Raises SgwardenError.
    """
    plain = replace(given, recall=False)
    if against.diff_base is not None:
        return _with_base(report, inputs, against, paths, plain, assess, rules)
    if against.new_only:
        if changed_only:
            raise UsageError(
                "--new-only and --changed-only choose findings of a plan in two ways", next_step="give one"
            )
        report = _with_plan(report, inputs, paths, plain, assess)
    return report if against.baseline is None else _with_baseline(report, inputs, against.baseline)


def _with_baseline(report: Report, inputs: Inputs, path: str, there: str | None = None) -> Report:
    """``there`` is the file to read in its place."""
    from scanner.gate.baseline import compare_with_baseline, read

    return compare_with_baseline(report, inputs.infrastructures, read(there or path), path)


def _with_base(
    report: Report,
    inputs: Inputs,
    against: Against,
    paths: Sequence[str],
    given: Given,
    assess: Assess,
    rules: Callable[[Path | None], Rules] | None,
) -> Report:
    from scanner.gate import judging
    from scanner.gate.base_tree import base_tree, working_in
    from scanner.gate.reports import compare_reports

    assert against.diff_base is not None
    with base_tree(against.diff_base, paths, given.var_files, given.changed_files) as base:
        notes = tuple(f"the base lacks {each}" for each in base.left_out)
        label = " and ".join(f"commit {commit[:12]}" for commit in base.commits)

        def with_base(report: Report, inputs: Inputs, assess: Assess) -> tuple[Report, Report | None]:
            """The report compared, and that of the base."""
            if not base.paths:
                return compare_reports(report, inputs.infrastructures, None, (), label, notes), None
            with working_in(base.directory):
                earlier, read = assess(base.paths, replace(given, var_files=base.var_files, mirror=base.mirror))
            return compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, label, notes), earlier

        report, earlier = with_base(report, inputs, assess)
        lines: list[str] = []
        if rules is not None:
            now = rules(None)
            with working_in(base.directory):
                before = rules(base.mirror)
            lines = judging.changed(before, now)
            if lines and before.assess is not None:
                otherwise, _ = with_base(*before.assess(paths, given), before.assess)
                lines += judging.hidden(report, otherwise)
        lines += judging.newly_suppressed(earlier.comments if earlier is not None else {}, report)
        if against.baseline is not None:
            alone = report
            report = _with_baseline(alone, inputs, against.baseline)
            there = judging.there(against.baseline, Path.cwd(), base.mirror)
            known = Path(there).is_relative_to(base.mirror)
            without = _with_baseline(alone, inputs, against.baseline, there) if known else alone
            lines += judging.newly_known(without, report, against.baseline)
    assert report.comparison is not None
    return replace(report, comparison=replace(report.comparison, judging=judging.shortened(lines)))


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
