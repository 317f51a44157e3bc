"""Commits read from the object database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgwarden.errors import InputError, UsageError
from sgwarden.gate import git as git_objects
from sgwarden.gate.git import Repository
from tests.gate.conftest import commit, git


def tree(directory: Path) -> dict[str, str]:
    """Every file below a directory with its content, links with where they lead."""
    return {
        path.relative_to(directory).as_posix(): f"-> {os.readlink(path)}"
        if path.is_symlink()
        else path.read_bytes().decode()
        for path in sorted(directory.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_a_commit_is_written_as_it_was(repository: Path, tmp_path: Path) -> None:
    (repository / "a b").mkdir()
    (repository / "a b" / "mäin.tf").write_text("one\r\n")
    (repository / "odd\nname").write_text("")
    (repository / "inside").symlink_to("a b/mäin.tf")
    (repository / "outside").symlink_to("../../etc/passwd")
    (repository / "absolute").symlink_to("/etc/passwd")
    (repository / ".gitattributes").write_text("*.tf filter=evil\n")
    git(repository, "config", "filter.evil.smudge", f"touch {tmp_path / 'ran'}")
    first = commit(repository)
    (repository / "a b" / "mäin.tf").write_text("two")
    (repository / "untracked").write_text("x")
    left_out = Repository.around(repository / "a b").write_tree(first, tmp_path / "tree")
    assert tree(tmp_path / "tree") == {
        ".gitattributes": "*.tf filter=evil\n",
        "a b/mäin.tf": "one\r\n",
        "inside": "-> a b/mäin.tf",
        "odd\nname": "",
    }
    assert left_out == [
        "absolute: a link that leads out of the repository",
        "outside: a link that leads out of the repository",
    ]
    assert not (tmp_path / "ran").exists()
    assert (repository / "a b" / "mäin.tf").read_text() == "two"


def test_submodules_and_what_is_too_large_are_left_out(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "other")
    commit(tmp_path / "other")
    git(repository, "submodule", "--quiet", "add", str(tmp_path / "other"), "modules/other")
    (repository / "a.bin").write_text("x" * 100)
    (repository / "z.tf").write_text("y" * 60)
    whole = commit(repository)
    monkeypatch.setattr(git_objects, "MAX_TOTAL", 150)
    left_out = Repository(repository).write_tree(whole, tmp_path / "tree")
    assert "modules/other: a submodule is not read" in left_out
    assert "a.bin: too large (100 bytes)" in left_out
    assert (tmp_path / "tree" / "z.tf").exists()


def test_the_merge_base_is_where_the_branches_part(repository: Path) -> None:
    base = commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    commit(repository)
    git(repository, "checkout", "--quiet", "main")
    commit(repository)
    git(repository, "checkout", "--quiet", "change")
    assert Repository(repository).merge_base("main") == base
    assert Repository(repository).merge_base("HEAD^") == base


@pytest.mark.parametrize(
    ("reference", "help_"),
    [
        ("nope", "run `git fetch origin nope` and give FETCH_HEAD, or check its name"),
        ("origin/main", "run `git fetch origin main:refs/remotes/origin/main`"),
        ("--upload-pack=x", "give another base"),
        ("", "give another base"),
        ("HEAD^7", "give another base"),
    ],
)
def test_a_reference_that_is_not_there(repository: Path, reference: str, help_: str) -> None:
    git(repository, "remote", "add", "origin", "https://example.com/x")
    commit(repository)
    with pytest.raises(UsageError) as error:
        Repository(repository).merge_base(reference)
    assert str(error.value) == f"git knows no commit {reference!r} in this clone; {help_}"


def test_a_clone_that_is_too_shallow(repository: Path, tmp_path: Path) -> None:
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    commit(repository)
    git(repository, "checkout", "--quiet", "main")
    commit(repository)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-single-branch", f"file://{repository}", str(clone))
    git(clone, "checkout", "--quiet", "change")
    with pytest.raises(UsageError) as error:
        Repository(clone).merge_base("origin/main")
    assert "this clone is too shallow to tell where HEAD and origin/main part; run `git fetch --unshallow`" in str(
        error.value
    )
    with pytest.raises(UsageError) as error:
        Repository(clone).merge_base("HEAD^")
    assert str(error.value).endswith("`git fetch --deepen=1` brings earlier commits")


def test_no_repository_and_no_commit(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run this in a clone of the repository"):
        Repository.around(tmp_path)
    with pytest.raises(UsageError, match="no commit yet"):
        Repository(repository).merge_base("HEAD")


def test_a_clone_without_contents(repository: Path, tmp_path: Path) -> None:
    """What a filter left out is never fetched; one of Terraform's files is needed, others are not."""
    for name in ("main.tf", "picture.png", "same.tf"):
        (repository / name).write_text(name)
    base = commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    for name in ("main.tf", "picture.png"):
        (repository / name).write_text("changed")
    commit(repository)
    git(repository, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{repository}", str(clone))
    with pytest.raises(InputError) as error:
        Repository(clone).write_tree(base, tmp_path / "tree")
    assert str(error.value) == (
        f"{clone}: commit {base[:12]} cannot be read: the content of main.tf is not in this clone; "
        f"run `git diff {base[:12]} HEAD > /dev/null`, which fetches what the clone's filter left out"
    )
    git(clone, "diff", base, "HEAD", "--", "main.tf")
    assert Repository(clone).write_tree(base, tmp_path / "whole") == [
        "picture.png: its content is not in this clone",
    ]
    assert tree(tmp_path / "whole") == {"main.tf": "main.tf", "same.tf": "same.tf"}


def test_a_damaged_clone(repository: Path, tmp_path: Path) -> None:
    (repository / "main.tf").write_text("locals {}")
    base = commit(repository)
    blob = git(repository, "rev-parse", "HEAD:main.tf")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(InputError, match="run `git fsck`: the clone is damaged"):
        Repository(repository).write_tree(base, tmp_path / "tree")


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_LITERAL_PATHSPECS"],
)
def test_variables_of_git_do_not_lead_elsewhere(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (repository / "main.tf").write_text("locals {}")
    (repository / ".gitignore").write_text("*.tfvars")
    base = commit(repository)
    (repository / "a.tfvars").write_text("")
    monkeypatch.setenv(name, "1" if name.endswith("SPECS") else str(tmp_path / "nothing"))
    found = Repository.around(repository)
    assert found.merge_base("HEAD") == base
    assert found.write_tree(base, tmp_path / "tree") == []
    assert found.untracked("**/*.tfvars", ignored_only=True) == ["a.tfvars"]


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_packed_commits_of_a_work_tree_beside_and_a_detached_head(tmp_path: Path, format_: str) -> None:
    first = tmp_path / "first"
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", "--object-format", format_, str(first))
    (first / "main.tf").write_text("locals {}")
    base = commit(first)
    git(first, "gc", "--quiet")
    git(first, "pack-refs", "--all")
    git(first, "worktree", "add", "--quiet", "--detach", str(tmp_path / "second"))
    commit(tmp_path / "second")
    found = Repository.around(tmp_path / "second")
    assert found.merge_base("main") == base
    assert found.write_tree(base, tmp_path / "tree") == []
    assert tree(tmp_path / "tree") == {"main.tf": "locals {}"}


def test_files_that_look_like_a_repository_answer_for_none(repository: Path, tmp_path: Path) -> None:
    (repository / "main.tf").write_text("locals {}")
    base = commit(repository)
    other = tmp_path / "other"
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(other))
    commit(other)
    bare = repository / "live" / "x"
    bare.mkdir(parents=True)
    for name in ("HEAD", "objects", "refs"):
        (other / ".git" / name).rename(bare / name)
    (bare / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tsshCommand = touch {tmp_path}/ran\n"
    )
    found = Repository.around(bare)
    assert (found.top, found.merge_base("main")) == (repository, base)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("protocol", ["ext", "file", "http", "https", "ssh", "git"])
def test_nothing_is_fetched_though_a_repository_allows_a_protocol(
    repository: Path, tmp_path: Path, protocol: str
) -> None:
    (repository / "main.tf").write_text("locals {}")
    base = commit(repository)
    blob = git(repository, "rev-parse", "HEAD:main.tf")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    url = {"ext": f"ext::touch {tmp_path}/ran", "file": f"file://{tmp_path}", "ssh": "ssh://host/x"}.get(
        protocol, f"{protocol}://127.0.0.1:9/x"
    )
    for name, value in {
        "remote.origin.url": url, "remote.origin.promisor": "true", "core.sshCommand": f"touch {tmp_path}/ran",
        f"protocol.{protocol}.allow": "always", "extensions.partialClone": "origin",
    }.items():  # fmt: skip
        git(repository, "config", name, value)
    with pytest.raises(InputError, match=r"the content of main\.tf is not in this clone"):
        Repository(repository).write_tree(base, tmp_path / "tree")
    assert not (tmp_path / "ran").exists()
