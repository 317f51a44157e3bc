"""A scan compared with an earlier one: of a commit, of what a plan starts from, or remembered in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from sgwarden.errors import UsageError
from sgwarden.findings import Report
from sgwarden.gate import policy_changes
from sgwarden.gate.base_tree import BaseTree, base_tree, working_in
from sgwarden.gate.baseline import compare_with_baseline, read
from sgwarden.gate.by_hand import HandMade, as_new
from sgwarden.gate.compare_reports import compare_reports
from sgwarden.gate.policy_changes import Rules
from sgwarden.gate.prior_state import WrittenStates, prior_states
from sgwarden.gate.reachability import changes
from sgwarden.gate.unchanged_roots import UnchangedRoots
from sgwarden.run.inputs import shown_path
from sgwarden.run.load import root_modules
from sgwarden.run.options import CompareOptions, NoProgress, Progress, ScanOptions
from sgwarden.run.scan import ScanResult, scan

_PRIOR = "the state before the plan"

OptionsOfBase = Callable[[Path], ScanOptions]
"""Makes the options by the configuration and policies of the base, whose mirror it is given. Raises UsageError."""


def compare(
    paths: Sequence[str],
    options: ScanOptions,
    against: CompareOptions,
    *,
    options_of_base: OptionsOfBase | None = None,
    progress: Progress | None = None,
) -> ScanResult:
    """Scan both sides, and return the report with the status of each finding, and what was fixed.

    With ``options_of_base``, which is called in a mirror of the base as the working directory, the report says what the
    change alters of how it is assessed. Raises SgwardenError.
    """
    comparison = _Compare(paths, options, against, progress or NoProgress())
    if against.diff_base is not None:
        return comparison.with_base(against.diff_base, options_of_base)
    result = comparison.scan(paths, replace(options, keep_models=True))
    if against.new_only:
        result = comparison.with_plan(result)
    if against.baseline is not None:
        result = replace(result, report=_with_baseline(result, against.baseline))
    return result


class _Compare:
    def __init__(self, paths: Sequence[str], options: ScanOptions, against: CompareOptions, progress: Progress) -> None:
        self._paths = paths
        self._options = options
        self._against = against
        self._progress = progress

    def scan(self, paths: Sequence[str], options: ScanOptions) -> ScanResult:
        return scan(paths, options, self._progress)

    def with_base(self, reference: str, options_of_base: OptionsOfBase | None) -> ScanResult:
        load = self._options.load
        with base_tree(reference, self._paths, load.var_files, load.changed_files) as base:
            result, comments = self._both(base, self._options)
            lines: list[str] = []
            if options_of_base is not None:
                lines = self._changes(base, result.report, options_of_base)
            lines += policy_changes.newly_suppressed(comments, result.report)
            if self._against.baseline is not None:
                result, known = self._with_baselines(base, result, self._against.baseline)
                lines += known
        assert result.report.comparison is not None
        comparison = replace(result.report.comparison, judging=policy_changes.shortened(lines))
        return replace(result, report=replace(result.report, comparison=comparison))

    def _changes(self, base: BaseTree, report: Report, options_of_base: OptionsOfBase) -> list[str]:
        """Return what differs in how both sides are assessed, and which findings that hides, one line each."""
        try:
            with working_in(base.directory):
                before = options_of_base(base.mirror)
        except UsageError as error:
            return policy_changes.changed(Rules({}, failure=str(error)), _rules(self._options))
        lines = policy_changes.changed(_rules(before), _rules(self._options))
        if lines:
            otherwise, _ = self._both(base, before)
            lines += policy_changes.hidden(report, otherwise.report)
        return lines

    def _with_baselines(self, base: BaseTree, result: ScanResult, file: str) -> tuple[ScanResult, list[str]]:
        """Return the result compared with a baseline, and findings that are existing by a change of the baseline."""
        report = _with_baseline(result, file)
        there = policy_changes.there(file, Path.cwd(), base.mirror)
        known = Path(there).is_relative_to(base.mirror)
        without = _with_baseline(result, file, there) if known else result.report
        return replace(result, report=report), policy_changes.newly_known(without, report, file)

    def _both(self, base: BaseTree, options: ScanOptions) -> tuple[ScanResult, Mapping[str, tuple[str, ...]]]:
        """Return the result compared with that of the base, and the comments of the base that suppress.

        Root modules that the change cannot touch are read once, and may be taken from the cache; but a baseline needs
        the model of every root module.
        """
        notes = tuple(f"the base lacks {each}" for each in base.left_out)
        label = " and ".join(f"commit {commit[:12]}" for commit in base.commits)
        here = replace(options, load=self._options.load, keep_models=True)
        if not base.paths:
            result = self.scan(self._paths, here)
            report = compare_reports(result.report, result.infrastructures, None, (), label, notes)
            return replace(result, report=report), {}
        load = replace(
            here.load,
            var_files=tuple(file for file in base.var_files if file is not None),
            var_files_before=tuple(
                sum(file is not None for file in base.var_files[:before]) for before in here.load.var_files_before
            ),
            mirror=base.mirror,
        )
        with working_in(base.directory):
            found = root_modules(base.paths, load)
        sameness = UnchangedRoots(base, found.directories)
        uses_cache = here.use_cached_results and self._against.baseline is None
        result = self.scan(self._paths, replace(here, is_unchanged=sameness, use_cached_results=uses_cache))
        load = replace(load, skipped_roots=sameness.there, instantiated=sameness.instantiated, layouts=found.layouts)
        with working_in(base.directory):
            earlier = self.scan(base.paths, replace(here, load=load))
        report = compare_reports(
            result.report, result.infrastructures, earlier.report, earlier.infrastructures, label, notes,
            result.unchanged_roots, result.unread_on_both_sides,
            lambda file: sameness.is_unchanged_file(result.directory / file),
        )  # fmt: skip
        comments = {**sameness.unchanged(result.report.comments, result.directory), **earlier.report.comments}
        return replace(result, report=report), comments

    def with_plan(self, result: ScanResult) -> ScanResult:
        if self._options.changed_only:
            raise UsageError(
                "--new-only and --changed-only choose findings of a plan in two ways", next_step="give one"
            )
        # What could not be read beside the plans of a directory has no resources.
        kinds = {e.source.kind for e in result.infrastructures if e.resources_seen or e.source.kind == "plan"}
        if kinds != {"plan"}:
            raise UsageError(
                "--new-only needs a plan", next_step="give `terraform show -json PLANFILE` output as a file"
            )
        plans = sorted(each.source.path for each in result.infrastructures if each.source.kind == "plan")
        planned = result.infrastructures
        with prior_states(["-"] if "-" in self._paths else plans) as states:
            refreshed = self._of_states(states.refreshed)
            applied = self._of_states(states.applied)
        if refreshed is None:
            known, before = (applied.report, applied.infrastructures) if applied is not None else (None, ())
            return replace(result, report=compare_reports(result.report, planned, known, before, _PRIOR))
        report = compare_reports(result.report, planned, refreshed.report, refreshed.infrastructures, _PRIOR)
        known, before = (applied.report, applied.infrastructures) if applied is not None else (None, ())
        otherwise = compare_reports(result.report, planned, known, before, _PRIOR)
        written = {shown_path(Path(path)): blocks for path, blocks in states.written.items()}
        hand_made = HandMade.of(before, refreshed.infrastructures, planned, written)
        report = as_new(report, otherwise, hand_made)
        exposure = changes(hand_made.without_declared(refreshed.infrastructures), planned)
        assert report.comparison is not None
        return replace(result, report=replace(report, comparison=replace(report.comparison, exposure=exposure)))

    def _of_states(self, states: WrittenStates | None) -> ScanResult | None:
        if states is None or not states.paths:
            return None
        with working_in(states.directory):
            return self.scan(states.paths, replace(self._options, keep_models=True))


def _rules(options: ScanOptions) -> Rules:
    values = {key: (value.value, value.origin) for key, value in options.config.values.items()}
    return Rules(values, options.policy_digests)


def _with_baseline(result: ScanResult, path: str, there: str | None = None) -> Report:
    """Return the report compared with a baseline; ``there`` is the file to read in its place."""
    return compare_with_baseline(result.report, result.infrastructures, read(there or path), path)
