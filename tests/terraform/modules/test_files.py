"""Which files make up a module, and which may be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgwarden.terraform.modules.files import (
    UnreadableFile,
    configuration_files,
    is_configuration,
    is_local,
    is_override,
    local_directory,
    read_scanned,
    read_scanned_if_possible,
    repository_root,
)
from tests.terraform.evaluating import write


def test_repository_root_is_the_nearest_directory_with_git(tmp_path: Path) -> None:
    write(tmp_path, {"repository/.git/HEAD": "", "repository/a/b/main.tf": ""})
    assert repository_root(tmp_path / "repository" / "a" / "b" / "main.tf") == tmp_path / "repository"


def test_without_git_the_path_itself_is_the_bound(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": ""})
    assert repository_root(tmp_path / "a") == tmp_path / "a"


@pytest.mark.parametrize(
    ("name", "reads", "overrides"),
    [
        ("main.tf", True, False),
        ("main.tofu.json", True, False),
        ("override.tf", True, True),
        ("a_override.tf.json", True, True),
        (".main.tf", False, False),
        ("main.tf~", False, False),
        ("#main.tf#", False, False),
        ("#main.tf", True, False),
        ("terraform.tfvars", False, False),
    ],
)
def test_names_of_configuration_files(name: str, reads: bool, overrides: bool) -> None:
    assert (is_configuration(name), is_override(name)) == (reads, overrides)


def test_overrides_come_last_and_a_tofu_file_hides_its_twin(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("b.tf", "a_override.tf", "c.tf.json", "b.tofu", "notes.txt"), ""))
    assert [path.name for path in configuration_files(tmp_path)] == ["b.tofu", "c.tf.json", "a_override.tf"]


@pytest.mark.parametrize(
    ("source", "local"),
    [("./a", True), ("../a", True), ("..", True), ("a/b/c", False), ("/a", False), ("git::x", False)],
)
def test_local_sources(source: str, local: bool) -> None:
    assert is_local(source) is local


def test_why_a_file_must_not_be_read(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"good": "12345", "directory/x": ""})
    (root / "link").symlink_to(write(tmp_path, {"outside": ""}) / "outside")
    write(root, {".git/config": ""})
    (root / "device").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe")
    (root / "loop").symlink_to("loop")
    reasons = {}
    for name in ("good", "directory", "link", "missing", ".git/config", "device", "pipe", "loop"):
        with pytest.raises(UnreadableFile) as refused:
            read_scanned(root / name, root, 4)
        reasons[name] = str(refused.value).partition(" from ")[0]
        assert read_scanned_if_possible(root / name, root, 4) is None
    assert reasons == {
        ".git/config": "belongs to git",
        "device": f"lies outside {root} (through a symbolic link)",
        "pipe": "is not a regular file",
        "loop": "cannot be read: Symlink loop",
        "good": "is larger than 4 bytes",
        "directory": "is not a regular file",
        "link": f"lies outside {root} (through a symbolic link)",
        "missing": "cannot be read: No such file or directory",
    }
    assert read_scanned(root / "good", root, 5) == b"12345"


def test_a_source_is_cleaned_as_text_before_links_count(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/inner/x": "", "a/x": ""})
    (tmp_path / "link").symlink_to("elsewhere/inner")
    assert local_directory("./link/../a", tmp_path) == tmp_path / "a"
    assert local_directory("./link", tmp_path) == tmp_path / "link"
