"""An assessment compared with an earlier one: of a commit, of what a plan starts from, or remembered in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.errors import UsageError
from sgwarden.findings import Report
from sgwarden.gate.policy_changes import Assess
from sgwarden.run.load import root_modules
from sgwarden.run.options import Given, Inputs

if TYPE_CHECKING:
    from sgwarden.gate.base_tree import BaseTree
    from sgwarden.gate.policy_changes import Rules

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
    against: Against,
    paths: Sequence[str],
    given: Given,
    assess: Assess,
    *,
    changed_only: bool = False,
    rules: Callable[[Path | None], Rules] | None = None,
) -> tuple[Report, Inputs]:
    """The report with the status of each finding, and what was fixed; ``assess`` reads and judges either side.

    ``rules`` tells what is judged by, now (None) and in a mirror of the base, which is the working directory meanwhile:
    what the change alters of it is told. Raises SgwardenError.
    """
    if against.diff_base is not None:
        return _with_base(against, paths, given, assess, rules)
    plain = replace(given, recall=False)
    report, inputs = assess(paths, plain)
    if against.new_only:
        if changed_only:
            raise UsageError(
                "--new-only and --changed-only choose findings of a plan in two ways", next_step="give one"
            )
        report = _with_plan(report, inputs, paths, plain, assess)
    return report if against.baseline is None else _with_baseline(report, inputs, against.baseline), inputs


def _with_baseline(report: Report, inputs: Inputs, path: str, there: str | None = None) -> Report:
    """``there`` is the file to read in its place."""
    from sgwarden.gate.baseline import compare_with_baseline, read

    return compare_with_baseline(report, inputs.infrastructures, read(there or path), path)


def _with_base(
    against: Against,
    paths: Sequence[str],
    given: Given,
    assess: Assess,
    rules: Callable[[Path | None], Rules] | None,
) -> tuple[Report, Inputs]:
    from sgwarden.gate import policy_changes
    from sgwarden.gate.base_tree import base_tree, working_in

    assert against.diff_base is not None
    # A baseline needs the whole model of every root module.
    here = given if against.baseline is None else replace(given, recall=False)
    with base_tree(against.diff_base, paths, given.var_files, given.changed_files) as base:
        report, inputs, comments = _both(base, paths, here, assess)
        lines: list[str] = []
        if rules is not None:
            now = rules(None)
            with working_in(base.directory):
                before = rules(base.mirror)
            lines = policy_changes.changed(before, now)
            if lines and before.assess is not None:
                otherwise, _, _ = _both(base, paths, here, before.assess)
                lines += policy_changes.hidden(report, otherwise)
        lines += policy_changes.newly_suppressed(comments, report)
        if against.baseline is not None:
            alone = report
            report = _with_baseline(alone, inputs, against.baseline)
            there = policy_changes.there(against.baseline, Path.cwd(), base.mirror)
            known = Path(there).is_relative_to(base.mirror)
            without = _with_baseline(alone, inputs, against.baseline, there) if known else alone
            lines += policy_changes.newly_known(without, report, against.baseline)
    assert report.comparison is not None
    return replace(report, comparison=replace(report.comparison, judging=policy_changes.shortened(lines))), inputs


def _both(
    base: BaseTree, paths: Sequence[str], given: Given, assess: Assess
) -> tuple[Report, Inputs, Mapping[str, tuple[str, ...]]]:
    """The report compared with that of the base, what was read, and the comments of the base that suppress.

    Root modules that the change cannot touch are read once, and may be recalled.
    """
    from sgwarden.gate.base_tree import working_in
    from sgwarden.gate.compare_reports import compare_reports
    from sgwarden.gate.unchanged_roots import UnchangedRoots

    notes = tuple(f"the base lacks {each}" for each in base.left_out)
    label = " and ".join(f"commit {commit[:12]}" for commit in base.commits)
    if not base.paths:
        report, inputs = assess(paths, replace(given, recall=False))
        return compare_reports(report, inputs.infrastructures, None, (), label, notes), inputs, {}
    there = replace(given, recall=False, var_files=base.var_files, mirror=base.mirror, layouts={})
    with working_in(base.directory):
        sameness = UnchangedRoots(base, root_modules(base.paths, there))
    report, inputs = assess(paths, replace(given, is_same=sameness))
    with working_in(base.directory):
        earlier, read = assess(base.paths, replace(there, left_out=sameness.there))
    same = frozenset(inputs.same)
    comments = {**sameness.unchanged(report.comments, inputs.directory), **earlier.comments}
    compared_ = compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, label, notes, same)
    return compared_, inputs, comments


def _with_plan(report: Report, inputs: Inputs, paths: Sequence[str], given: Given, assess: Assess) -> Report:
    from sgwarden.gate.base_tree import working_in
    from sgwarden.gate.compare_reports import compare_reports
    from sgwarden.gate.prior_state import prior_states

    kinds = {each.source.kind for each in inputs.infrastructures}
    if kinds != {"plan"}:
        raise UsageError("--new-only needs a plan", next_step="give `terraform show -json PLANFILE` output as a file")
    with prior_states(paths) as (directory, states):
        if not states:
            return compare_reports(report, inputs.infrastructures, None, (), _PRIOR)
        with working_in(directory):
            earlier, read = assess(states, given)
        return compare_reports(report, inputs.infrastructures, earlier, read.infrastructures, _PRIOR)
