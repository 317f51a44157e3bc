"""Live input from files: what kind each is, and files that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgwarden.errors import InputError
from sgwarden.sources.documents.live_files import read_path
from sgwarden.sources.snapshot import document

GROUPS = json.dumps({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "a", "OwnerId": "123456789012"}]})


def test_a_folder_a_file_and_a_snapshot_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "123456789012" / "eu-west-1"
    folder.mkdir(parents=True)
    (folder / "groups.json").write_text(GROUPS)
    (whole,) = read_path(str(tmp_path))
    assert [group.id for group in whole.security_groups] == ["sg-1"]
    (alone,) = read_path(str(folder / "groups.json"))
    assert [group.id for group in alone.security_groups] == ["sg-1"]
    (tmp_path / "night.json").write_text(document.write((whole,), "2025-03-01T02:00:00Z"))
    (snapshot,) = read_path(str(tmp_path / "night.json"))
    assert snapshot.security_groups == whole.security_groups


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file or directory"):
        read_path(str(tmp_path / "absent.json"))
