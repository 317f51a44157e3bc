"""The paths a user gives, read into the model: directories, Terraform files, plans and states, told apart by content."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.errors import InputError, UsageError
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source, SourceKind
from sgwarden.run.options import Given, Inputs, Judge, Progress, Silence

if TYPE_CHECKING:
    from sgwarden.cache.results import CachedResult, ResultCache
    from sgwarden.cache.syntax import SyntaxCache
    from sgwarden.model.instances import ResourceInstance
    from sgwarden.sources.hcl import Reader
    from sgwarden.terraform.modules.discovery import Discovered, Layout
    from sgwarden.terraform.modules.variables import Options

STDIN = "-"
CODE = (".tf", ".tf.json", ".tofu", ".tofu.json")
"""How names of files with Terraform code end."""
_TAGGED = ("aws_security_group", "aws_default_security_group")


def read_all(paths: Sequence[str], given: Given, progress: Progress, judge: Judge | None = None) -> Inputs:
    """Read every path once; with a judge, root modules that did not change are recalled, not read.

    Raises InputError for a path that does not exist, cannot be read or holds nothing to scan, and
    UsageError for variables that no root module declares.
    """
    return _Loader(given, progress, judge).load(paths)


def root_modules(paths: Sequence[str], given: Given) -> frozenset[Path]:
    """Directories of the root modules that ``read_all`` would read."""
    return _Loader(given, Silence(), None).root_modules(paths)


class _Loader:
    """Keeps what the paths of one run share: readers, root modules already read, names of variables used."""

    def __init__(self, given: Given, progress: Progress, judge: Judge | None) -> None:
        self._given = given
        self._progress = progress
        self._judge = judge
        self._caches: list[SyntaxCache] = []
        self._stores: dict[Path, ResultCache] = {}
        self._inputs = Inputs()
        self._readers: dict[Path, Reader] = {}
        self._roots: set[Path] = set()
        self._bounds: dict[Path, Path] = {}
        """For resolved root modules: what bounds what is read for them."""
        self._used: set[str] = set()
        self._marks: dict[Path, bool] = {}
        """Whether a file holds a comment that suppresses findings."""

    def load(self, paths: Sequence[str]) -> Inputs:
        if list(paths).count(STDIN) > 1:
            raise UsageError("stdin (-) can be read once only", next_step="give - once")
        if self._given.changed_files:
            self._changed(paths)
            paths = ()
        for path in dict.fromkeys(paths):
            if path == STDIN:
                self._document(sys.stdin.buffer.read(), "stdin", Path.cwd())
            elif Path(path).is_dir():
                self._directory(Path(path))
            elif path.endswith(CODE):
                self._root(_existing(path).parent)
            else:
                self._document(_content(path), path, Path(path).parent)
        if self._given.mirror is None:  # what is looked at as it was need not know every variable
            self._check_variables()
        self._inputs.infrastructures.sort(key=lambda each: (each.source.path, each.source.kind))
        self._inputs.parts.sort(key=lambda each: (each.source.path, each.source.kind))
        for cache in self._caches:
            cache.flush()
        for store in self._stores.values():
            store.flush()
        return self._inputs

    def _keep(self, infrastructure: Infrastructure) -> None:
        self._inputs.infrastructures.append(infrastructure)
        if self._judge is not None:
            self._inputs.parts.append(self._judge.conclude(infrastructure))

    def _directory(self, path: Path) -> None:
        discovered = self._discover(path)
        unlisted = [
            Skipped(shown_path(where), f"the directory cannot be listed: {why}") for where, why in discovered.unlisted
        ]
        if unlisted:
            self._keep(Infrastructure(Source("hcl", shown_path(path)), skipped=tuple(unlisted)))
        if not discovered.roots and not unlisted:
            raise InputError(
                "no Terraform files here or below",
                str(path),
                "give a directory with .tf files, a plan as JSON, or a state",
            )
        bound = self._bound(path)
        for root in discovered.roots:
            self._bounds.setdefault(root, bound)
            self._root(root)

    def root_modules(self, paths: Sequence[str]) -> frozenset[Path]:
        """See the function of this name."""
        if self._given.changed_files:
            return frozenset(root for _, root in self._using(paths))
        found: set[Path] = set()
        for path in paths:
            if Path(path).is_dir():
                found.update(self._discover(Path(path)).roots)
            elif path.endswith(CODE):
                found.add(Path(path).resolve().parent)
        return frozenset(found)

    def _changed(self, paths: Sequence[str]) -> None:
        """The root modules that the changed files belong to, through any number of module calls."""
        for bound, root in self._using(paths):
            self._bounds.setdefault(root, bound)
            self._root(root)

    def _using(self, paths: Sequence[str]) -> Iterator[tuple[Path, Path]]:
        """What bounds them, and the root modules that the changed files belong to."""
        directories = {Path(path).resolve().parent for path in paths}
        here = Path.cwd().resolve()
        bounds = {here if directory.is_relative_to(here) else self._bound(directory) for directory in directories}
        for bound in sorted(bound for bound in bounds if bound.is_dir()):
            yield from ((bound, root) for root in self._discover(bound).using(directories))

    def _discover(self, path: Path) -> Discovered:
        from sgwarden.terraform.modules.discovery import discover
        from sgwarden.terraform.modules.files import configuration_files

        store = self._store(path)

        layouts = self._given.layouts if self._given.layouts is not None else {}

        def layout_of(directory: Path) -> Layout:
            if directory not in layouts:
                layouts[directory] = laid_out(directory)
            return layouts[directory]

        def laid_out(directory: Path) -> Layout:
            found = store.layout(directory) if store is not None else None
            if found is None:
                found = self._reader(path).layout(directory)
                if store is not None:
                    store.remember_layout(directory, configuration_files(directory), found)
            return found

        if store is None:
            return discover(path, layout_of)
        return discover(path, layout_of, store.listed)

    def _root(self, directory: Path) -> None:
        where = directory if directory in self._bounds else directory.resolve()
        if where in self._roots or where in self._given.left_out:
            return
        self._roots.add(where)
        store = self._store(where)
        conclusion = store.result(where) if store is not None else None
        if conclusion is None or not self._may_recall(where, store):
            conclusion = self._evaluate(directory, store)
        elif conclusion.part is not None:
            self._inputs.parts.append(conclusion.part)
        self._used |= conclusion.used_names
        self._inputs.marked.update(conclusion.marked)
        for name, place in conclusion.missing_variables.items():
            self._inputs.missing_variables.setdefault(name, place)

    def _may_recall(self, root: Path, store: ResultCache | None) -> bool:
        """Whether a conclusion will do: a comparison needs the model of what is not the same on both sides."""
        if self._given.is_same is None or store is None:
            return True
        return self._note_same(root, store.reads(root))

    def _note_same(self, root: Path, keys: Sequence[str]) -> bool:
        same = self._given.is_same is not None and self._given.is_same(root, keys)
        if same:
            self._inputs.same.add(shown_path(root))
        return same

    def _evaluate(self, directory: Path, store: ResultCache | None) -> CachedResult:
        from sgwarden.cache.results import CachedResult, keys_of
        from sgwarden.terraform.modules.files import configuration_files

        self._progress.step(f"evaluating {shown_path(directory)}")
        try:
            root = self._reader(directory).read(directory)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", str(directory)) from error
        self._inputs.infrastructures.append(root.infrastructure)
        self._tell_tags(root.infrastructure.source.path, root.instances)
        part = self._judge.conclude(root.infrastructure) if self._judge is not None else None
        if part is not None:
            self._inputs.parts.append(part)
        files = {module: configuration_files(module) for module in root.directories}
        variables = [path for path in root.reads if path.suffix == ".tfvars"]
        marked = tuple(self._marked([*files.values(), variables]))
        conclusion = CachedResult(part, root.missing_variables, root.used_names, marked)
        if store is not None:
            store.remember(directory.resolve(), conclusion, files, list(root.reads))
        if self._given.is_same is not None:
            self._note_same(directory.resolve(), keys_of(files, list(root.reads)))
        return conclusion

    def _marked(self, modules: Iterable[Sequence[Path]]) -> list[str]:
        """Files with comments that suppress findings."""
        from sgwarden.suppressions.code import is_marked

        found = []
        for files in modules:
            for file in files:
                if file not in self._marks:
                    self._marks[file] = is_marked(file)
                if self._marks[file]:
                    found.append(shown_path(file))
        return sorted(found)

    def _marked_beside(self, directory: Path) -> None:
        """Find the comments in the code that a plan or state lies beside."""
        from sgwarden.suppressions.code import marked_files, module_directories

        if any(name.name.endswith(CODE) for name in _listing(directory)):
            directories = module_directories(directory, self._bound(directory).resolve())
            self._inputs.marked.update(shown_path(file) for file in marked_files(directories))

    def _bound(self, path: Path) -> Path:
        """The directory that bounds what is read for ``path``: its repository, else the path that the user gave."""
        from sgwarden.terraform.modules.discovery import repository_root

        return self._bounds.get(path) or repository_root(path)

    def _store(self, path: Path) -> ResultCache | None:
        """The memory of the repository that ``path`` lies in; None without a judge or a cache."""
        if self._judge is None or not self._given.use_cache or not self._given.recall:
            return None
        from sgwarden.cache.results import ResultCache
        from sgwarden.cache.syntax import default_directory

        root = self._bound(path)
        if root not in self._stores:
            settings = sorted(
                f"{k}={v}" for k, v in os.environ.items() if k.startswith("TF_VAR_") or k == "TF_WORKSPACE"
            )
            contents = [f"{name}\n{_content(name)!r}" for name in self._given.var_files]
            options = [*self._given.variables, *contents, str(self._given.workspace)]
            identity = [str(root), os.getcwd(), *settings, *options, *self._judge.identity]
            self._stores[root] = ResultCache(default_directory(os.environ), identity)
        return self._stores[root]

    def _reader(self, path: Path) -> Reader:
        from sgwarden.cache.syntax import SyntaxCache, default_directory
        from sgwarden.sources.hcl import Reader

        root = self._bound(path)
        if root not in self._readers:
            directory = default_directory(os.environ) if self._given.use_cache else None
            cache = SyntaxCache(directory, mirror=self._given.mirror)
            self._caches.append(cache)
            self._readers[root] = Reader(root, self._options(), cache=cache, on_read=self._progress.file_read)
        return self._readers[root]

    def _options(self) -> Options:
        from sgwarden.terraform.modules.variables import Options

        files = tuple(_existing(path) for path in self._given.var_files)
        return Options(
            variables=tuple(assignment(text) for text in self._given.variables),
            var_files=files,
            environment=dict(os.environ),
            workspace=self._given.workspace,
        )

    def _document(self, data: bytes, path: str, directory: Path) -> None:
        from sgwarden.sources.documents.detect import Kind, detect

        if data.startswith(b"\x1f\x8b"):
            from sgwarden.sources.snapshot.document import unpacked

            data = unpacked(data, path)
        kind = detect(data, path)
        if kind is Kind.TERRAFORM_JSON and path != "stdin":
            self._root(Path(path).parent)
        elif kind is Kind.PLAN:
            self._plan(data, path, directory)
        elif kind in (Kind.STATE, Kind.SHOWN_STATE):
            self._state(data, path)
        elif kind is Kind.SNAPSHOT:
            self._snapshot(data, path)
        else:
            raise InputError(
                "this is no Terraform code, plan or state",
                path,
                "give a directory, a .tf file, `terraform show -json PLANFILE` output, or a state file",
            )

    def _plan(self, data: bytes, path: str, directory: Path) -> None:
        from sgwarden.sources.plan.locate import locate
        from sgwarden.sources.plan.read_plan import read_plan

        reading = read_plan(data, path)
        instances = reading.instances
        if any(name.name.endswith(CODE) for name in _listing(directory)):
            # The plan lies beside its code: findings can point at lines.
            code = self._reader(directory).read(directory)
            instances = locate(instances, code.instances)
        self._marked_beside(directory)
        self._add(instances, "plan", path, reading.skipped, reading.resources_seen, reading.warnings)

    def _state(self, data: bytes, path: str) -> None:
        from sgwarden.sources.state import read_state

        reading = read_state(data, path)
        self._marked_beside(Path.cwd() if path == "stdin" else Path(path).parent)
        self._add(reading.instances, "state", path, reading.skipped, reading.resources_seen, reading.warnings)

    def _snapshot(self, data: bytes, path: str) -> None:
        from sgwarden.sources.live.read_accounts import by_account
        from sgwarden.sources.snapshot.document import read

        shown = path if path == "stdin" else shown_path(Path(path))
        for account in by_account(read(data, shown)):
            self._keep(account)

    def _add(
        self,
        instances: Sequence[ResourceInstance],
        kind: SourceKind,
        path: str,
        skipped: Iterable[Skipped],
        seen: int,
        warnings: Iterable[str],
    ) -> None:
        from sgwarden.sources.resources import build

        source = Source(kind, path if path == "stdin" else shown_path(Path(path)))
        self._keep(build(instances, source, skipped, seen))
        self._tell_tags(source.path, instances)
        self._inputs.warnings.extend(warnings)

    def _tell_tags(self, path: str, instances: Iterable[ResourceInstance]) -> None:
        if self._judge is None:
            for each in instances:
                if each.type in _TAGGED and "tags_all" in each.attributes:
                    self._inputs.all_tags[(path, each.address)] = each.attributes["tags_all"]

    def _check_variables(self) -> None:
        """Terraform refuses --var for a variable that is not declared; a typing error must not pass."""
        if not self._roots:
            return
        for text in self._given.variables:
            name = assignment(text)[0]
            if name not in self._used:
                raise UsageError(f"--var {name}: no root module declares this variable", next_step="correct the name")


def assignment(text: str) -> tuple[str, str]:
    """Name and value of ``--var``. Raises UsageError."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--var {text!r} is not NAME=VALUE", next_step="write --var 'name=value'")
    return name.strip(), value


def _existing(path: str) -> Path:
    if not Path(path).is_file():
        raise InputError("there is no such file", path, "check the path")
    return Path(path)


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file or directory", path, "check the path") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from error


def _listing(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError:
        return []


def shown_path(path: Path) -> str:
    """Relative to the working directory where possible, with forward slashes."""
    absolute = path.resolve()
    here = Path.cwd().resolve()
    return (
        absolute.relative_to(here) if absolute.is_relative_to(here) else Path(os.path.relpath(absolute, here))
    ).as_posix()
