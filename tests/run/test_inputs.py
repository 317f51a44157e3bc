"""How paths and variables are understood and shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.errors import InputError, UsageError
from sgwarden.model.infrastructure import Skipped
from sgwarden.run.inputs import NotRead, assignment, content, existing, shown_path


def test_shown_path(work: Path) -> None:
    assert shown_path(work / "a" / "main.tf") == "a/main.tf"
    assert shown_path(Path("a/../b")) == "b"
    assert shown_path(work.parent / "x") == "../x"


def test_assignment() -> None:
    assert assignment("a = b=c") == ("a", " b=c")
    for text in ("a", "=b", " =b"):
        with pytest.raises(UsageError, match="is not NAME=VALUE"):
            assignment(text)


def test_files_that_are_not_there(work: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        existing("a.tfvars")
    with pytest.raises(InputError, match="there is no such file or directory"):
        content("a.json")
    with pytest.raises(InputError, match="cannot be read"):
        content(".")


def test_what_is_not_read_is_a_source_that_is_incomplete() -> None:
    skipped = Skipped("a", "the directory cannot be listed: Permission denied")
    model = NotRead("a", (skipped,)).as_source().infrastructure
    assert (model.source.kind, model.source.path, model.skipped) == ("hcl", "a", (skipped,))
