"""The configuration of a run: found, and put under the command line."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from sgwarden.cli import policy_options
from sgwarden.config import effective, files
from sgwarden.config.configuration import TOOLS
from sgwarden.config.effective import Config
from sgwarden.config.policy_rules import is_enabled
from sgwarden.custom_policies.load import Loaded
from sgwarden.errors import UsageError
from sgwarden.findings import Report
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES

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


class Project(Struct, frozen=True):
    """What a run takes from its project."""

    config: Config
    own_policies: Loaded
    """Those of ``--policies`` and of the configuration."""

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy that there is: those of the registry, then the project's own."""
        return (*POLICIES, *self.own_policies.policies)


def load(arguments: Namespace, paths: Sequence[str]) -> Project:
    """Return the effective configuration of a run over ``paths``, whose values those of ``arguments`` replace.

    Raises UsageError, with file and line, for anything wrong in the file.
    """
    loaded: list[Loaded] = []

    def known(config: Config) -> list[str]:
        loaded.append(policy_options.load_own(arguments, paths, config))
        return [policy.id for policy in (*POLICIES, *loaded[0].policies)]

    named = getattr(arguments, "config", None)
    config = effective.load(_realm(arguments, paths), known, os.environ, _command_line(arguments), named)
    return Project(config, loaded[0])


def _realm(arguments: Namespace, paths: Sequence[str]) -> Sequence[str]:
    """Return what the configuration is found for.

    Changed files are parts of the working directory, where they lie in it: which of them a commit holds must not choose
    the configuration.
    """
    here = Path.cwd().resolve()
    if getattr(arguments, "changed_files", False) and all(Path(path).resolve().is_relative_to(here) for path in paths):
        return ["."]
    return paths


def passed_over(config: Config, report: Report) -> list[str]:
    """Return a line for each configuration that is nearer to what was read, and not read."""
    if os.environ.get(effective.FILE_VARIABLE):
        return []
    held = f"{config.document.file} holds" if config.document is not None else "none holds"
    return [
        f"{file} is not read: one configuration holds for a run, and {held} for this one"
        for file in files.passed_over(
            [source.path for source in report.sources if source.kind == "hcl"], config.document
        )
    ]


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """Return a line for each variable and file that looks like one of ours and is none."""
    lines = []
    for name in sorted(environment):
        if name.startswith(effective.PREFIX) and name not in effective.KNOWN_VARIABLES:
            from difflib import get_close_matches  # imported late: for a mistake alone

            near = get_close_matches(name, effective.KNOWN_VARIABLES, n=1)
            lines.append(f"the variable {name} means nothing" + (f"; did you mean {near[0]}?" if near else ""))
    if os.path.isfile(f".{files.OWN}"):
        lines.append(f".{files.OWN} is not read; the configuration is called {files.OWN}")
    return lines


def _command_line(arguments: Namespace) -> dict[str, object]:
    """Return what was really given, by key of the configuration. Raises UsageError."""
    given = {key: getattr(arguments, option, None) for option, key in _OPTIONS.items()}
    values = {key: value for key, value in given.items() if value is not None and value != []}
    if "regions" in values:
        values["regions"] = names(arguments.region)
    honored = names(getattr(arguments, "honor", []))
    if honored:
        for name in honored:
            if name not in TOOLS:
                raise UsageError(f"--honor {name}: no such tool", next_step=f"use some of {', '.join(TOOLS)}")
        values["honor"] = honored
    return values


def names(texts: Iterable[str]) -> list[str]:
    """Return the names that repeatable options with commas give, each once."""
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))


def selected(project: Project, arguments: Namespace) -> tuple[Policy, ...]:
    """Return the policies that a run asks: ``--only`` wins over the configuration, ``--skip`` takes away from both.

    Raises UsageError when nothing is left.
    """
    chosen = policy_options.selected(arguments.only, arguments.skip, project.policies)
    if arguments.only:
        return chosen
    left = tuple(policy for policy in chosen if is_enabled(project.config, policy.id))
    if not left:
        raise UsageError("the configuration leaves no policy to ask", next_step="`sgwarden config show` shows it")
    return left


def known_to_project(arguments: Namespace) -> tuple[Policy, ...]:
    """Return the policies that a scan of the working directory would know. Raises UsageError."""
    return load(arguments, ["."]).policies
