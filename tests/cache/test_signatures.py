"""Whether files and directories are what they were."""

from __future__ import annotations

import os
from pathlib import Path

from sgwarden.cache.signatures import Signature, Signatures, key_of


def changed(stored: dict[str, Signature]) -> set[str]:
    now = Signatures(stored)
    return {key for key in stored if not now.unchanged(key)}


def test_files_names_and_trees(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (below / "main.tf").write_text("one")
    absent = tmp_path / "absent"
    keys = [f"d:{tmp_path / 'a'}", f"d:{below}", f"f:{below / 'main.tf'}", key_of(tmp_path / "a"), key_of(absent)]
    assert keys[3:] == [f"t:{tmp_path / 'a'}", f"f:{absent}"]
    before = Signatures({})
    stored = {key: before.current(key) for key in keys}
    assert stored[f"f:{absent}"] == []
    assert changed(stored) == set()
    (below / "main.tf").write_text("two")
    assert changed(stored) == {keys[2]}
    (below / "more.tf").write_text("")
    assert changed(stored) == {keys[1], keys[2], keys[3]}
    absent.write_text("")
    assert changed(stored) == {keys[1], keys[2], keys[3], keys[4]}


def test_a_settled_file_is_not_read_again(tmp_path: Path) -> None:
    """Another content of the same length under the same time stamp shows that only the stamp was looked at."""
    file = tmp_path / "main.tf"
    file.write_text("one")
    os.utime(file, (1, 1))
    stored = {f"f:{file}": Signatures({}).current(f"f:{file}")}
    with file.open("r+") as stream:
        stream.write("two")
    os.utime(file, (1, 1))
    assert changed(stored) == set()
    os.utime(file, (2, 2))
    assert changed(stored) == set(stored)


def test_a_listing_that_was_made_before_is_taken(tmp_path: Path) -> None:
    (tmp_path / "b").touch()
    (tmp_path / "a").touch()
    signatures = Signatures({})
    signatures.listed(tmp_path, ["b", "a"])
    assert signatures.current(f"d:{tmp_path}") == Signatures({}).current(f"d:{tmp_path}")
