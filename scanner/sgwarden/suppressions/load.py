"""The suppressions of one run: what it knows besides them, and applied to what it found."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.config.effective import COMMAND_LINE
from sgwarden.errors import UsageError
from sgwarden.suppressions.engine import DRIFT, Suppressions, Surroundings
from sgwarden.terraform.modules.discovery import repository_root

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.findings import Report
    from sgwarden.suppressions.exemptions import Exemption


class Run(Struct, frozen=True):
    """What a run is about."""

    paths: Sequence[str] = ()
    """As given; none: everything that the configuration is about."""
    base: Path | None = None
    """What the files of locations are relative to (default: the working directory)."""
    workspace: str | None = None
    """The Terraform workspace that was given."""
    changes_only: bool = False
    day: date | None = None
    """What suppressions are judged by (default: ``today``)."""


def suppressed(report: Report, config: Config, run: Run, files: Iterable[str], known: Iterable[str]) -> Report:
    """The report with what is suppressed marked; ``files`` hold comments of interest, ``known`` are ids of policies."""
    from sgwarden.suppressions.apply import apply

    asked = [policy.id for policy in report.policies]
    around = surroundings(config, run, asked=asked, kinds={source.kind for source in report.sources})
    return apply(report, Suppressions(config, sorted(files), [*known, *asked], around))


def drift_suppressions(
    config: Config,
    directories: Iterable[Path],
    known: Iterable[str],
    *,
    given: Sequence[str] = (),
    workspace: str | None = None,
    day: date | None = None,
    entries: Iterable[Exemption] = (),
) -> Suppressions:
    """The suppressions for a drift over some root modules' directories; ``sgwarden.suppressions.differences.decide``
    asks them, and ``notes()`` tells what came of them afterwards.

    ``given`` are the directories that the user gave, which may hold the root modules and tell whether the run saw
    everything that the configuration is about; ``day`` is what they are judged by (default: ``today``);
    ``entries`` are those of an ignore file.
    """
    from sgwarden.config.configuration import DIFFERENCE_KINDS
    from sgwarden.suppressions.differences import comment_files

    roots = sorted(set(directories))
    run = Run([*(str(root) for root in roots), *given], workspace=workspace, day=day)
    around = surroundings(config, run, asked=[DRIFT], kinds=["live", *DIFFERENCE_KINDS])
    around = replace(around, top=_top_of_code(roots, given) or around.top)
    return Suppressions(config, comment_files(roots, around.top, around.base), [*known, DRIFT], around, entries)


def _top_of_code(roots: Sequence[Path], given: Sequence[str]) -> Path | None:
    """What bounds the modules of root modules: states that lie elsewhere do not widen it. None: there is no code."""
    from sgwarden.terraform.modules.files import configuration_files

    def has_code(root: Path) -> bool:
        try:
            return bool(configuration_files(root))
        except OSError:  # what cannot be listed holds no comments either; its reader has told
            return False

    coded = [root.resolve() for root in roots if has_code(root)]
    above = [Path(path).resolve() for path in given]
    bounds = [*coded, *(path for path in above if any(root.is_relative_to(path) for root in coded))]
    return repository_root(Path(os.path.commonpath(bounds))) if coded else None


def surroundings(config: Config, run: Run, *, asked: Collection[str], kinds: Collection[str]) -> Surroundings:
    """What a run knows: the date, which policies it asked about which kinds of sources, and whether it saw all."""
    here = run.base or Path.cwd()
    resolved = [Path(path).resolve() for path in run.paths if path != "-"]
    whole = not run.paths or any(_holds(path, config.directory) for path in run.paths)
    return Surroundings(
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
    """The date that suppressions are judged by: ``SGWARDEN_TODAY``, else today's. Raises UsageError."""
    given = environment.get("SGWARDEN_TODAY")
    if not given:
        return date.today()
    from sgwarden.suppressions.comments import day

    found = day(given)
    if found is None:
        raise UsageError(f"SGWARDEN_TODAY={given} is no date", next_step="write it as 2027-01-31")
    return found


def workspace(directory: str, base: Path, given: str | None, environment: Mapping[str, str]) -> str:
    """The Terraform workspace of a root module."""
    from sgwarden.terraform.modules.variables import Options
    from sgwarden.terraform.modules.variables import workspace as chosen

    return chosen(base / directory, Options(environment=dict(environment), workspace=given))
