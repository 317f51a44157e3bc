"""The options of a run as frozen values, which the command line and the API make once, and its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from datetime import date

    from sgwarden.config.effective import Config
    from sgwarden.settings import Settings
    from sgwarden.suppressions.exemptions import SuppressionEntry
    from sgwarden.terraform.modules.discovery import Layout
    from sgwarden_policies.policy import Policy


class Progress(Protocol):
    """Learns what is being read."""

    def file_read(self, path: Path) -> None:
        """Note that one more file was read."""

    def step(self, text: str) -> None:
        """Note that a new part begins."""


class NoProgress:
    """Progress that nobody sees."""

    def file_read(self, path: Path) -> None:
        """Do nothing."""

    def step(self, text: str) -> None:
        """Do nothing."""


class LoadOptions(Struct, frozen=True):
    """How paths are read."""

    variables: tuple[str, ...] = ()
    """``--var``: ``name=value``."""
    var_files: tuple[str, ...] = ()
    workspace: str | None = None
    use_cache: bool = True
    """Whether syntax trees, and results of unchanged root modules, are kept on disk."""
    changed_files: bool = False
    """Whether the paths are changed files, to be assessed through the root modules that they belong to."""
    mirror: Path | None = None
    """A directory whose files stand for those at the same place of the file system, as they were."""
    skipped_roots: frozenset[Path] = frozenset()
    """Root modules that are not read: those that are the same on both sides of a comparison."""
    instantiated: frozenset[Path] = frozenset()
    """Directories of modules that the root modules which are not read have instances of."""
    layouts: Mapping[Path, Layout] = field(default_factory=dict)
    """What is known already of what discovery finds in directories."""
    var_files_before: tuple[int, ...] = ()
    """For each of ``variables``, after how many of ``var_files`` it was given: the last wins. Empty: after all."""


class CheckovOptions(Struct, frozen=True):
    """How Checkov is run beside our own policies."""

    executable: str
    """Its path; empty: the one of ``SGWARDEN_CHECKOV``, else of the PATH."""
    trust_configuration: bool = False
    """Whether it may execute external checks that a ``.checkov.yaml`` of the scanned code names."""


class AuditOptions(Struct, frozen=True):
    """How live accounts, or a snapshot of them, are assessed."""

    config: Config
    policies: tuple[Policy, ...]
    settings: Settings
    named_policies: tuple[str, ...] = ()
    """Ids of policies that were asked for by name: no path of the configuration disables them."""


class ScanOptions(Struct, frozen=True):
    """How code, plans and states are assessed."""

    config: Config
    policies: tuple[Policy, ...]
    settings: Settings
    load: LoadOptions = LoadOptions()
    named_policies: tuple[str, ...] = ()
    """Ids of policies that were asked for by name: no path of the configuration disables them."""
    known_policies: tuple[str, ...] = ()
    """Ids of policies that suppressions may name besides those of ``policies``."""
    policy_digests: tuple[str, ...] = ()
    """Name and digest of every file with policies of the user's own: ``a.toml:0123...``."""
    changed_only: bool = False
    """Of plans, assess only what they create or change."""
    one_chain: bool = False
    """All root modules together are one monitoring chain."""
    list_passed: bool = False
    """Whether the report names what passed."""
    checkov: CheckovOptions | None = None
    """Checkov's results are merged into the report; None: they are not."""
    use_cached_results: bool = True
    """Whether results of unchanged root modules are taken from the cache."""
    keep_models: bool = False
    """Whether the result holds the model of every source, so that none is taken from the cache."""
    is_unchanged: Callable[[Path, Sequence[str]], bool] | None = None
    """Of a comparison: whether the other side has a root module, and everything that it depends on, as it is here; the
    latter are keys of ``cache.signatures``. Models of such root modules are not kept."""


class CompareOptions(Struct, frozen=True):
    """What a scan is compared with; each makes existing findings known."""

    diff_base: str | None = None
    """A git reference: the commit where it and HEAD part."""
    new_only: bool = False
    """The state that a plan starts from."""
    baseline: str | None = None
    """A file of ``sgwarden baseline update``."""

    def __bool__(self) -> bool:
        return self.diff_base is not None or self.new_only or self.baseline is not None


class DriftOptions(Struct, frozen=True):
    """How what is declared is compared with what is live."""

    config: Config
    day: date
    """What suppressions are judged by."""
    load: LoadOptions = LoadOptions()
    ignored_tags: tuple[str, ...] = ()
    """Keys of tags to leave out, ``KEY*`` for a prefix; a text may hold several with commas."""
    counted_services: frozenset[str] = frozenset()
    """Classes of unmanaged groups (``default``, ``services``) that count too."""
    exemptions: tuple[SuppressionEntry, ...] = ()
    """Entries of the ignore file."""
