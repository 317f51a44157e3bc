"""Read Terraform code into the model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.sources import resources
from sgwarden.sources.aws_provider import AwsFacts
from sgwarden.terraform.evaluate.evaluation import Evaluation, Trouble
from sgwarden.terraform.evaluate.root_module import Evaluated, InstanceFilter, evaluate_root
from sgwarden.terraform.modules.discovery import Discovered, Layout, discover, layout
from sgwarden.terraform.modules.manifest import MANIFEST
from sgwarden.terraform.modules.module import ModuleLoader
from sgwarden.terraform.modules.variables import WORKSPACE_FILE, VariableOptions
from sgwarden.terraform.provenance.origins import Origins

if TYPE_CHECKING:
    from sgwarden.cache.syntax import SyntaxCache


class RootModule(Struct, frozen=True):
    """One root module, evaluated."""

    directory: Path
    infrastructure: Infrastructure
    missing_variables: dict[str, Location]
    """Required variables without a value, by name, with the place of their declaration."""
    instances: tuple[ResourceInstance, ...]
    used_names: frozenset[str]
    """Variables that were given a value and are declared."""
    directories: frozenset[Path] = frozenset()
    """Directories of all modules it consists of."""
    reads: frozenset[Path] = frozenset()
    """Other files and directories that the result depends on, whether they exist or not."""


class Reader:
    """Reads root modules; child modules and files are read once for all of them."""

    def __init__(
        self,
        allowed_root: Path,
        options: VariableOptions | None = None,
        base: Path | None = None,
        cache: SyntaxCache | None = None,
        on_read: Callable[[Path], None] = lambda path: None,
    ) -> None:
        """Shown paths are relative to ``base`` (default: the working directory) where possible."""
        self.options = options or VariableOptions()
        self.base = (base or Path.cwd()).resolve()
        self.on_read = on_read
        self.loader = ModuleLoader(allowed_root.resolve(), cache, on_read)

    def discover(self, path: Path, layout_of: Callable[[Path], Layout] | None = None) -> Discovered:
        """Return the root modules below ``path``; ``layout_of`` stands in for ``layout``."""
        return discover(path, layout_of or self.layout)

    def layout(self, directory: Path) -> Layout:
        """Return what one directory says about root modules; raises OSError when it cannot be listed."""
        return layout(self.loader.load(directory))

    def evaluate(self, directory: Path, wanted: InstanceFilter | None = None) -> tuple[Evaluation, Evaluated]:
        """Evaluate one root module; raises OSError when the directory cannot be listed."""
        run = Evaluation(
            directory.resolve(), self.loader, self.options, self.show, facts=AwsFacts(), on_read=self.on_read
        )
        return run, evaluate_root(run, Origins, wanted) if wanted else evaluate_root(
            run, Origins, includes_for=_modelled
        )

    def read(self, directory: Path) -> RootModule:
        """Return one root module as the model; raises OSError when the directory cannot be listed."""
        run, evaluated = self.evaluate(directory)
        skipped = [Skipped(t.what, t.reason, t.location) for t in sorted(run.troubles, key=_trouble_order)]
        source = Source("hcl", self.show(directory.resolve()))
        model = resources.build(
            evaluated.instances,
            source,
            skipped,
            evaluated.resources_seen,
            forgotten=evaluated.forgotten,
            unread_calls=evaluated.unread_calls,
        )
        replaced = [file for each in run.directories for file in self.loader.load(each).replaced]
        return RootModule(
            directory,
            model,
            dict(run.missing),
            evaluated.instances,
            frozenset(run.used_names),
            frozenset(run.directories),
            frozenset((*run.reads, *replaced, run.root / MANIFEST, run.root / WORKSPACE_FILE)),
        )

    def show(self, path: Path) -> str:
        """Return ``path`` relative to ``base``, forward slashes."""
        path = path if path.is_absolute() else self.base / path
        if path.is_relative_to(self.base):
            return path.relative_to(self.base).as_posix()
        return os.path.relpath(path, self.base).replace(os.sep, "/")


def _modelled(declared: frozenset[str]) -> InstanceFilter:
    """Return which instances to evaluate: those of types that the model holds."""
    types = resources.types_worth(declared)
    return lambda mode, type_: mode == "managed" and type_ in types


def _trouble_order(trouble: Trouble) -> tuple[str, int, str, str]:
    place = trouble.location
    return (
        place.file if place else "",
        place.line if place else 0,
        trouble.what,
        trouble.reason,
    )
