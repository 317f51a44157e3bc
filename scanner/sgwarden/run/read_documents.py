"""Read plans, states and snapshots into the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Source, SourceKind
from sgwarden.run.inputs import CODE, Document, LoadedSource, shown_path
from sgwarden.sources.documents.detect import Kind, Reading, detect
from sgwarden.sources.plan.locate import locate
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.resources import build
from sgwarden.sources.state import read_state
from sgwarden.suppressions.marked_files import marked_files, module_directories

if TYPE_CHECKING:
    from sgwarden.run.read_code import CodeReader

__all__ = ["Kind", "identify", "read"]
_GZIP = b"\x1f\x8b"


def identify(data: bytes, path: str, directory: str) -> Document:
    """Return a document of a known kind, unpacked. Raises InputError for what is no text."""
    if data.startswith(_GZIP):
        from sgwarden.sources.snapshot.document import unpacked  # imported late: brings the rooms that read AWS

        data = unpacked(data, path)
    return Document(data, path, directory, detect(data, path))


def read(
    document: Document, bound_of: Callable[[Path], Path], reader_of: Callable[[Path], CodeReader]
) -> list[LoadedSource]:
    """Return one source, or one for each account of a snapshot.

    Findings of a plan point at the code that it lies beside, and comments there count: ``bound_of`` a directory bounds
    what is read for it, ``reader_of`` it reads its code. Raises InputError for what is no document of Terraform.
    """
    path, directory = document.path, Path(document.directory)
    if document.kind is Kind.PLAN:
        reading = read_plan(document.data, path)
        if _holds_code(directory):
            reading = reading._replace(instances=locate(reading.instances, reader_of(directory).instances(directory)))
        return [_source("plan", document, reading, bound_of)]
    if document.kind in (Kind.STATE, Kind.SHOWN_STATE):
        return [_source("state", document, read_state(document.data, path), bound_of)]
    if document.kind is Kind.SNAPSHOT:
        from sgwarden.sources.live.read_accounts import by_account  # imported late: brings the rooms that read AWS
        from sgwarden.sources.snapshot.document import read as read_snapshot  # imported late: as above

        shown = path if path == "stdin" else shown_path(Path(path))
        return [LoadedSource(account) for account in by_account(read_snapshot(document.data, shown))]
    raise InputError(
        "this is no Terraform code, plan or state",
        path,
        "give a directory, a .tf file, `terraform show -json PLANFILE` output, or a state file",
    )


def _source(kind: SourceKind, document: Document, reading: Reading, bound_of: Callable[[Path], Path]) -> LoadedSource:
    path, directory = document.path, Path(document.directory)
    comments: list[Path] = []
    if _holds_code(directory):
        bound = bound_of(directory).resolve()
        comments = marked_files(module_directories(directory, bound), bound)
    source = Source(kind, path if path == "stdin" else shown_path(Path(path)))
    return LoadedSource(
        build(reading.instances, source, reading.skipped, reading.resources_seen, reading.removed, reading.forgotten),
        reading.instances,
        comment_files=tuple(shown_path(file) for file in comments),
    )


def _holds_code(directory: Path) -> bool:
    try:
        return any(file.name.endswith(CODE) for file in directory.iterdir())
    except OSError:
        return False
