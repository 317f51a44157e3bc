"""Read the declared side of a comparison: code, plans and states, with what the model does not hold of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.drift.declared import ASSOCIATION_TYPE, ENTRY_TYPE, GROUP_TYPES, DeclaredSource, facts
from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.run.inputs import Document, NotRead
from sgwarden.run.load import Loader, ReadObjects
from sgwarden.run.options import LoadOptions, NoProgress, Progress
from sgwarden.sources.documents import detect
from sgwarden.sources.documents.detect import Kind, Reading
from sgwarden.sources.plan.addresses import module_chain
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.plan.references import split_module
from sgwarden.sources.plan.values import mark_sensitive, tuples
from sgwarden.sources.resources import build
from sgwarden.sources.state import read_state

_TYPES = frozenset(
    (
        *GROUP_TYPES, ASSOCIATION_TYPE, ENTRY_TYPE, "aws_security_group_rule", "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_rules_exclusive", "aws_ec2_managed_prefix_list",
    )
)  # fmt: skip
"""All that a comparison needs."""


class DeclaredSources(Struct, frozen=True):
    """Everything declared that was read."""

    sources: tuple[DeclaredSource, ...] = ()
    """Sorted by path."""
    warnings: tuple[str, ...] = ()
    unread: tuple[Skipped, ...] = field(default_factory=tuple)
    """Inputs that exist and could not be read."""


def load_declared(
    paths: Sequence[str],
    options: LoadOptions,
    progress: Progress | None = None,
    read_objects: ReadObjects | None = None,
) -> DeclaredSources:
    """Read every path; a document that is broken is noted and the rest is read.

    ``read_objects`` reads URLs of S3 (default: ``sgwarden.aws.state_objects.read``). Raises InputError for a path that
    does not exist or holds nothing to read, UsageError for a second stdin.
    """
    progress = progress or NoProgress()
    loader = Loader(options, progress, read_objects=read_objects)
    states = _States()
    unread: list[Skipped] = []
    for found in loader.find(paths, with_states=True):
        if isinstance(found, NotRead):
            unread += found.skipped
        elif isinstance(found, Document):
            progress.step(f"reading {found.path}")
            try:
                states.add(from_document(found.data, found.path, found.directory), found.data)
            except InputError as error:
                unread.append(Skipped(found.path, error.what))
        else:
            loaded = loader.evaluate(found)
            model = loaded.infrastructure
            described: dict[str, Any] = facts(loaded.instances)
            states.sources.append(DeclaredSource("hcl", model.source.path, str(found.path), model, **described))
    loader.flush()
    sources = sorted(states.sources, key=lambda each: (each.path, each.kind))
    return DeclaredSources(tuple(sources), tuple(states.warnings), tuple(unread))


def from_document(data: bytes, path: str, directory: str = "") -> DeclaredSource:
    """Read a plan or a state. Raises InputError for anything else."""
    kind = detect.detect(data, path)
    if kind is Kind.PLAN:
        return _plan(data, path, directory)
    if kind in (Kind.STATE, Kind.SHOWN_STATE):
        return _source("state", path, directory, read_state(data, path, types=_TYPES))
    raise InputError(
        "this is no Terraform code, plan or state", path,
        "give a directory, `terraform show -json PLANFILE` output, a state file, or - for `terraform state pull`",
    )  # fmt: skip


def _plan(data: bytes, path: str, directory: str) -> DeclaredSource:
    source = _source("plan", path, directory, read_plan(data, path, types=_TYPES))
    raw: dict[str, msgspec.Raw] = detect.decode(detect.utf8(data, path), dict[str, msgspec.Raw], path)
    prior = bytes(raw.get("prior_state", b""))
    if not prior or prior == b"null":
        return source
    drift: Any = detect.decode(raw.get("resource_drift", msgspec.Raw(b"[]")), Any, path)
    return replace(source, prior=_before_refresh(prior, drift if isinstance(drift, list) else [], path, directory))


def _before_refresh(prior: bytes, drift: list[Any], path: str, directory: str) -> DeclaredSource:
    """Return the state that a plan was made of: the refreshed one, with what the refresh changed taken back.

    https://developer.hashicorp.com/terraform/internals/json-format (``prior_state``, ``resource_drift``)
    """
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
    """Return an instance as it was before the refresh; None when the refresh found it first."""
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


def _source(kind: Literal["plan", "state"], path: str, directory: str, reading: Reading) -> DeclaredSource:
    return from_instances(
        kind, path, directory, reading.instances, reading.skipped, reading.resources_seen, reading.removed
    )


def from_instances(
    kind: Literal["hcl", "plan", "state"],
    path: str,
    directory: str,
    instances: Iterable[ResourceInstance],
    skipped: Iterable[Skipped],
    seen: int,
    removed: Iterable[ResourceInstance] = (),
) -> DeclaredSource:
    """Return the source that evaluated instances make; ``removed`` as for ``build``."""
    known = list(instances)
    described: dict[str, Any] = facts(known)
    return DeclaredSource(kind, path, directory, build(known, Source(kind, path), skipped, seen, removed), **described)


def _version(data: bytes) -> tuple[str, int]:
    """Return lineage and serial of a state; an empty lineage where it has none."""
    try:
        found: Any = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        lineage, serial = (msgspec.json.decode(found.get(name, b"null")) for name in ("lineage", "serial"))
    except (msgspec.DecodeError, UnicodeDecodeError):  # its reader has accepted it: a byte order mark
        return "", 0
    return (lineage, serial) if isinstance(lineage, str) and isinstance(serial, int) else ("", 0)


class _States:
    """Sources of which each state is kept once."""

    def __init__(self) -> None:
        self.sources: list[DeclaredSource] = []
        self.warnings: list[str] = []
        self._by_lineage: dict[str, list[tuple[DeclaredSource, int, set[str]]]] = {}
        """Source, serial and ids of groups by lineage."""

    def add(self, source: DeclaredSource, data: bytes) -> None:
        """Add a document; of copies of one state the one with the highest serial is kept."""
        if source.kind != "state" or self._is_newest(source, *_version(data)):
            self.sources.append(source)

    def _is_newest(self, source: DeclaredSource, lineage: str, serial: int) -> bool:
        """Return True if a state is to be kept.

        A local state stays in the directory when its root module moves to a backend. Copies that hold other groups
        are other worlds. https://developer.hashicorp.com/terraform/cli/commands/state/push
        """
        ids = {each.id for each in source.infrastructure.security_groups if each.id is not None}
        for other, other_serial, other_ids in self._by_lineage.get(lineage, ()) if lineage else ():
            if not ids & other_ids:
                continue
            old, new = (source, other) if serial <= other_serial else (other, source)
            self.warnings.append(f"{old.path} is left out: {new.path} is the same state, and as new or newer")
            if old is source:
                return False
            self.sources.remove(other)
            self._by_lineage[lineage].remove((other, other_serial, other_ids))
            break
        self._by_lineage.setdefault(lineage, []).append((source, serial, ids))
        return True
