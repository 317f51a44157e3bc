"""Live input from files: a snapshot, or documents as the AWS CLI prints them."""

from __future__ import annotations

from pathlib import Path

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.sources.documents import aws_cli, detect
from sgwarden.sources.snapshot import document


def read_path(path: str) -> tuple[Infrastructure, ...]:
    """Return one infrastructure for each account and region in a file or folder. Raises InputError."""
    where = Path(path)
    if where.is_dir():
        return aws_cli.read_folder(where)
    try:
        data = where.read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file or directory", path, "check the path") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from error
    return read_bytes(data, path)


def read_bytes(data: bytes, path: str) -> tuple[Infrastructure, ...]:
    """Return the same from the content of one file."""
    text = document.unpacked(data, path)
    if detect.detect(text, path) is detect.Kind.SNAPSHOT:
        return document.read(text, path)
    return aws_cli.read_file(text, path)
