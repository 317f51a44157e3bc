"""What the configuration and the suppressions of a project mean for ``sgwarden drift``."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import configuration, console
from scanner.reports.drift import FORMATS

if TYPE_CHECKING:
    from datetime import date

    from scanner.config.effective import Config
    from scanner.drift.declared import DeclaredSource
    from scanner.drift.differences import Comparison, Difference
    from scanner.findings import Finding
    from scanner.model.infrastructure import Infrastructure, PrefixList
    from scanner.model.security_groups import Rule, SecurityGroup

FAIL_ON = "low"
"""Without a word of the command line or the configuration; every difference is somebody's doing."""


def load(arguments: Namespace) -> Config:
    """The effective configuration; ``arguments`` get its values where they have none. Raises UsageError."""
    from scanner.config.effective import DEFAULT

    config = configuration.load(arguments, arguments.paths or ["."])
    if config.values["fail_on"].origin == DEFAULT:
        arguments.fail_on = FAIL_ON
    if arguments.format not in FORMATS:
        if not arguments.quiet:
            origin = config.values["format"].origin
            console.complain(f"{origin}: there is no report of drift as {arguments.format}; it is written as text")
        arguments.format = "text"
    if arguments.live is None:
        arguments.region = list(config["regions"])
    return config


def judge(config: Config | None) -> Callable[[Infrastructure], tuple[Sequence[Finding], Sequence[str]]]:
    """Asks the policies that judge risk, with the settings, choice and severities of the configuration; None: with
    the defaults. Its entries of ``paths`` are about code, and the two sides of a comparison are none."""
    from policies.registry import POLICIES
    from scanner.assess import assess_one
    from scanner.config import adjusting
    from scanner.config.effective import DEFAULT, Value
    from scanner.settings import Settings

    policies = [policy for policy in POLICIES if policy.__module__.startswith("policies.security_groups.")]
    settings = Settings()
    if config is not None:
        config = replace(config, values={**config.values, "paths": Value([], DEFAULT)})
        policies = [policy for policy in policies if adjusting.is_asked(config, policy.id)]
        settings = config.settings()

    def ask(side: Infrastructure) -> tuple[Sequence[Finding], Sequence[str]]:
        part = assess_one(side, policies, settings)
        findings = part.findings if config is None else adjusting.adjusted(part.findings, config)
        return findings, part.failures

    return ask


def without_other_accounts(live: Sequence[Infrastructure], config: Config) -> tuple[Infrastructure, ...]:
    """The live side; that other accounts were not wholly read makes nothing incomplete."""
    ours = config["accounts"]
    return tuple(replace(place, skipped=()) if _is_other(place.account, ours) else place for place in live)


def of_accounts(comparison: Comparison, live: Sequence[Infrastructure], config: Config) -> Comparison:
    """The comparison of the accounts of the configuration, with a note on every other one.

    Other accounts are compared and then left out: groups that are declared for them would look gone without them.
    """
    from scanner.drift.differences import Note

    ours = config["accounts"]
    others = sorted({place.account for place in live if place.account and _is_other(place.account, ours)})
    if not ours:
        return comparison
    notes = [
        Note("account_left_out", "", f"account {name} is left out: the configuration does not list it in accounts")
        for name in others
    ]
    return replace(
        comparison,
        differences=tuple(each for each in comparison.differences if not _is_other(each.account, ours)),
        undecided=tuple(each for each in comparison.undecided if not _is_other(each.account, ours)),
        places=tuple(place for place in comparison.places if not _is_other(place[0], ours)),
        notes=tuple(sorted((*comparison.notes, *notes))),
    )


def _is_other(account: str | None, ours: Sequence[str]) -> bool:
    return bool(ours and account and account not in ours)


def day(arguments: Namespace, at: date) -> date:
    """What suppressions are judged by: the day of ``--at`` where it is given, else ``configuration.today``."""
    return at if arguments.at is not None else configuration.today(os.environ)


def suppressed(
    comparison: Comparison, sources: Sequence[DeclaredSource], config: Config, arguments: Namespace, today: date
) -> Comparison:
    """The comparison with what comments in the code and entries of the configuration suppress; what is suppressed
    already stays as it is."""
    from scanner.drift.differences import Suppression
    from scanner.suppressions.differences import decide, told

    directories = {Path(each.directory) for each in sources if os.path.isdir(each.directory)}
    given = [path for path in arguments.paths or ["."] if os.path.isdir(path)]
    suppressions = configuration.drift_suppressions(config, arguments, directories, given=given, day=today)
    places = Places(sources if comparison.differences else ())
    differences = []
    for each in comparison.differences:
        decision = decide(suppressions, each, places.directory(each))
        if decision is not None and each.suppressed is None:
            each = replace(each, suppressed=Suppression(decision.by, decision.reason, decision.until))
        differences.append(each)
    return replace(comparison, differences=tuple(differences), suppressions=told(suppressions.notes()))


class Places:
    """Which root module declares what, by address; several may use the same addresses."""

    def __init__(self, sources: Sequence[DeclaredSource]) -> None:
        from scanner.drift.pairing import pair

        self._found: dict[str, list[_Place]] = defaultdict(list)
        self._code = {source.directory for source in sources if source.kind == "hcl"}
        for root in pair(sources, []) if sources else ():
            by_address: dict[str, _Place] = {}
            for source in filter(None, (root.code, root.state)):
                model = source.infrastructure
                declared: list[SecurityGroup | Rule | PrefixList] = [*model.security_groups, *model.rules]
                for each in [*declared, *model.prefix_lists]:
                    if each.address not in by_address:
                        by_address[each.address] = _Place((root.code or source).directory)
                    by_address[each.address].add(each.id, each.location.file if each.location else None)
            for address, place in by_address.items():
                self._found[address].append(place)

    def directory(self, difference: Difference) -> str | None:
        """The root module's directory relative to the working directory; None: no code, or nobody can tell whose."""
        found = self._directory(difference)
        return os.path.relpath(found).replace(os.sep, "/") if found is not None and os.path.isdir(found) else None

    def of_code(self, difference: Difference) -> str | None:
        """The same where code was given: Terraform can be run there."""
        return self.directory(difference) if self._directory(difference) in self._code else None

    def _directory(self, difference: Difference) -> str | None:
        for address in (*difference.addresses[:1], difference.address):
            found = self._found.get(address or "", [])
            if len(found) > 1:
                ids = {difference.group_id, *(rule.id for rule in [difference.rule_declared] if rule and rule.id)}
                found = [place for place in found if place.ids & ids] or found
            if len({place.directory for place in found}) > 1 and difference.location is not None:
                file = difference.location.file
                found = [place for place in found if file in place.files]
            directories = {place.directory for place in found}
            if len(directories) == 1:
                (directory,) = directories
                return directory
        return None


class _Place:
    """One address in one root module."""

    __slots__ = ("directory", "files", "ids")

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.ids: set[str] = set()
        self.files: set[str] = set()

    def add(self, identity: str | None, file: str | None) -> None:
        """What a source tells of it."""
        if identity is not None:
            self.ids.add(identity)
        if file is not None:
            self.files.add(file)
