"""The base as a tree of files that mirrors the work tree's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cache.syntax import SyntaxCache
from sgwarden.errors import UsageError
from sgwarden.gate.base_tree import base_tree, working_in
from sgwarden.terraform.syntax.parse import read_file
from tests.gate.conftest import commit


def test_the_mirror_goes_away_and_holds_the_base_at_its_place(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "a").mkdir()
    (repository / "a" / "main.tf").write_text("locals {}\n")
    commit(repository)
    (repository / "a" / "main.tf").write_text("")
    (repository / "b").mkdir()
    (repository / "b" / "main.tf").write_text("")
    monkeypatch.chdir(repository / "b")
    with base_tree("HEAD", ["../a", ".", "main.tf", "../a/main.tf"], [], False) as base:
        place = base.mirror / repository.resolve().relative_to("/")
        assert base.paths == (str(place / "a"), str(place / "a" / "main.tf"))
        assert base.directory == place / "b"
        assert (place / "a" / "main.tf").read_text() == "locals {}\n"
        with working_in(base.directory):
            assert Path.cwd() == place / "b"
        assert Path.cwd() == repository / "b"
    assert not base.mirror.exists()


def test_stdin_has_no_base(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    commit(repository)
    with pytest.raises(UsageError, match="use --new-only for a plan"), base_tree("HEAD", ["-"], [], False):
        pass


def test_unchanged_code_of_the_base_is_not_parsed_again(tmp_path: Path) -> None:
    """A hit is told from a miss by planting another block under the text."""
    [planted] = [stub.block for stub in read_file(Path("/x/main.tf"), "b {}\n", None).blocks]
    assert planted is not None
    kept = SyntaxCache(tmp_path)
    kept.put(Path("/x/main.tf"), "a {}", planted)
    kept.flush()
    mirror = Path("/tmp/mirror")
    assert SyntaxCache(tmp_path, mirror=mirror).get(mirror / "x" / "main.tf", "a {}") == planted
    assert SyntaxCache(tmp_path, mirror=mirror).get(Path("/y/main.tf"), "a {}") is None
    assert SyntaxCache(tmp_path).get(mirror / "x" / "main.tf", "a {}") is None
