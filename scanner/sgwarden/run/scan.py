"""One scan: inputs read, policies run, the configuration and the suppressions of the project applied.

The command ``sgwarden scan`` and the Python API are two ways to call it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.cache.files import default_directory
from sgwarden.cache.results import CachedResult, ResultCache, keys_of
from sgwarden.config.policy_rules import adjust_parts
from sgwarden.errors import UsageError
from sgwarden.findings import Part, Report
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.locations import Location
from sgwarden.model.sources import Skipped
from sgwarden.run.assess import assess_one, combine, roots
from sgwarden.run.inputs import LoadedSource, RootDirectory, content, shown_path
from sgwarden.run.load import Loader, by_path
from sgwarden.run.options import NoProgress, Progress, ScanOptions
from sgwarden_policies.control_policy import is_monitoring

if TYPE_CHECKING:
    from sgwarden.run.assess import Assessable


class ScanResult(Struct, frozen=True):
    """What a scan found."""

    report: Report
    infrastructures: tuple[Infrastructure, ...]
    """The models, sorted by path, when the options keep them."""
    directory: Path
    """What the files of locations are relative to."""
    warnings: tuple[str, ...]
    unchanged_roots: frozenset[str]
    """Root modules that the other side of a comparison has as they are, by the path of their source."""
    unread_on_both_sides: frozenset[Skipped] = frozenset()
    """What could not be read of those."""


def scan(paths: Sequence[str], options: ScanOptions, progress: Progress | None = None) -> ScanResult:
    """Read the paths one by one, take the cached result of each source or assess it, and make the report of all.

    Raises SgwardenError.
    """
    run = _Scan(options, progress or NoProgress())
    return run.result(paths)


class _Scan:
    """Keeps what the sources of one scan add up to."""

    def __init__(self, options: ScanOptions, progress: Progress) -> None:
        if options.one_chain or options.checkov is not None:
            # A verdict rests on more than one root module, or on another tool.
            options = replace(options, is_unchanged=None)
        self._options = options
        self._progress = progress
        self._chain = [policy for policy in options.policies if options.one_chain and is_monitoring(policy)]
        """Policies about all root modules together."""
        self._policies = [policy for policy in options.policies if not (options.one_chain and is_monitoring(policy))]
        self._caches: dict[Path, ResultCache] = {}
        self._loader = Loader(options.load, progress, self._cache)
        self._parts: list[Part] = []
        self._infrastructures: list[Infrastructure] = []
        self._missing_variables: dict[str, Location] = {}
        """Of root modules that share a name the first is kept."""
        self._used_names: set[str] = set()
        self._comment_files: set[str] = set()
        self._warnings: list[str] = []
        self._unchanged_roots: set[str] = set()
        self._unread_on_both_sides: set[Skipped] = set()

    def result(self, paths: Sequence[str]) -> ScanResult:
        directory = Path.cwd()
        for found in self._loader.find(paths):
            if isinstance(found, RootDirectory):
                self._root(found)
            else:
                for source in self._loader.read(found):
                    self._assess(source)
                    self._warnings += source.warnings
                    self._comment_files.update(source.comment_files)
        self._loader.check_variables(self._used_names)
        self._infrastructures.sort(key=by_path)
        self._parts.sort(key=lambda part: (part.source.path, part.source.kind))
        self._loader.flush()
        for cache in self._caches.values():
            cache.flush()
        if self._chain and self._infrastructures:
            from sgwarden.monitoring.merge_roots import merge_monitoring_roots  # imported late: for --one-chain alone

            part = assess_one(merge_monitoring_roots(self._infrastructures), self._chain, self._options.settings)
            self._parts.append(replace(part, skipped=(), resources=0, security_groups=0, rules=0))
        return ScanResult(
            self._report(paths, directory),
            tuple(self._infrastructures) if self._options.keep_models else (),
            directory,
            tuple(self._warnings),
            frozenset(self._unchanged_roots),
            frozenset(self._unread_on_both_sides),
        )

    def _root(self, root: RootDirectory) -> None:
        """Take the cached result of a root module, or assess it."""
        cache = self._cache(self._loader.bound(root))
        result = cache.result(root.path) if cache is not None else None
        if cache is not None and result is not None and result.part is not None and self._may_use(root, cache):
            self._parts.append(result.part)
            self._loader.note_instances(Path(key[2:]) for key in cache.reads(root.path) if key.startswith("d:"))
        else:
            source = self._loader.evaluate(root)
            part = self._assess(source)
            result = CachedResult(part, source.missing_variables, source.used_names, source.comment_files)
            if cache is not None:
                cache.remember(root.path, result, source.module_files, source.reads)
            if self._options.is_unchanged is not None:
                self._is_unchanged(root, keys_of(source.module_files, source.reads))
        if shown_path(root.path) in self._unchanged_roots and result.part is not None:
            self._unread_on_both_sides.update(each for each in result.part.skipped if not each.complete)
        self._used_names |= result.used_names
        self._comment_files.update(result.marked)
        for name, place in result.missing_variables.items():
            self._missing_variables.setdefault(name, place)

    def _assess(self, source: LoadedSource) -> Part:
        if self._options.keep_models or self._chain:
            self._infrastructures.append(source.infrastructure)
        part = assess_one(
            source.infrastructure, self._policies, self._options.settings, changed_only=self._options.changed_only
        )
        self._parts.append(part)
        return part

    def _may_use(self, root: RootDirectory, cache: ResultCache) -> bool:
        """Return True if no model is needed: that of what is the same on both sides of a comparison is not."""
        return self._options.is_unchanged is None or self._is_unchanged(root, cache.reads(root.path))

    def _is_unchanged(self, root: RootDirectory, keys: Sequence[str]) -> bool:
        unchanged = self._options.is_unchanged is not None and self._options.is_unchanged(root.path, keys)
        if unchanged:
            self._unchanged_roots.add(shown_path(root.path))
        return unchanged

    def _cache(self, bound: Path) -> ResultCache | None:
        """Return the cache of results of a repository; None when no result can be taken from it."""
        options = self._options
        needs_all = options.one_chain or options.list_passed or options.checkov is not None
        if not options.load.use_cache or not options.use_cached_results or needs_all:
            return None
        if options.keep_models and options.is_unchanged is None:
            return None
        if bound not in self._caches:
            self._caches[bound] = ResultCache(default_directory(os.environ), _cache_identity(bound, options))
        return self._caches[bound]

    def _report(self, paths: Sequence[str], directory: Path) -> Report:
        options = self._options
        if options.changed_only and "plan" not in {part.source.kind for part in self._parts}:
            raise UsageError("--changed-only needs a plan", next_step="give `terraform show -json PLANFILE` output")
        parts: Sequence[Part] = adjust_parts(self._parts, options.config, options.named_policies)
        policies: Sequence[Assessable] = options.policies
        if options.checkov is not None:
            from sgwarden.run.with_checkov import add_checkov  # imported late: only --with-checkov needs it

            parts, policies = add_checkov(parts, options, options.checkov, paths, self._progress)
        report = self._suppressed(combine(parts, policies, self._missing_variables), paths, directory)
        return replace(report, roots=roots(self._parts)) if options.list_passed else report

    def _suppressed(self, report: Report, paths: Sequence[str], directory: Path) -> Report:
        options = self._options
        if not self._comment_files and not options.config["exemptions"]:
            return report
        # imported late: most scans meet no suppression
        from sgwarden.suppressions.load import Run, apply_suppressions

        run = Run(paths, directory, options.load.workspace, options.changed_only or options.load.changed_files)
        return apply_suppressions(report, options.config, run, self._comment_files, options.known_policies)


def _cache_identity(bound: Path, options: ScanOptions) -> list[str]:
    """Return all that decides a result besides the files of a root module."""
    load = options.load
    environment = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("TF_VAR_") or k == "TF_WORKSPACE")
    var_files = [f"{name}\n{content(name)!r}" for name in load.var_files]
    policies = [policy.id for policy in options.policies]
    return [
        str(bound), os.getcwd(), *environment, *load.variables, *var_files, str(load.var_files_before), str(load.workspace), repr(options.settings),
        str(options.changed_only), *policies, *options.policy_digests,
    ]  # fmt: skip
