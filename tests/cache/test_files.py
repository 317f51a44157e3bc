"""Where caches lie, and files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

from sgwarden.cache.files import default_directory, write_whole


def test_where_it_is() -> None:
    assert default_directory({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/sgwarden")
    assert default_directory({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/sgwarden")
    assert default_directory({}) is None


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.json"
    assert write_whole(file, b"1")
    assert write_whole(file, b"2")
    assert [(each.name, each.read_bytes()) for each in file.parent.iterdir()] == [("a.json", b"2")]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.json" / "b").mkdir(parents=True)
    assert not write_whole(tmp_path / "a.json", b"1")
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
