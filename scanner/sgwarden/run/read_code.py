"""Read root modules of one repository into the model."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.cache.files import default_directory
from sgwarden.cache.syntax import SyntaxCache
from sgwarden.run.inputs import LoadedSource, assignment, existing, shown_path
from sgwarden.sources.hcl import Reader
from sgwarden.suppressions.marked_files import is_marked
from sgwarden.terraform.modules.files import configuration_files
from sgwarden.terraform.modules.variables import VariableOptions

if TYPE_CHECKING:
    from sgwarden.model.instances import ResourceInstance
    from sgwarden.run.options import LoadOptions, Progress
    from sgwarden.terraform.modules.discovery import Layout


class CodeReader:
    """Reads the root modules below a directory; child modules and files are read once for all of them."""

    def __init__(self, bound: Path, options: LoadOptions, progress: Progress) -> None:
        """``bound`` holds all that may be read. Raises InputError for a variable file that is not there."""
        directory = default_directory(os.environ) if options.use_cache else None
        self._cache = SyntaxCache(directory, mirror=options.mirror)
        files = tuple(existing(path) for path in options.var_files)
        variables = VariableOptions(
            variables=tuple(assignment(text) for text in options.variables),
            var_files=files,
            var_files_before=options.var_files_before,
            environment=dict(os.environ),
            workspace=options.workspace,
        )
        self._reader = Reader(bound, variables, cache=self._cache, on_read=progress.file_read)
        self._bound = bound.resolve()
        self._has_comments: dict[Path, bool] = {}
        """Whether a file holds a comment that suppresses findings."""

    def layout(self, directory: Path) -> Layout:
        """Return what one directory says about root modules. Raises OSError when it cannot be listed."""
        return self._reader.layout(directory)

    def read(self, directory: Path) -> LoadedSource:
        """Evaluate one root module. Raises OSError when the directory cannot be listed."""
        root = self._reader.read(directory)
        files = {module: configuration_files(module) for module in root.directories}
        variables = [path for path in root.reads if path.suffix == ".tfvars"]
        return LoadedSource(
            root.infrastructure,
            root.instances,
            missing_variables=root.missing_variables,
            used_names=root.used_names,
            comment_files=tuple(self._with_comments([*files.values(), variables])),
            module_files=files,
            reads=tuple(root.reads),
        )

    def stands_alone(self, directory: Path) -> bool:
        """Return True if the module in a directory can be applied as it is: nothing is required, and something is made.

        One with a provider configuration is meant to be.
        """
        module = self._reader.loader.load(directory)
        if not module.resources and not module.calls:
            return False
        required = any(variable.argument("default") is None for variable in module.variables.values())
        return bool(module.providers) or not required

    def instances(self, directory: Path) -> Sequence[ResourceInstance]:
        """Return the resources of one root module. Raises OSError when the directory cannot be listed."""
        return self._reader.read(directory).instances

    def flush(self) -> None:
        """Write what was parsed to the cache."""
        self._cache.flush()

    def _with_comments(self, modules: Iterable[Sequence[Path]]) -> list[str]:
        """Return the files with comments that suppress findings, sorted; a file of several modules counts in each."""
        found = []
        for files in modules:
            for file in files:
                if file not in self._has_comments:
                    self._has_comments[file] = is_marked(file, self._bound)
                if self._has_comments[file]:
                    found.append(shown_path(file))
        return sorted(found)
