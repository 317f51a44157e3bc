"""The suppressions of one run: made from its configuration and its files, and applied to its report."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.config.configuration import DIFFERENCE_KINDS, DRIFT
from sgwarden.config.effective import COMMAND_LINE
from sgwarden.errors import UsageError
from sgwarden.suppressions.apply import apply
from sgwarden.suppressions.comments import parse_date
from sgwarden.suppressions.engine import RunContext, Suppressions
from sgwarden.suppressions.marked_files import marked_below
from sgwarden.terraform.modules.files import configuration_files, repository_root

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.findings import Report
    from sgwarden.suppressions.exemptions import SuppressionEntry


class Run(Struct, frozen=True):
    """Paths, workspace and date of a run."""

    paths: Sequence[str] = ()
    """As given; none: everything that the configuration is about."""
    base: Path | None = None
    """What the files of locations are relative to (default: the working directory)."""
    workspace: str | None = None
    """The Terraform workspace that was given."""
    changes_only: bool = False
    day: date | None = None
    """What suppressions are judged by (default: ``today``)."""


def apply_suppressions(report: Report, config: Config, run: Run, files: Iterable[str], known: Iterable[str]) -> Report:
    """Return the report with suppressed findings marked.

    ``files`` hold comments of interest, ``known`` are ids of policies.
    """
    asked = [policy.id for policy in report.policies]
    context = run_context(config, run, asked=asked, kinds={source.kind for source in report.sources})
    return apply(report, Suppressions(config, sorted(files), [*known, *asked], context))


def drift_suppressions(
    config: Config,
    directories: Iterable[Path],
    known: Iterable[str],
    *,
    given: Sequence[str] = (),
    workspace: str | None = None,
    day: date | None = None,
    entries: Iterable[SuppressionEntry] = (),
) -> Suppressions:
    """Return the suppressions for a drift over some root modules' directories.

    ``sgwarden.suppressions.differences.decide`` applies them; ``notes()`` has the status of each afterwards.

    ``given`` are the directories that the user gave, which may hold the root modules and tell whether the run saw
    everything that the configuration is about; ``day`` is what they are judged by (default: ``today``);
    ``entries`` are those of an ignore file.
    """
    roots = sorted(set(directories))
    run = Run([*(str(root) for root in roots), *given], workspace=workspace, day=day)
    context = run_context(config, run, asked=[DRIFT], kinds=["live", *DIFFERENCE_KINDS])
    context = replace(context, top=_top_of_code(roots, given) or context.top)
    return Suppressions(config, marked_below(roots, context.top, context.base), [*known, DRIFT], context, entries)


def _top_of_code(roots: Sequence[Path], given: Sequence[str]) -> Path | None:
    """Return the directory that bounds the modules of root modules; None when there is no code.

    States that lie elsewhere do not widen it.
    """

    def has_code(root: Path) -> bool:
        try:
            return bool(configuration_files(root))
        except OSError:  # what cannot be listed holds no comments either; its reader reports that
            return False

    coded = [root.resolve() for root in roots if has_code(root)]
    above = [Path(path).resolve() for path in given]
    bounds = [*coded, *(path for path in above if any(root.is_relative_to(path) for root in coded))]
    return repository_root(Path(os.path.commonpath(bounds))) if coded else None


def run_context(config: Config, run: Run, *, asked: Collection[str], kinds: Collection[str]) -> RunContext:
    """Return the facts of a run that suppressions depend on."""
    here = run.base or Path.cwd()
    resolved = [Path(path).resolve() for path in run.paths if path != "-"]
    whole = not run.paths or any(_holds(path, config.directory) for path in run.paths)
    return RunContext(
        today=run.day or today(os.environ),
        base=here,
        top=repository_root(Path(os.path.commonpath(resolved or [here]))),
        workspace_of=lambda directory: workspace(directory, here, run.workspace, os.environ),
        asked=frozenset(asked),
        kinds=frozenset(kinds),
        partial=not whole or config.values["regions"].origin == COMMAND_LINE,
        changes_only=run.changes_only,
    )


def _holds(path: str, directory: Path) -> bool:
    return os.path.isdir(path) and directory.resolve().is_relative_to(Path(path).resolve())


def today(environment: Mapping[str, str]) -> date:
    """Return the date for suppressions: ``SGWARDEN_TODAY``, else today's. Raises UsageError."""
    given = environment.get("SGWARDEN_TODAY")
    if not given:
        return date.today()
    found = parse_date(given)
    if found is None:
        raise UsageError(f"SGWARDEN_TODAY={given} is no date", next_step="write it as 2027-01-31")
    return found


def workspace(directory: str, base: Path, given: str | None, environment: Mapping[str, str]) -> str:
    """Return the Terraform workspace of a root module."""
    # imported late: few suppressions name a workspace, and a scan from the cache evaluates no code
    from sgwarden.terraform.modules import variables

    return variables.workspace(
        base / directory, variables.VariableOptions(environment=dict(environment), workspace=given)
    )
