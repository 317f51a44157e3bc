"""The configuration of a run: found, put under the command line, and applied to what was judged."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgwarden.errors import UsageError

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.findings import Report
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden_policies.policy import Policy

_OPTIONS = {
    "fail_on": "fail_on",
    "fail_on_undecided": "fail_on_undecided",
    "allow_incomplete": "allow_incomplete",
    "format": "format",
    "region": "regions",
    "benchmark": "benchmark",
    "diff_base": "diff_base",
    "baseline": "baseline",
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
    from sgwarden.cli import policy_options
    from sgwarden.config import effective

    def known(config: Config) -> list[str]:
        return [policy.id for policy in policy_options.known(arguments, paths, config)]

    named = getattr(arguments, "config", None)
    config = effective.load(_realm(arguments, paths), known, os.environ, _command_line(arguments), named)
    if hasattr(arguments, "diff_base"):
        arguments.diff_base = config.diff_base(paths) if not arguments.new_only else arguments.diff_base
        arguments.baseline = config.baseline()
    for option in ("fail_on", "fail_on_undecided", "allow_incomplete", "format"):
        if hasattr(arguments, option):
            setattr(arguments, option, config[option])
    return config


def _realm(arguments: Namespace, paths: Sequence[str]) -> Sequence[str]:
    """What the configuration is found for. Changed files are judged as parts of the working directory, where they lie
    in it: which of them a commit holds must not choose the configuration."""
    here = Path.cwd().resolve()
    if getattr(arguments, "changed_files", False) and all(Path(path).resolve().is_relative_to(here) for path in paths):
        return ["."]
    return paths


def passed_over(config: Config, report: Report) -> list[str]:
    """What there is to say about configurations that are nearer to what was read, and not read."""
    from sgwarden.config.effective import FILE_VARIABLE
    from sgwarden.config.files import passed_over

    if os.environ.get(FILE_VARIABLE):
        return []
    held = f"{config.document.file} holds" if config.document is not None else "none holds"
    return [
        f"{file} is not read: one configuration holds for a run, and {held} for this one"
        for file in passed_over([source.path for source in report.sources if source.kind == "hcl"], config.document)
    ]


def _command_line(arguments: Namespace) -> dict[str, Any]:
    given = {key: getattr(arguments, option, None) for option, key in _OPTIONS.items()}
    values = {key: value for key, value in given.items() if value is not None and value != []}
    if "regions" in values:
        values["regions"] = names(values["regions"])
    honored = names(getattr(arguments, "honor", []))
    if honored:
        from sgwarden.config.configuration import TOOLS

        for name in honored:
            if name not in TOOLS:
                raise UsageError(f"--honor {name}: no such tool", next_step=f"use some of {', '.join(TOOLS)}")
        values["honor"] = honored
    return values


def names(texts: Iterable[str]) -> list[str]:
    """The names that repeatable options with commas give, each once."""
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))


def selected(config: Config, arguments: Namespace) -> tuple[Policy, ...]:
    """The policies that a run asks: ``--only`` wins over the configuration, ``--skip`` takes away from both."""
    from sgwarden.cli import policy_options
    from sgwarden.config.policy_rules import is_enabled

    chosen = policy_options.selected(arguments.only, arguments.skip, policy_options.known(arguments))
    if arguments.only:
        return chosen
    left = tuple(policy for policy in chosen if is_enabled(config, policy.id))
    if not left:
        raise UsageError("the configuration leaves no policy to ask", next_step="`sgwarden config show` shows it")
    return left


def identity(arguments: Namespace) -> tuple[str, ...]:
    """What decides a conclusion besides settings and ids of policies: the content of the user's own policies."""
    from sgwarden.cli import policy_options

    return policy_options.identity(arguments)


def of_accounts(places: Iterable[Infrastructure], config: Config) -> tuple[Infrastructure, ...]:
    """What was read of the accounts of the configuration; the others are said to be left out."""
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.model.monitoring import Monitoring
    from sgwarden.model.sources import Skipped

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


def known_to_project(arguments: Namespace) -> tuple[Policy, ...]:
    """The policies that a scan of the working directory would know. Raises UsageError."""
    from sgwarden.cli import policy_options

    load(arguments, ["."])
    return policy_options.known(arguments)
