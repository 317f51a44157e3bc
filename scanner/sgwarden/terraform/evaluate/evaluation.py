"""What all module instances of one root module share, and what went wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.terraform.evaluate.expressions import function_context
from sgwarden.terraform.evaluate.provider import NoFacts, ProviderFacts
from sgwarden.terraform.evaluate.scope import Budget
from sgwarden.terraform.modules.module import ModuleLoader
from sgwarden.terraform.modules.variables import Options


class Trouble(Struct, frozen=True, order=True):
    """Something that could not be read or evaluated, with its place."""

    what: str
    reason: str
    location: Location | None = None


class Run(Struct):
    """One evaluation of one root module."""

    root: Path
    """Directory of the root module, resolved."""
    loader: ModuleLoader
    options: Options
    show: Callable[[Path], str]
    """A path as shown to the user."""
    workspace: str = "default"
    facts: ProviderFacts = field(default_factory=NoFacts)
    on_read: Callable[[Path], None] = lambda path: None
    budget: Budget = field(default_factory=Budget)
    troubles: dict[Trouble, None] = field(default_factory=dict)
    """In the order met, without repetition."""
    missing: dict[str, Location] = field(default_factory=dict)
    """Required root variables without a value, with the place of their declaration."""
    used_names: set[str] = field(default_factory=set)
    """Variables given a value that this root module declares."""
    directories: set[Path] = field(default_factory=set)
    """Directories of the modules that were evaluated; what they list decides the result."""
    reads: set[Path] = field(default_factory=set)
    """Files whose content (or absence) and directories whose whole listing the result depends on,
    besides the modules' own files."""
    indexes: dict[int, Any] = field(default_factory=dict)
    """By the identity of an expression: where its scalars are written (``narrowing.Index``, which keeps it alive)."""
    functions: Any = None

    def __post_init__(self) -> None:
        self.functions = function_context(self.root, self.loader.allowed_root, self.note)

    def note(self, path: Path) -> None:
        """Remember that the result depends on ``path``."""
        self.reads.add(path)
        self.on_read(path)

    def trouble(self, what: str, reason: str, location: Location | None = None) -> None:
        """Remember something that could not be read or evaluated."""
        self.troubles.setdefault(Trouble(what, reason, location))
