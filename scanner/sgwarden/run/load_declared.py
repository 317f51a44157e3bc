"""The declared side as the user gives it: directories of code, plans, states; files, globs, stdin and S3."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.drift.declared import ASSOCIATION_TYPE, ENTRY_TYPE, GROUP_TYPES, DeclaredSource, facts
from sgwarden.errors import InputError, UsageError
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.run.load import CODE, STDIN, assignment, shown_path
from sgwarden.run.options import Given, Progress
from sgwarden.sources.documents import detect
from sgwarden.sources.documents.detect import Kind, Reading
from sgwarden.sources.plan.values import mark_sensitive, tuples

if TYPE_CHECKING:
    from sgwarden.model.instances import ResourceInstance
    from sgwarden.sources.hcl import Reader

_STATES = ("terraform.tfstate", "terraform.tfstate.d/*/terraform.tfstate")
_S3 = "s3://"
_TYPES = frozenset(
    (
        *GROUP_TYPES, ASSOCIATION_TYPE, ENTRY_TYPE, "aws_security_group_rule", "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_rules_exclusive", "aws_ec2_managed_prefix_list",
    )
)  # fmt: skip
"""All that a comparison asks for."""
Objects = Callable[[str], Iterator[tuple[str, bytes | str]]]


class DeclaredInputs(Struct):
    """Everything declared that was read."""

    sources: list[DeclaredSource] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unread: list[Skipped] = field(default_factory=list)
    """Inputs that exist and could not be read."""


def read_declared(
    paths: Sequence[str], given: Given, progress: Progress, objects: Objects | None = None
) -> DeclaredInputs:
    """Read every path; a document that is broken is noted and the rest is read.

    Raises InputError for a path that does not exist or holds nothing to read, UsageError for a second stdin.
    ``objects`` reads URLs of S3 (default: ``sgwarden.aws.state_objects.read``).
    """
    loader = _Loader(given, progress, objects)
    if list(paths).count(STDIN) > 1:
        raise UsageError("stdin (-) can be read once only", next_step="give - once")
    for path in dict.fromkeys(paths):
        loader.add(path)
    loader.inputs.sources.sort(key=lambda each: (each.path, each.kind))
    return loader.inputs


def from_document(data: bytes, path: str, directory: str = "") -> DeclaredSource:
    """A plan or a state. Raises InputError for anything else."""
    kind = detect.detect(data, path)
    if kind is Kind.PLAN:
        return _plan(data, path, directory)
    if kind in (Kind.STATE, Kind.SHOWN_STATE):
        from sgwarden.sources.state import read_state

        return _source("state", path, directory, read_state(data, path, types=_TYPES))
    raise InputError(
        "this is no Terraform code, plan or state", path,
        "give a directory, `terraform show -json PLANFILE` output, a state file, or - for `terraform state pull`",
    )  # fmt: skip


def _plan(data: bytes, path: str, directory: str) -> DeclaredSource:
    import msgspec

    from sgwarden.sources.plan.read_plan import read_plan

    source = _source("plan", path, directory, read_plan(data, path, types=_TYPES))
    raw: dict[str, msgspec.Raw] = detect.decode(detect.utf8(data, path), dict[str, msgspec.Raw], path)
    prior = bytes(raw.get("prior_state", b""))
    if not prior or prior == b"null":
        return source
    drift: Any = detect.decode(raw.get("resource_drift", msgspec.Raw(b"[]")), Any, path)
    return replace(source, prior=_before_refresh(prior, drift if isinstance(drift, list) else [], path, directory))


def _before_refresh(prior: bytes, drift: list[Any], path: str, directory: str) -> DeclaredSource:
    """The state that a plan was made of: the refreshed one, with what the refresh changed taken back.

    https://developer.hashicorp.com/terraform/internals/json-format (``prior_state``, ``resource_drift``)
    """
    from sgwarden.sources.state import read_state

    reading = read_state(prior, path, types=_TYPES)
    instances = {each.address: each for each in reading.instances}
    for change in drift:
        if not isinstance(change, dict) or change.get("type") not in _TYPES or change.get("deposed"):
            continue
        found = _as_it_was(change, Location(path, 1, 1))
        if found is not None:
            instances[found.address] = found
    shown = f"{path} (prior state)"
    return from_instances("state", shown, directory, instances.values(), reading.skipped, reading.resources_seen)


def _as_it_was(change: dict[str, Any], location: Location) -> ResourceInstance | None:
    """An instance as it was before the refresh; None when the refresh found it first."""
    from sgwarden.model.instances import ResourceInstance
    from sgwarden.sources.plan.addresses import module_chain
    from sgwarden.sources.plan.references import split_module

    inner = change.get("change")
    before = inner.get("before") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(before, dict):
        return None
    attributes = tuples(before)
    marks = inner.get("before_sensitive")
    return ResourceInstance(
        address=str(change.get("address")), mode=str(change.get("mode")), type=str(change.get("type")),
        name=str(change.get("name")), key=change.get("index"),
        attributes=mark_sensitive(attributes, marks) if isinstance(marks, dict) else attributes, location=location,
        module_path=module_chain(split_module(str(change.get("module_address") or ""))),
    )  # fmt: skip


def _source(kind: Any, path: str, directory: str, reading: Reading) -> DeclaredSource:
    return from_instances(kind, path, directory, reading.instances, reading.skipped, reading.resources_seen)


def from_instances(
    kind: Any, path: str, directory: str, instances: Iterable[ResourceInstance], skipped: Iterable[Skipped], seen: int
) -> DeclaredSource:
    """The source that evaluated instances make."""
    from sgwarden.sources.resources import build

    known = list(instances)
    model = build(known, Source(kind, path), skipped, seen)
    told: dict[str, Any] = facts(known)
    return DeclaredSource(kind, path, directory, model, **told)


def _is_left_behind(state: Path) -> bool:
    """Whether a local state was emptied by ``terraform init -migrate-state``, which leaves a file without a byte."""
    try:
        return state.stat().st_size == 0
    except OSError:
        return False


def _version(data: bytes) -> tuple[str, int]:
    """Lineage and serial of a state; an empty lineage where it tells none."""
    import msgspec

    try:
        found: Any = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        lineage, serial = (msgspec.json.decode(found.get(name, b"null")) for name in ("lineage", "serial"))
    except (msgspec.DecodeError, UnicodeDecodeError):  # its reader has accepted it: a byte order mark
        return "", 0
    return (lineage, serial) if isinstance(lineage, str) and isinstance(serial, int) else ("", 0)


class _Loader:
    """Keeps what the paths of one run share."""

    def __init__(self, given: Given, progress: Progress, objects: Objects | None) -> None:
        self.given = given
        self.progress = progress
        self.objects = objects
        self.inputs = DeclaredInputs()
        self.readers: dict[Path, Reader] = {}
        self.seen: set[Path] = set()
        self.states: dict[str, list[tuple[DeclaredSource, int, set[str]]]] = {}
        """Source, serial and ids of groups by lineage."""

    def add(self, path: str) -> None:
        """Read one path."""
        if path == STDIN:
            self._document(sys.stdin.buffer.read(), "stdin", str(Path.cwd()))
        elif path.startswith(_S3):
            self._objects(path)
        elif Path(path).is_dir():
            self._directory(Path(path))
        elif path.endswith(CODE) and Path(path).is_file():
            self._root(Path(path).parent)
        elif Path(path).exists():
            self._file(Path(path))
        elif any(character in path for character in "*?["):
            found = sorted(glob.glob(path, recursive=True))
            if not found:
                raise InputError("no file is of this pattern", path, "check the pattern")
            for each in found:
                self.add(each)
        else:
            raise InputError("there is no such file or directory", path, "check the path")

    def _objects(self, url: str) -> None:
        from sgwarden.aws import state_objects

        for name, content in (self.objects or state_objects.read)(url):
            if isinstance(content, str):
                self.inputs.unread.append(Skipped(name, content))
            else:
                self._document(content, name, name)

    def _directory(self, path: Path) -> None:
        from sgwarden.terraform.modules.discovery import discover

        reader = self._reader(path)
        discovered = discover(path, reader.layout)
        for where, why in discovered.unlisted:
            self.inputs.unread.append(Skipped(shown_path(where), f"the directory cannot be listed: {why}"))
        for root in discovered.roots:
            self._root(root)
        if not discovered.roots:
            states = sorted(path.rglob("*.tfstate"))
            if not states and not discovered.unlisted:
                raise InputError(
                    "no Terraform files and no states here or below", str(path), "give a directory with either"
                )
            for each in states:
                self._file(each)

    def _root(self, directory: Path) -> None:
        where = directory.resolve()
        if where in self.seen:
            return
        self.seen.add(where)
        self.progress.step(f"evaluating {shown_path(directory)}")
        try:
            root = self._reader(directory).read(directory)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", str(directory)) from error
        model = root.infrastructure
        self.inputs.sources.append(
            from_instances("hcl", model.source.path, str(where), root.instances, model.skipped, model.resources_seen)
        )
        for pattern in _STATES:
            for state in sorted(where.glob(pattern)):
                if not _is_left_behind(state):
                    self._file(state, beside=str(where))

    def _file(self, path: Path, beside: str = "") -> None:
        where = path.resolve()
        if where in self.seen:
            return
        self.seen.add(where)
        try:
            data = path.read_bytes()
        except OSError as error:
            self.inputs.unread.append(Skipped(shown_path(path), f"it cannot be read: {error.strerror or error}"))
            return
        self._document(data, shown_path(path), beside or str(where.parent))

    def _document(self, data: bytes, path: str, directory: str) -> None:
        self.progress.step(f"reading {path}")
        try:
            source = from_document(data, path, directory)
        except InputError as error:
            self.inputs.unread.append(Skipped(path, error.what))
            return
        if source.kind != "state" or self._is_newest(source, *_version(data)):
            self.inputs.sources.append(source)

    def _is_newest(self, source: DeclaredSource, lineage: str, serial: int) -> bool:
        """Whether a state is to be kept; of copies of one state the one with the highest serial is.

        A local state stays in the directory when its root module moves to a backend. Copies that hold other groups
        are other worlds. https://developer.hashicorp.com/terraform/cli/commands/state/push
        """
        ids = {each.id for each in source.infrastructure.security_groups if each.id is not None}
        for other, other_serial, other_ids in self.states.get(lineage, ()) if lineage else ():
            if not ids & other_ids:
                continue
            old, new = (source, other) if serial <= other_serial else (other, source)
            self.inputs.warnings.append(f"{old.path} is left out: {new.path} is the same state, and as new or newer")
            if old is source:
                return False
            self.inputs.sources.remove(other)
            self.states[lineage].remove((other, other_serial, other_ids))
            break
        self.states.setdefault(lineage, []).append((source, serial, ids))
        return True

    def _reader(self, path: Path) -> Reader:
        from sgwarden.cache.syntax import SyntaxCache, default_directory
        from sgwarden.sources.hcl import Reader
        from sgwarden.terraform.modules.discovery import repository_root
        from sgwarden.terraform.modules.variables import Options

        bound = repository_root(path)
        if bound not in self.readers:
            files = tuple(Path(name) for name in self.given.var_files)
            for name in files:
                if not name.is_file():
                    raise InputError("there is no such file", str(name), "check the path")
            options = Options(
                variables=tuple(assignment(text) for text in self.given.variables),
                var_files=files,
                environment=dict(os.environ),
                workspace=self.given.workspace,
            )
            cache = SyntaxCache(default_directory(os.environ) if self.given.use_cache else None)
            self.readers[bound] = Reader(bound, options, cache=cache, on_read=self.progress.file_read)
        return self.readers[bound]
