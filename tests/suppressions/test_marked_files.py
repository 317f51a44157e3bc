"""Files whose comments may suppress findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.suppressions.marked_files import is_marked, marked_below, marked_files, module_directories

MARK = "# sgwarden:ignore=open-admin-port\n"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("main.tf", MARK, True),
        ("main.tf", "# checkov:skip=CKV_AWS_24\n", True),
        ("main.tf", "# nothing\n", False),
        ("main.tf.json", '{"//": "sgwarden:ignore=*"}', True),
        ("prod.tfvars", MARK, True),
        ("README.md", MARK, False),
    ],
)
def test_is_marked(tmp_path: Path, name: str, text: str, expected: bool) -> None:
    (tmp_path / name).write_text(text)
    assert is_marked(tmp_path / name, tmp_path) is expected


def test_files_that_cannot_be_read_are_left_to_their_readers(tmp_path: Path) -> None:
    assert not is_marked(tmp_path / "gone.tf", tmp_path)
    assert marked_files([tmp_path / "gone"], tmp_path) == []


def test_marked_files_of_a_root_and_its_modules(tmp_path: Path) -> None:
    for name, source in (("live", "../modules/a"), ("modules/a", "../b"), ("modules/b", "../a"), ("other", "../b")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "main.tf").write_text(f'{MARK}module "m" {{\n  source = "{source}"\n}}\n')
    (tmp_path / "live" / "clean.tf").touch()
    top, live = tmp_path.resolve(), tmp_path.resolve() / "live"
    assert module_directories(live, top) == {live, top / "modules" / "a", top / "modules" / "b"}
    assert module_directories(live, live) == {live}
    assert marked_below([live], top, top) == ["live/main.tf", "modules/a/main.tf", "modules/b/main.tf"]
