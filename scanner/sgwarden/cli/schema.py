"""``sgwarden schema NAME``: the JSON Schema of a document."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode

_SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
_SUFFIX = ".schema.json"


def names() -> list[str]:
    """Return the names of the schemas that the package ships, sorted."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in _SCHEMAS.glob(f"*{_SUFFIX}"))


def run(arguments: Namespace) -> int:
    """Print the schema as it is shipped."""
    console.write_stdout((_SCHEMAS / f"{arguments.name}{_SUFFIX}").read_text(encoding="utf-8"))
    return ExitCode.OK
