"""Find what paths hold, and read it: the only dispatch over paths, for scan, inventory and drift.

Nothing is read before its turn comes: sources are handed out one by one, so that whoever asks can take a cached result
instead, and drop one model before the next is made.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from sgwarden.errors import InputError, UsageError
from sgwarden.model.infrastructure import Infrastructure, Skipped
from sgwarden.run.inputs import (
    CODE,
    STDIN,
    Document,
    Input,
    LoadedSource,
    NotRead,
    RootDirectory,
    assignment,
    content,
    existing,
    shown_path,
)
from sgwarden.run.options import LoadOptions, NoProgress, Progress
from sgwarden.terraform.modules.discovery import Discovered, Layout, discover, repository_root
from sgwarden.terraform.modules.files import configuration_files

if TYPE_CHECKING:
    from sgwarden.run.changed_files import ChangedFiles
    from sgwarden.run.read_code import CodeReader

_S3 = "s3://"
_STATES = ("terraform.tfstate", "terraform.tfstate.d/*/terraform.tfstate")
"""Local states of a root module."""
UNUSED_VARIABLES = "no root module loads this variable file by itself, and it was not given; give it by --var-file"
_TAGGED = ("aws_security_group", "aws_default_security_group")

ReadObjects = Callable[[str], Iterable[tuple[str, bytes | str]]]
"""Reads a URL of S3: name and content of each object, or why it cannot be read."""


class LoadedSources(Struct, frozen=True):
    """Everything that was read, sorted by path."""

    infrastructures: tuple[Infrastructure, ...]
    warnings: tuple[str, ...]
    all_tags: Mapping[tuple[str, str], object]
    """``tags_all`` of security groups, which has the provider's default tags too, by path of the source and address."""


class RootModules(Struct, frozen=True):
    """The root modules of some paths."""

    directories: frozenset[Path]
    layouts: Mapping[Path, Layout]
    """What discovery found, for ``LoadOptions.layouts``."""


class LayoutCache(Protocol):
    """Keeps what discovery finds in directories from run to run."""

    def layout(self, directory: Path) -> Layout | None:
        """Return what was found in a directory when nothing in it has changed."""

    def remember_layout(self, directory: Path, files: Sequence[Path], layout: Layout) -> None:
        """Keep what was found."""

    def listed(self, directory: Path, names: Sequence[str]) -> None:
        """Note all names in a directory."""


def load(paths: Sequence[str], options: LoadOptions, progress: Progress | None = None) -> LoadedSources:
    """Read every path. Raises as ``Loader.find`` and ``Loader.check_variables`` do."""
    loader = Loader(options, progress or NoProgress())
    infrastructures: list[Infrastructure] = []
    warnings: list[str] = []
    all_tags: dict[tuple[str, str], object] = {}
    used: set[str] = set()
    for found in loader.find(paths):
        for source in loader.read(found):
            used |= source.used_names
            infrastructures.append(source.infrastructure)
            warnings += source.warnings
            for each in source.instances:
                if each.type in _TAGGED and "tags_all" in each.attributes:
                    key = (source.infrastructure.source.path, each.address)
                    all_tags[key] = each.attributes["tags_all"]
    loader.check_variables(used)
    loader.flush()
    return LoadedSources(tuple(sorted(infrastructures, key=by_path)), tuple(warnings), all_tags)


def root_modules(paths: Sequence[str], options: LoadOptions) -> RootModules:
    """Find the root modules that would be read of some paths."""
    loader = Loader(options)
    return RootModules(loader.root_modules(paths), loader.layouts)


def by_path(infrastructure: Infrastructure) -> tuple[str, str]:
    """Return what infrastructures are sorted by."""
    return infrastructure.source.path, infrastructure.source.kind


class Loader:
    """Keeps what the paths of one run share: readers, and root modules that were found already."""

    def __init__(
        self,
        options: LoadOptions,
        progress: Progress | None = None,
        layout_cache: Callable[[Path], LayoutCache | None] = lambda bound: None,
        read_objects: ReadObjects | None = None,
    ) -> None:
        """``layout_cache`` is that of a repository; ``read_objects`` replaces ``sgwarden.aws.state_objects.read``."""
        self._options = options
        self._progress = progress or NoProgress()
        self._layout_cache = layout_cache
        self._read_objects = read_objects
        self.layouts = dict(options.layouts)
        self._readers: dict[Path, CodeReader] = {}
        self._found: set[Path] = set()
        self._given: frozenset[Path] = frozenset()
        self._bounds: dict[Path, Path] = {}
        """For root modules that discovery found: what bounds what is read for them."""
        self._called: set[Path] = set()
        """Directories that are only called as modules."""
        self._instantiated = set(options.instantiated)
        """Directories of which a root module has an instance, links resolved."""

    def find(self, paths: Sequence[str], *, with_states: bool = False) -> Iterator[Input]:
        """Yield what the paths hold, each root module once.

        With ``with_states``, as drift wants it: patterns and URLs of S3 are paths too, local states of root modules and
        of directories without code are found, each file is read once, and one that cannot be read does not end the run.

        Raises InputError for a path that does not exist, cannot be read or holds nothing to read, and UsageError when
        stdin is given twice.
        """
        if list(paths).count(STDIN) > 1:
            raise UsageError("stdin (-) can be read once only", next_step="give - once")
        if self._options.changed_files:
            changed = self._changed_files(paths)
            for bound, root in changed.roots:
                self._bounds.setdefault(root, bound)
                yield from self._root(root, with_states)
            yield from self._not_instantiated(changed.modules)
            unread = changed.unread()
            if unread is not None and self._options.mirror is None:
                yield unread
            return
        self._given = frozenset(Path(path).resolve() for path in paths if path != STDIN)
        for path in dict.fromkeys(paths):
            yield from self._find(path, with_states)
        if not with_states:
            yield from self._not_instantiated(self._called)

    def _not_instantiated(self, modules: Collection[Path]) -> Iterator[Input]:
        """Yield modules that no root module has an instance of, where they can be applied as they are.

        A call with ``count = 0`` takes nothing away from what lies in a directory.
        """
        left = set(modules)
        while left := {each for each in left if each not in self._instantiated and each not in self._found}:
            called = {Path(call) for each in left for call in self.layouts[each].calls if Path(call) != each}
            first = min(left - called or left)
            left.discard(first)
            if self.code_reader(first).stands_alone(first):
                yield from self._root(first, with_states=False)

    def note_instances(self, directories: Iterable[Path]) -> None:
        """Note that a root module has instances of the modules in some directories."""
        self._instantiated.update(Path(os.path.realpath(directory)) for directory in directories)

    def _find(self, path: str, with_states: bool) -> Iterator[Input]:
        if path == STDIN:
            yield from self._document(sys.stdin.buffer.read(), "stdin", str(Path.cwd()), with_states)
        elif with_states and path.startswith(_S3):
            yield from self._objects(path)
        elif Path(path).is_dir():
            yield from self._directory(Path(path), with_states)
        elif path.endswith(CODE) and (Path(path).is_file() or not with_states):
            yield from self._root(existing(path).parent, with_states)
        elif not with_states:
            yield from self._document(content(path), path, str(Path(path).parent), with_states)
        elif Path(path).exists():
            yield from self._file(Path(path))
        elif any(character in path for character in "*?["):
            from glob import glob  # imported late: only drift takes patterns

            names = sorted(glob(path, recursive=True))
            if not names:
                raise InputError("no file is of this pattern", path, "check the pattern")
            for name in names:
                yield from self._find(name, with_states)
        else:
            raise InputError("there is no such file or directory", path, "check the path")

    def _objects(self, url: str) -> Iterator[Input]:
        from sgwarden.aws import state_objects  # imported late: only a URL of S3 needs it

        for name, data in (self._read_objects or state_objects.read)(url):
            if isinstance(data, str):
                yield NotRead(name, (Skipped(name, data),))
            else:
                yield Document(data, name, name)

    def _directory(self, path: Path, with_states: bool) -> Iterator[Input]:
        discovered = self._discover(path)
        unlisted = tuple(
            Skipped(shown_path(where), f"the directory cannot be listed: {why}") for where, why in discovered.unlisted
        )
        if not with_states:
            unlisted += self._passed_over(path, discovered)
        if unlisted:
            yield NotRead(shown_path(path), unlisted)
        bound = self._bound(path)
        self._called.update(discovered.modules)
        for module in discovered.modules:
            self._bounds.setdefault(module, bound)
        for root in discovered.roots:
            self._bounds.setdefault(root, bound)
            yield from self._root(root, with_states)
        if discovered.roots:
            return
        found: list[Input] = list(self._states_below(path)) if with_states else []
        if not any(isinstance(each, Document) for each in found):
            found = list(self._plans_below(path)) or found
        yield from found
        if not found and not unlisted:
            what, next_step = (
                ("no Terraform files and no states here or below", "give a directory with either")
                if with_states
                else (
                    "no Terraform files and no plans here or below",
                    "give a directory with .tf files, a plan as JSON, or a state",
                )
            )
            raise InputError(what, str(path), next_step)

    def _plans_below(self, directory: Path) -> Iterator[Input]:
        """Yield plans as JSON below a directory without code, and, beside plans, the JSON that cannot be read."""
        from sgwarden.run import read_documents  # imported late: directories of code hold no documents

        found: list[Input] = []
        for path in _files_below(directory):
            if not path.name.endswith(".json"):
                continue
            try:
                data = content(str(path))
                document = read_documents.identify(data, shown_path(path), str(path.parent))
            except InputError as error:
                found.append(NotRead(shown_path(path), (Skipped(shown_path(path), error.what),)))
                continue
            if document.kind is read_documents.Kind.PLAN:
                found.append(document)
        if any(isinstance(each, Document) for each in found):
            yield from found

    def _states_below(self, directory: Path) -> Iterator[Input]:
        """Yield states below a directory without code, whatever their names: the key of a backend needs no ending."""
        from sgwarden.run import read_documents  # imported late: directories of code hold no documents

        for path in _files_below(directory):
            if path.suffix == ".tfstate":
                yield from self._file(path)
                continue
            try:
                data = content(str(path)) if path.suffix != ".backup" and _begins_as_json(path) else b""
                kind = read_documents.identify(data, shown_path(path), str(path.parent)).kind if data else None
            except InputError as error:
                yield NotRead(shown_path(path), (Skipped(shown_path(path), error.what),))
                continue
            if kind in (read_documents.Kind.STATE, read_documents.Kind.SHOWN_STATE):
                yield from self._file(path)

    def _passed_over(self, path: Path, discovered: Discovered) -> tuple[Skipped, ...]:
        """Return what of a directory is not read: files of other tools, hidden directories, unused variable files."""
        if self._options.mirror is not None:
            return ()
        top = path.resolve()
        others = self._given - {top}
        found = [(place, why) for place, why in discovered.unread if not any(map(place.is_relative_to, others))]
        chosen = {Path(file).resolve() for file in self._options.var_files}
        beside = {file.parent for file in chosen}
        for file in discovered.variable_files:
            # Of the variable files in one directory, the one that is given was chosen.
            if file.resolve() not in chosen and file.parent not in beside:
                found.append((file, UNUSED_VARIABLES))
        return tuple(Skipped(_shown(place), why) for place, why in sorted(found))

    def _root(self, directory: Path, with_states: bool) -> Iterator[Input]:
        path = directory if directory in self._bounds else directory.resolve()
        if path in self._found or path in self._options.skipped_roots:
            return
        self._found.add(path)
        yield RootDirectory(directory, path)
        if with_states:
            for pattern in _STATES:
                for state in sorted(path.glob(pattern)):
                    if not _is_left_behind(state):
                        yield from self._file(state, beside=str(path))

    def _file(self, path: Path, beside: str = "") -> Iterator[Input]:
        where = path.resolve()
        if where in self._found:
            return
        self._found.add(where)
        try:
            data = path.read_bytes()
        except OSError as error:
            yield NotRead(
                shown_path(path), (Skipped(shown_path(path), f"it cannot be read: {error.strerror or error}"),)
            )
            return
        yield Document(data, shown_path(path), beside or str(where.parent))

    def _document(self, data: bytes, path: str, directory: str, with_states: bool) -> Iterator[Input]:
        if with_states:
            yield Document(data, path, directory)
            return
        from sgwarden.run import read_documents  # imported late: directories hold no documents

        document = read_documents.identify(data, path, directory)
        if document.kind is read_documents.Kind.TERRAFORM_JSON and path != "stdin":
            yield from self._root(Path(path).parent, with_states)
        else:
            yield document

    def root_modules(self, paths: Sequence[str]) -> frozenset[Path]:
        """Return the directories of the root modules that ``find`` would yield."""
        if self._options.changed_files:
            return frozenset(root for _, root in self._changed_files(paths).roots)
        found: set[Path] = set()
        for path in paths:
            if Path(path).is_dir():
                found.update(self._discover(Path(path)).roots)
            elif path.endswith(CODE):
                found.add(Path(path).resolve().parent)
        return frozenset(found)

    def _changed_files(self, paths: Sequence[str]) -> ChangedFiles:
        """Return the root modules that read changed files, and the files that none reads."""
        from sgwarden.run.changed_files import ChangedFiles  # imported late: the hook alone needs it

        here = Path.cwd().resolve()
        changed = ChangedFiles(self._options, self._reads)
        by_bound: dict[Path, list[str]] = {}
        for path in paths:
            directory = Path(path).absolute().parent.resolve()
            bound = here if directory.is_relative_to(here) else self._bound(directory)
            by_bound.setdefault(bound, []).append(path)
        for bound in sorted(bound for bound in by_bound if bound.is_dir()):
            discovered = self._discover(bound)
            for module in (*discovered.roots, *discovered.modules):
                self._bounds.setdefault(module, bound)
            changed.add(bound, by_bound[bound], discovered)
        return changed

    def _reads(self, root: Path) -> Sequence[Path]:
        """Return what a root module reads besides the files of its modules."""
        return self.evaluate(RootDirectory(root, root)).reads

    def _discover(self, path: Path) -> Discovered:
        cache = self._layout_cache(self._bound(path))

        def layout_of(directory: Path) -> Layout:
            if directory not in self.layouts:
                self.layouts[directory] = laid_out(directory)
            return self.layouts[directory]

        def laid_out(directory: Path) -> Layout:
            found = cache.layout(directory) if cache is not None else None
            if found is None:
                found = self.code_reader(path).layout(directory)
                if cache is not None:
                    cache.remember_layout(directory, configuration_files(directory), found)
            return found

        return discover(path, layout_of) if cache is None else discover(path, layout_of, cache.listed)

    def _bound(self, path: Path) -> Path:
        """Return what bounds what is read for ``path``: its repository, else the path that the user gave."""
        return self._bounds.get(path) or repository_root(path)

    def bound(self, root: RootDirectory) -> Path:
        """Return what bounds what is read for a root module."""
        return self._bound(root.path)

    def read(self, found: Input) -> list[LoadedSource]:
        """Read one of the inputs that ``find`` yields. Raises InputError."""
        if isinstance(found, RootDirectory):
            return [self.evaluate(found)]
        if isinstance(found, NotRead):
            return [found.as_source()]
        from sgwarden.run import read_documents  # imported late: directories hold no documents

        return read_documents.read(found, self._bound, self.code_reader)

    def evaluate(self, root: RootDirectory) -> LoadedSource:
        """Evaluate a root module. Raises InputError."""
        self._progress.step(f"evaluating {shown_path(root.directory)}")
        try:
            source = self.code_reader(root.directory).read(root.directory)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", str(root.directory)) from error
        self.note_instances(source.module_files)
        return source

    def code_reader(self, path: Path) -> CodeReader:
        """Return the reader of the repository that ``path`` lies in."""
        from sgwarden.run.read_code import CodeReader  # imported late: cached results need no evaluation

        bound = self._bound(path)
        if bound not in self._readers:
            self._readers[bound] = CodeReader(bound, self._options, self._progress)
        return self._readers[bound]

    def check_variables(self, used: Iterable[str]) -> None:
        """Raise UsageError if a variable of ``--var`` is not among the ``used`` ones of the root modules.

        Terraform refuses it too; a typing error must not pass. What is looked at as it was need not know every variable.
        """
        known = set(used)
        if self._options.mirror is not None or not self._found:
            return
        for text in self._options.variables:
            name = assignment(text)[0]
            if name not in known:
                raise UsageError(f"--var {name}: no root module declares this variable", next_step="correct the name")

    def flush(self) -> None:
        """Write what was parsed to the cache."""
        for reader in self._readers.values():
            reader.flush()


def _files_below(directory: Path) -> list[Path]:
    """Return the regular files below a directory, sorted, without hidden directories."""
    found: list[Path] = []
    for where, names, files in os.walk(directory):
        names[:] = [name for name in names if not name.startswith(".")]
        found += [path for path in (Path(where, name) for name in files) if path.is_file()]
    return sorted(found)


def _begins_as_json(path: Path) -> bool:
    """Return True if a file begins with an object; raises InputError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"{")
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}", str(path)) from error


def _shown(place: Path) -> str:
    """Return a path as it is shown, a link at its end not resolved."""
    return os.path.join(shown_path(place.parent), place.name).removeprefix("./").replace(os.sep, "/")


def _is_left_behind(state: Path) -> bool:
    """Return True if a local state was emptied by ``terraform init -migrate-state``, which leaves a file of no byte."""
    try:
        return state.stat().st_size == 0
    except OSError:
        return False
