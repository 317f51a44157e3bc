"""One comparison of what is declared with what is live, under the configuration and suppressions of the project.

The command ``sgwarden drift`` and the Python API are two ways to call it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.config import policy_rules
from sgwarden.config.effective import DEFAULT, Value
from sgwarden.drift.compare import Options, compare
from sgwarden.drift.declared import IgnoredTags
from sgwarden.drift.differences import Note, Suppression
from sgwarden.drift.ignore_changes import suppression_by_lifecycle
from sgwarden.drift.remedies.choose import with_remedies
from sgwarden.drift.resolve_declared.match_states import pair
from sgwarden.drift.resolve_declared.resolve import resolve
from sgwarden.drift.risk import with_risk
from sgwarden.errors import UsageError
from sgwarden.run.assess import assess_one
from sgwarden.suppressions.differences import decide, drift_notes, ignore_file_messages
from sgwarden.suppressions.ignore_file import FILE_NAME, parse
from sgwarden.suppressions.load import drift_suppressions
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.drift.declared import DeclaredSource
    from sgwarden.drift.differences import Comparison, Difference
    from sgwarden.findings import Finding
    from sgwarden.model.infrastructure import Infrastructure, PrefixList
    from sgwarden.model.security_groups import Rule, SecurityGroup
    from sgwarden.run.load_declared import DeclaredSources
    from sgwarden.run.options import DriftOptions
    from sgwarden.suppressions.exemptions import SuppressionEntry

_RISK = "sgwarden_policies.security_groups."


def find_drift(
    declared: DeclaredSources,
    live: Sequence[Infrastructure],
    options: DriftOptions,
    previous: Sequence[Infrastructure] | None = None,
) -> Comparison:
    """Compare both sides, rate the differences and add remedies; ``previous`` is the live side of an earlier run."""
    joined = resolve(declared.sources)
    joined.skipped += declared.unread
    joined.unread += [each.what for each in declared.unread]
    tags = [name for text in options.ignored_tags for name in text.split(",") if name]
    chosen = Options(
        IgnoredTags(
            frozenset(name for name in tags if not name.endswith("*")),
            tuple(name[:-1] for name in tags if name.endswith("*")),
        ),
        counted_services=options.counted_services,
    )
    accounts = options.config["accounts"]
    live = _complete_other_accounts(live, accounts)
    comparison = _of_accounts(compare(joined, live, chosen, previous), live, accounts)
    directories = Directories(declared.sources if comparison.differences else ())
    return with_remedies(with_risk(comparison, joined, live, _risk_policies(options.config)), directories.of_code)


def suppress(
    comparison: Comparison, sources: Sequence[DeclaredSource], options: DriftOptions, paths: Sequence[str]
) -> Comparison:
    """Return the comparison with what is suppressed marked.

    The code suppresses by ``ignore_changes`` and by comments; the configuration and an ignore file by their entries.
    ``paths`` are what the user gave.
    """
    directories = {Path(each.directory) for each in sources if os.path.isdir(each.directory)}
    given = [path for path in paths if os.path.isdir(path)]
    known = [policy.id for policy in POLICIES]
    suppressions = drift_suppressions(
        options.config, directories, known, given=given, workspace=options.load.workspace, day=options.day,
        entries=options.exemptions,
    )  # fmt: skip
    places = Directories(sources if comparison.differences else ())
    differences = []
    for each in comparison.differences:
        decision = decide(suppressions, each, places.directory(each))
        found = suppression_by_lifecycle(each)
        if found is None and decision is not None:
            found = Suppression(decision.by, decision.reason, decision.until)
        differences.append(each if found is None else replace(each, suppressed=found))
    notes = suppressions.notes()
    return replace(
        comparison, differences=tuple(differences), suppressions=drift_notes(notes), ignored=ignore_file_messages(notes)
    )


def read_exemptions(path: str | None) -> tuple[SuppressionEntry, ...]:
    """Read an ignore file; None: the one in the working directory, when there is one. Raises UsageError."""
    chosen = Path(path if path is not None else FILE_NAME)
    if path is None and not chosen.is_file():
        return ()
    try:
        return parse(chosen.read_text(encoding="utf-8"), str(chosen))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"it cannot be read: {error}", str(chosen)) from error


def _risk_policies(config: Config) -> Callable[[Infrastructure], tuple[Sequence[Finding], Sequence[str]]]:
    """Return what the policies about security groups find in one side, under the configuration.

    Its entries of ``paths`` are about code, and the two sides of a comparison are none.
    """
    config = replace(config, values={**config.values, "paths": Value([], DEFAULT)})
    policies = [
        policy
        for policy in POLICIES
        if policy.__module__.startswith(_RISK) and policy_rules.is_enabled(config, policy.id)
    ]
    settings = config.settings()

    def findings_of(side: Infrastructure) -> tuple[Sequence[Finding], Sequence[str]]:
        part = assess_one(side, policies, settings)
        return policy_rules.adjust_findings(part.findings, config), part.failures

    return findings_of


def _complete_other_accounts(live: Sequence[Infrastructure], accounts: Sequence[str]) -> tuple[Infrastructure, ...]:
    """Return the live side, in which accounts that the configuration does not list make nothing incomplete."""
    return tuple(replace(place, skipped=()) if _is_other(place.account, accounts) else place for place in live)


def _of_accounts(comparison: Comparison, live: Sequence[Infrastructure], accounts: Sequence[str]) -> Comparison:
    """Return the comparison of the accounts of the configuration, with a note on every other one.

    Other accounts are compared and then left out: groups that are declared for them would look gone without them.
    """
    if not accounts:
        return comparison
    others = sorted({place.account for place in live if place.account and _is_other(place.account, accounts)})
    notes = [
        Note("account_left_out", "", f"account {name} is left out: the configuration does not list it in accounts")
        for name in others
    ]
    return replace(
        comparison,
        differences=tuple(each for each in comparison.differences if not _is_other(each.account, accounts)),
        undecided=tuple(each for each in comparison.undecided if not _is_other(each.account, accounts)),
        places=tuple(place for place in comparison.places if not _is_other(place[0], accounts)),
        notes=tuple(sorted((*comparison.notes, *notes))),
    )


def _is_other(account: str | None, accounts: Sequence[str]) -> bool:
    return bool(accounts and account and account not in accounts)


class Directories:
    """Which root module declares what, by address; several may use the same addresses."""

    def __init__(self, sources: Sequence[DeclaredSource]) -> None:
        self._found: dict[str, list[_Declaration]] = defaultdict(list)
        self._code = {source.directory for source in sources if source.kind == "hcl"}
        for root in pair(sources, []) if sources else ():
            by_address: dict[str, _Declaration] = {}
            for source in filter(None, (root.code, root.state)):
                model = source.infrastructure
                declared: list[SecurityGroup | Rule | PrefixList] = [*model.security_groups, *model.rules]
                for each in [*declared, *model.prefix_lists]:
                    if each.address not in by_address:
                        by_address[each.address] = _Declaration((root.code or source).directory)
                    by_address[each.address].add(each.id, each.location.file if each.location else None)
            for address, place in by_address.items():
                self._found[address].append(place)

    def directory(self, difference: Difference) -> str | None:
        """Return the root module's directory relative to the working directory; None when it is not certain."""
        found = self._directory(difference)
        return os.path.relpath(found).replace(os.sep, "/") if found is not None and os.path.isdir(found) else None

    def of_code(self, difference: Difference) -> str | None:
        """Return the same where code was given: Terraform can be run there."""
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


class _Declaration:
    """One address in one root module."""

    __slots__ = ("directory", "files", "ids")

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.ids: set[str] = set()
        self.files: set[str] = set()

    def add(self, identity: str | None, file: str | None) -> None:
        """Add its id and its file in one source."""
        if identity is not None:
            self.ids.add(identity)
        if file is not None:
            self.files.add(file)
