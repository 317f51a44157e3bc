"""The configuration of a run: found, put under the command line, and applied to what was judged."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from policies.policy import Policy
    from scanner.assess import Part
    from scanner.config.effective import Config
    from scanner.findings import Report
    from scanner.model.infrastructure import Infrastructure
    from scanner.suppressions.judging import Suppressions, Surroundings

_OPTIONS = {
    "fail_on": "fail_on",
    "fail_on_undecided": "fail_on_undecided",
    "allow_incomplete": "allow_incomplete",
    "format": "format",
    "region": "regions",
    "benchmark": "benchmark",
}
"""Options whose value is that of a key."""


def add_arguments(parser: ArgumentParser) -> None:
    """Where the configuration is, and what is done with suppressions."""
    add_file(parser)
    parser.add_argument(
        "--honor", metavar="TOOLS", action="append", default=[],
        help="let ignore comments for checkov, tfsec or trivy count for policies that mean the same; commas between",
    )  # fmt: skip
    parser.add_argument("--show-suppressed", action="store_true", help="list suppressed findings in the text report")


def add_file(parser: ArgumentParser) -> None:
    """Where the configuration is."""
    parser.add_argument(
        "--config", metavar="FILE",
        help="the configuration (default: sgwarden.toml or [tool.sgwarden] of pyproject.toml, from the paths upwards; "
        "also the variable SGWARDEN_CONFIG)",
    )  # fmt: skip


def load(arguments: Namespace, paths: Sequence[str]) -> Config:
    """The effective configuration of a run over ``paths``; ``arguments`` get its values where they have none.

    Raises UsageError, with file and line, for anything wrong in the file.
    """
    from scanner.cli import selection
    from scanner.config import files
    from scanner.config.effective import check_policies, effective

    known = selection.known(arguments, paths)
    named = getattr(arguments, "config", None) or os.environ.get("SGWARDEN_CONFIG")
    existing = [Path(path) for path in paths if path != "-" and os.path.exists(path)]
    found = Path(named) if named else files.find(existing or [Path.cwd()])
    document = None if found is None else files.read(found, named)
    config = effective(document, os.environ, _command_line(arguments))
    if document is not None:
        check_policies(config, [policy.id for policy in known])
    for option in ("fail_on", "fail_on_undecided", "allow_incomplete", "format"):
        if hasattr(arguments, option):
            setattr(arguments, option, config[option])
    return config


def _command_line(arguments: Namespace) -> dict[str, Any]:
    given = {key: getattr(arguments, option, None) for option, key in _OPTIONS.items()}
    values = {key: value for key, value in given.items() if value is not None and value != []}
    if "regions" in values:
        values["regions"] = _names(values["regions"])
    honored = _names(getattr(arguments, "honor", []))
    if honored:
        from scanner.config.table import TOOLS

        for name in honored:
            if name not in TOOLS:
                raise UsageError(f"--honor {name}: no such tool", next_step=f"use some of {', '.join(TOOLS)}")
        values["honor"] = honored
    return values


def _names(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))


def selected(config: Config, arguments: Namespace) -> tuple[Policy, ...]:
    """The policies that a run asks: ``--only`` wins over the configuration, ``--skip`` takes away from both."""
    from scanner.cli import selection
    from scanner.config.adjusting import is_asked

    chosen = selection.selected(arguments.only, arguments.skip, selection.known(arguments))
    if arguments.only:
        return chosen
    left = tuple(policy for policy in chosen if is_asked(config, policy.id))
    if not left:
        raise UsageError("the configuration leaves no policy to ask", next_step="`sgwarden config show` shows it")
    return left


def identity(arguments: Namespace) -> tuple[str, ...]:
    """What decides a conclusion besides settings and ids of policies: the content of the user's own policies."""
    from scanner.cli import selection

    return selection.identity(arguments)


def adjusted(parts: Sequence[Part], config: Config, arguments: Namespace) -> list[Part]:
    """What was concluded, with the severities and the paths of the configuration."""
    from scanner.config import adjusting

    if not adjusting.adjusts(config):
        return list(parts)
    from dataclasses import replace

    wanted = _names(arguments.only)
    return [replace(part, findings=adjusting.adjusted(part.findings, config, wanted)) for part in parts]


def of_accounts(places: Iterable[Infrastructure], config: Config) -> tuple[Infrastructure, ...]:
    """What was read of the accounts of the configuration; the others are said to be left out."""
    from scanner.model.infrastructure import Infrastructure
    from scanner.model.monitoring import Monitoring
    from scanner.model.sources import Skipped

    ours = config["accounts"]
    kept = []
    for place in places:
        if ours and place.account is not None and place.account not in ours:
            name = f"account {place.account}{f' {place.region}' if place.region else ''}"
            skipped = Skipped(name, "the configuration does not list it in accounts", complete=True)
            place = Infrastructure(
                place.source, account=place.account, region=place.region, skipped=(skipped,),
                monitoring=Monitoring(complete=False),
            )  # fmt: skip
        kept.append(place)
    return tuple(kept)


def suppressed(
    report: Report,
    config: Config,
    arguments: Namespace,
    *,
    files: Iterable[str] = (),
    paths: Sequence[str] = (),
    base: Path | None = None,
) -> Report:
    """The report with what is suppressed marked; ``files`` hold comments of interest, ``paths`` were given."""
    marked = sorted(files)
    if not marked and not config["exemptions"]:
        return report
    from scanner.suppressions.applying import apply

    asked = [policy.id for policy in report.policies]
    kinds = {source.kind for source in report.sources}
    around = surroundings(config, arguments, asked=asked, kinds=kinds, paths=paths, base=base)
    return apply(report, suppressions(config, marked, around))


def suppressions(config: Config, files: Iterable[str], around: Surroundings) -> Suppressions:
    """Every suppression of a run; ask it about differences of a drift as ``apply`` asks it about findings."""
    from policies.registry import POLICIES
    from scanner.suppressions.judging import Suppressions

    return Suppressions(config, files, [*(policy.id for policy in POLICIES), *around.asked], around)


def drift_suppressions(
    config: Config,
    arguments: Namespace,
    directories: Iterable[Path],
    *,
    given: Sequence[str] = (),
    day: date | None = None,
) -> Suppressions:
    """The suppressions for a drift over some root modules' directories; ``scanner.suppressions.differences.decide``
    asks them, and ``notes()`` tells what came of them afterwards.

    ``given`` are the directories of the command line, which may hold the root modules and tell whether the run saw
    everything that the configuration is about; ``day`` is what they are judged by (default: ``today``).
    """
    from dataclasses import replace

    from scanner.config.table import DIFFERENCE_KINDS
    from scanner.suppressions.differences import comment_files
    from scanner.suppressions.judging import DRIFT

    roots = sorted(set(directories))
    around = surroundings(
        config, arguments, asked=[DRIFT], kinds=["live", *DIFFERENCE_KINDS],
        paths=[*(str(root) for root in roots), *given], day=day,
    )  # fmt: skip
    around = replace(around, top=_top_of_code(roots, given) or around.top)
    files = comment_files(roots, around.top, around.base)
    return suppressions(config, files, around)


def _top_of_code(roots: Sequence[Path], given: Sequence[str]) -> Path | None:
    """What bounds the modules of root modules: states that lie elsewhere do not widen it. None: there is no code."""
    from scanner.terraform.discovery import repository_root
    from scanner.terraform.file_names import configuration_files

    def has_code(root: Path) -> bool:
        try:
            return bool(configuration_files(root))
        except OSError:  # what cannot be listed holds no comments either; its reader has told
            return False

    coded = [root.resolve() for root in roots if has_code(root)]
    above = [Path(path).resolve() for path in given]
    bounds = [*coded, *(path for path in above if any(root.is_relative_to(path) for root in coded))]
    return repository_root(Path(os.path.commonpath(bounds))) if coded else None


def surroundings(
    config: Config,
    arguments: Namespace,
    *,
    asked: Iterable[str],
    kinds: Iterable[str],
    paths: Sequence[str] = (),
    base: Path | None = None,
    day: date | None = None,
) -> Surroundings:
    """What a run knows: the date, which policies it asked about which kinds of sources, and whether it saw all."""
    from scanner.config.effective import COMMAND_LINE
    from scanner.suppressions.judging import Surroundings
    from scanner.terraform.discovery import repository_root

    here = base or Path.cwd()
    top = repository_root(Path(os.path.commonpath([Path(path).resolve() for path in paths if path != "-"] or [here])))
    whole = not paths or any(_holds(path, config.directory) for path in paths)
    return Surroundings(
        today=day or today(os.environ),
        base=here,
        top=top,
        workspace_of=lambda directory: workspace(directory, here, getattr(arguments, "workspace", None), os.environ),
        asked=frozenset(asked),
        kinds=frozenset(kinds),
        partial=not whole or config.values["regions"].origin == COMMAND_LINE,
        changes_only=bool(getattr(arguments, "changed_only", False) or getattr(arguments, "changed_files", False)),
    )


def _holds(path: str, directory: Path) -> bool:
    return os.path.isdir(path) and directory.resolve().is_relative_to(Path(path).resolve())


def today(environment: Mapping[str, str]) -> date:
    """The date that suppressions are judged by: ``SGWARDEN_TODAY``, else today's. Raises UsageError."""
    from datetime import date

    given = environment.get("SGWARDEN_TODAY")
    if not given:
        return date.today()
    from scanner.suppressions.comments import day

    found = day(given)
    if found is None:
        raise UsageError(f"SGWARDEN_TODAY={given} is no date", next_step="write it as 2027-01-31")
    return found


def workspace(directory: str, base: Path, given: str | None, environment: Mapping[str, str]) -> str:
    """The Terraform workspace of a root module."""
    from scanner.terraform.inputs import Options
    from scanner.terraform.inputs import workspace as chosen

    return chosen(base / directory, Options(environment=dict(environment), workspace=given))
