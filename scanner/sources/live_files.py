"""Live input from files: a snapshot, or documents as the AWS CLI prints them."""

from __future__ import annotations

from pathlib import Path

from scanner.errors import InputError
from scanner.model.infrastructure import Infrastructure
from scanner.sources import cli_documents, documents, snapshot


def read_path(path: str) -> tuple[Infrastructure, ...]:
    """One infrastructure for each account and region that the file or folder holds. Raises InputError."""
    where = Path(path)
    if where.is_dir():
        return cli_documents.read_folder(where)
    try:
        data = where.read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file or directory", path, "check the path") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from error
    return read_bytes(data, path)


def read_bytes(data: bytes, path: str) -> tuple[Infrastructure, ...]:
    """The same for the content of one file."""
    text = snapshot.unpacked(data, path)
    if documents.detect(text, path) is documents.Kind.SNAPSHOT:
        return snapshot.read(text, path)
    return cli_documents.read_file(text, path)
