"""What reading is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from sgwarden.model.infrastructure import Infrastructure

if TYPE_CHECKING:
    from sgwarden.findings import Part
    from sgwarden.model.locations import Location
    from sgwarden.terraform.modules.discovery import Layout


class Progress(Protocol):
    """Is told what is being read."""

    def file_read(self, path: Path) -> None:
        """One more file was read."""

    def step(self, text: str) -> None:
        """A new part begins."""


class Silence:
    """Progress that nobody is told of."""

    def file_read(self, path: Path) -> None:
        """Say nothing."""

    def step(self, text: str) -> None:
        """Say nothing."""


class Given(Struct, frozen=True):
    """What the user gives besides the paths."""

    variables: tuple[str, ...] = ()
    """``--var``: ``name=value``."""
    var_files: tuple[str, ...] = ()
    workspace: str | None = None
    use_cache: bool = True
    recall: bool = True
    """Whether what was concluded about unchanged root modules may stand in for reading them."""
    mirror: Path | None = None
    """A directory whose files stand for those at the same place of the file system, as they were."""
    changed_files: bool = False
    """Whether the paths are changed files, to be judged through the root modules that they belong to."""
    is_same: Callable[[Path, Sequence[str]], bool] | None = None
    """Of a comparison: whether the other side has a root module too, and everything that it depends on as it is here,
    which ``signatures`` names by keys. Only such root modules are recalled."""
    left_out: frozenset[Path] = frozenset()
    """Root modules that are not read: those that are the same on both sides of a comparison."""
    layouts: dict[Path, Layout] | None = None
    """Remembers what discovery finds in directories, for another call with the same files."""


class Inputs(Struct):
    """Everything that was read."""

    infrastructures: list[Infrastructure] = field(default_factory=list)
    missing_variables: dict[str, Location] = field(default_factory=dict)
    """Required variables without a value; of roots that share a name the first is kept."""
    warnings: list[str] = field(default_factory=list)
    directory: Path = field(default_factory=Path.cwd)
    """What the files of locations are relative to."""
    parts: list[Part] = field(default_factory=list)
    """What the judge concluded about each infrastructure, when there is one."""
    same: set[str] = field(default_factory=set)
    """Root modules that the other side of a comparison has as they are, by the path of their source."""
    all_tags: dict[tuple[str, str], object] = field(default_factory=dict)
    """Without a judge: ``tags_all`` of security groups, which has the provider's default tags too, by path of the source
    and address."""
    marked: set[str] = field(default_factory=set)
    """Files with comments that suppress findings, relative to ``directory``."""


class Judge(Struct, frozen=True):
    """Judges each root module, plan and state as it is read, and remembers what it concluded."""

    conclude: Callable[[Infrastructure], Part]
    identity: tuple[str, ...]
    """All that decides a conclusion besides the input: settings, policies."""
