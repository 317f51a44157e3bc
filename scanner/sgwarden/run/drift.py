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

from sgwarden.errors import UsageError
from sgwarden.run.scan import Outcome, Thresholds

if TYPE_CHECKING:
    from datetime import date

    from sgwarden.config.effective import Config
    from sgwarden.drift.declared import DeclaredSource
    from sgwarden.drift.differences import Comparison, Difference
    from sgwarden.findings import Finding
    from sgwarden.model.infrastructure import Infrastructure, PrefixList
    from sgwarden.model.security_groups import Rule, SecurityGroup
    from sgwarden.run.load_declared import DeclaredInputs
    from sgwarden.suppressions.exemptions import SuppressionEntry

FAIL_ON = "low"
"""Without a word of the command line or the configuration; every difference is somebody's doing."""


def fail_on(config: Config) -> str:
    """Lowest severity that counts."""
    from sgwarden.config.effective import DEFAULT

    value = config.values["fail_on"]
    return FAIL_ON if value.origin == DEFAULT else str(value.value)


def assess(
    inputs: DeclaredInputs,
    live: Sequence[Infrastructure],
    config: Config,
    *,
    ignore_tags: Sequence[str] = (),
    include: Sequence[str] = (),
    previous: Sequence[Infrastructure] | None = None,
) -> Comparison:
    """Compare, judge and add remedies.

    ``ignore_tags`` are keys of tags to leave out, ``KEY*`` for a prefix; ``include`` are classes of unmanaged groups
    (``default``, ``services``) that count too; ``previous`` is the live side of an earlier run.
    """
    from sgwarden.drift.compare import Options, compare
    from sgwarden.drift.declared import IgnoredTags
    from sgwarden.drift.remedies.choose import with_remedies
    from sgwarden.drift.resolve_declared.resolve import resolve
    from sgwarden.drift.risk import with_risk

    declared = resolve(inputs.sources)
    declared.skipped += inputs.unread
    declared.unread += [each.what for each in inputs.unread]
    tags = [name for text in ignore_tags for name in text.split(",") if name]
    chosen = Options(
        IgnoredTags(
            frozenset(name for name in tags if not name.endswith("*")),
            tuple(name[:-1] for name in tags if name.endswith("*")),
        ),
        counted_services=frozenset(include),
    )
    live = without_other_accounts(live, config)
    comparison = of_accounts(compare(declared, live, chosen, previous), live, config)
    directories = Places(inputs.sources if comparison.differences else ())
    return with_remedies(with_risk(comparison, declared, live, judge(config)), directories.of_code)


def outcome(comparison: Comparison, thresholds: Thresholds) -> Outcome:
    """Drift wins over what was not read; a policy that broke counts as drift."""
    from sgwarden.findings import Severity

    if comparison.failures:
        return Outcome.FOUND
    if thresholds.fail_on != "never":
        threshold = Severity[thresholds.fail_on.upper()]
        if any(each.severity >= threshold for each in comparison.drift):
            return Outcome.FOUND
        if thresholds.fail_on_undecided and comparison.undecided:
            return Outcome.FOUND
    return Outcome.OK if comparison.complete or thresholds.allow_incomplete else Outcome.INCOMPLETE


def read_entries(path: str | None) -> tuple[SuppressionEntry, ...]:
    """The entries of an ignore file; None: of the one in the working directory, when there is one."""
    from sgwarden.suppressions.ignore_file import FILE_NAME, parse

    chosen = Path(path if path is not None else FILE_NAME)
    if path is None and not chosen.is_file():
        return ()
    try:
        return parse(chosen.read_text(encoding="utf-8"), str(chosen))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"it cannot be read: {error}", str(chosen)) from error


def judge(config: Config) -> Callable[[Infrastructure], tuple[Sequence[Finding], Sequence[str]]]:
    """Asks the policies that judge risk, with the settings, choice and severities of the configuration. Its entries
    of ``paths`` are about code, and the two sides of a comparison are none."""
    from sgwarden.config import policy_rules
    from sgwarden.config.effective import DEFAULT, Value
    from sgwarden.run.assess import assess_one
    from sgwarden_policies.registry import POLICIES

    config = replace(config, values={**config.values, "paths": Value([], DEFAULT)})
    policies = [
        policy
        for policy in POLICIES
        if policy.__module__.startswith("sgwarden_policies.security_groups.")
        and policy_rules.is_enabled(config, policy.id)
    ]
    settings = config.settings()

    def ask(side: Infrastructure) -> tuple[Sequence[Finding], Sequence[str]]:
        part = assess_one(side, policies, settings)
        return policy_rules.adjust_findings(part.findings, config), part.failures

    return ask


def without_other_accounts(live: Sequence[Infrastructure], config: Config) -> tuple[Infrastructure, ...]:
    """The live side; that other accounts were not wholly read makes nothing incomplete."""
    ours = config["accounts"]
    return tuple(replace(place, skipped=()) if _is_other(place.account, ours) else place for place in live)


def of_accounts(comparison: Comparison, live: Sequence[Infrastructure], config: Config) -> Comparison:
    """The comparison of the accounts of the configuration, with a note on every other one.

    Other accounts are compared and then left out: groups that are declared for them would look gone without them.
    """
    from sgwarden.drift.differences import Note

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


def suppressed(
    comparison: Comparison,
    sources: Sequence[DeclaredSource],
    config: Config,
    today: date,
    *,
    paths: Sequence[str],
    workspace: str | None = None,
    entries: Sequence[SuppressionEntry] = (),
) -> Comparison:
    """The comparison with what the code tells Terraform to leave be, and with what comments in the code, entries of
    the configuration and those of an ignore file suppress. ``paths`` are what the user gave."""
    from sgwarden.drift.differences import Suppression
    from sgwarden.drift.ignore_changes import suppression_by_lifecycle
    from sgwarden.suppressions.differences import decide, drift_notes, ignore_file_messages
    from sgwarden.suppressions.load import drift_suppressions
    from sgwarden_policies.registry import POLICIES

    directories = {Path(each.directory) for each in sources if os.path.isdir(each.directory)}
    given = [path for path in paths if os.path.isdir(path)]
    known = [policy.id for policy in POLICIES]
    suppressions = drift_suppressions(
        config, directories, known, given=given, workspace=workspace, day=today, entries=entries
    )
    places = Places(sources if comparison.differences else ())
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


class Places:
    """Which root module declares what, by address; several may use the same addresses."""

    def __init__(self, sources: Sequence[DeclaredSource]) -> None:
        from sgwarden.drift.resolve_declared.match_states import pair

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
