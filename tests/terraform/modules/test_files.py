"""Which files make up a module, and which may be read."""

from __future__ import annotations

from pathlib import Path

from sgwarden.terraform.modules.files import repository_root
from tests.terraform.evaluating import write


def test_repository_root_is_the_nearest_directory_with_git(tmp_path: Path) -> None:
    write(tmp_path, {"repository/.git/HEAD": "", "repository/a/b/main.tf": ""})
    assert repository_root(tmp_path / "repository" / "a" / "b" / "main.tf") == tmp_path / "repository"


def test_without_git_the_path_itself_is_the_bound(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": ""})
    assert repository_root(tmp_path / "a") == tmp_path / "a"
