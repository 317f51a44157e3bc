"""What all module instances of one root module share, and what of an instance its resources and calls see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.provider import NoFacts, ProviderConfiguration, ProviderFacts
from sgwarden.terraform.evaluate.scope import Budget, Resolver, Scope
from sgwarden.terraform.functions.spec import FunctionContext
from sgwarden.terraform.syntax import ast

if TYPE_CHECKING:
    from sgwarden.terraform.modules.module import Declaration, Module, ModuleLoader
    from sgwarden.terraform.modules.variables import VariableOptions


class Trouble(Struct, frozen=True, order=True):
    """Something that could not be read or evaluated, with its place."""

    what: str
    reason: str
    location: Location | None = None


class Evaluation(Struct):
    """One evaluation of one root module."""

    root: Path
    """Directory of the root module, resolved."""
    loader: ModuleLoader
    options: VariableOptions
    show: Callable[[Path], str]
    """A path as shown to the user."""
    workspace: str = "default"
    facts: ProviderFacts = field(default_factory=NoFacts)
    on_read: Callable[[Path], None] = lambda path: None
    budget: Budget = field(default_factory=Budget)
    troubles: dict[Trouble, None] = field(default_factory=dict)
    """In order, each once; the values are None."""
    unread_calls: dict[tuple[str, str], tuple[EnclosingModule, Declaration]] = field(default_factory=dict)
    """Module calls whose module could not be read, by what and why of their trouble."""
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
    """By the identity of an expression: the index of its scalars (see ``provenance``), which keeps it alive."""
    elements: dict[tuple[int, int], Any] = field(default_factory=dict)
    """By the identities of an expression and its scope: the expression and its elements (see ``provenance``)."""
    functions: FunctionContext | None = None
    """What built-in functions need besides their arguments; set when the evaluation begins."""

    def note(self, path: Path) -> None:
        """Remember that the result depends on ``path``."""
        self.reads.add(path)
        self.on_read(path)

    def trouble(self, what: str, reason: str, location: Location | None = None) -> None:
        """Remember something that could not be read or evaluated."""
        self.troubles.setdefault(Trouble(what, reason, location))


class EnclosingModule(Resolver, Protocol):
    """The module instance that a resource or a module call stands in."""

    run: Evaluation
    module: Module
    path: tuple[str, ...]
    """Addresses of the module instances that lead here, this one last; empty for the root."""
    call_names: tuple[str, ...]
    """Names of the module calls that lead here, without instance keys."""
    may_exist: Unknown | None
    """Why it is not known whether the instance exists; None when it does."""
    scope: Scope

    @property
    def prefix(self) -> str:
        """What the addresses of its resources begin with: ``module.a[0].`` or nothing."""

    def file(self, path: Path) -> str:
        """Return ``path`` as shown to the user."""

    def place(self, declaration: Declaration) -> Location:
        """Return where a block stands: at its count or for_each, if it has one."""

    def provider(self, body: ast.Body, type_: str) -> ProviderConfiguration:
        """Return the provider configuration that a resource of ``type_`` uses."""

    def providers(self) -> Mapping[str, ProviderConfiguration]:
        """Return the provider configurations by the name they have in this module."""
