"""What functions may need beyond their arguments: where files are, and who renders templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from sgwarden.terraform.types.values import Value


def _not_recorded(_path: Path) -> None:
    """Recorder of callers that do not care which files were read."""


class FunctionContext(Struct, frozen=True):
    """The surroundings of a function call."""

    base_dir: Path
    """Directory Terraform runs in (the root module); relative paths start here."""
    allowed_root: Path
    """Files are read only inside this directory, symbolic links resolved."""
    on_read: Callable[[Path], None] = _not_recorded
    """Told the resolved path of each file whose content (or absence) the result depends on."""
    render_template: Callable[[str, Mapping[str, Value], str], Value] | None = None
    """Evaluates template text with the given variables; the last argument is how messages name the template.

    Raises EvaluationError, an ArgumentError for argument 1 when the template refers to another variable."""
