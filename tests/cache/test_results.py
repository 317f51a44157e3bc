"""Conclusions are kept until something that they depend on changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgwarden.cache.results import Conclusion, Store
from sgwarden.findings import Finding, Part, Severity, Verdict
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.terraform.modules.discovery import Layout

PLACE = Location("main.tf", 3, 4, 5, 6, ("module.a",))
CONCLUSION = Conclusion(
    Part(
        source=Source("hcl", "."),
        findings=(
            Finding(
                policy="open-admin-port",
                verdict=Verdict.UNDECIDED,
                severity=Severity.HIGH,
                address="aws_security_group.a",
                message="message",
                location=PLACE,
                security_group="aws_security_group.a",
                evidence={"ports": [22]},
                fix="fix",
                identity=("ingress", "tcp"),
                controls=("CIS-AWS-3.0.0:5.2",),
                unknowns=("why",),
                related=(PLACE,),
                root=".",
            ),
        ),
        passed={"open-admin-port": 3},
        skipped=(Skipped("module.vpc", "is not on disk", PLACE),),
        failures=("policy: ValueError",),
        resources=4,
        security_groups=2,
        rules=9,
    ),
    {"cidr": PLACE},
    frozenset({"region"}),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "root"
    directory.mkdir()
    (directory / "main.tf").write_text("# one\n")
    (directory / "rules.yaml").write_text("a: 1\n")
    return directory


def remembered(tmp_path: Path, root: Path) -> None:
    store = Store(tmp_path / "cache", ["options"])
    store.remember(root, CONCLUSION, {root: [root / "main.tf"]}, [root / "rules.yaml", root / "absent.yaml"])
    store.flush()


def recalled(tmp_path: Path, root: Path, options: str = "options") -> Conclusion | None:
    return Store(tmp_path / "cache", [options]).conclusion(root)


def test_an_unchanged_root_is_recalled_whole(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    assert recalled(tmp_path, root) == CONCLUSION


def test_another_time_stamp_alone_is_no_change(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    os.utime(root / "main.tf", (1, 1))
    assert recalled(tmp_path, root) == CONCLUSION


def test_an_old_time_stamp_spares_reading_again(tmp_path: Path, root: Path) -> None:
    for name in ("main.tf", "rules.yaml"):
        os.utime(root / name, (1, 1))
    remembered(tmp_path, root)
    assert recalled(tmp_path, root) == CONCLUSION


@pytest.mark.parametrize("change", ["main.tf", "rules.yaml", "absent.yaml", "new.tf"])
def test_a_change_of_any_dependency_is_seen(tmp_path: Path, root: Path, change: str) -> None:
    remembered(tmp_path, root)
    (root / change).write_text("changed\n")
    assert recalled(tmp_path, root) is None


def test_a_removed_file_is_seen(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    (root / "main.tf").unlink()
    assert recalled(tmp_path, root) is None


def test_other_options_have_their_own_conclusions(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    assert recalled(tmp_path, root, "other options") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"signatures":[],"roots":{},"layouts":{}}', b"\xff\xfe"])
def test_a_broken_file_is_ignored(tmp_path: Path, root: Path, content: bytes) -> None:
    remembered(tmp_path, root)
    (file,) = (tmp_path / "cache" / "scans").iterdir()
    file.write_bytes(content)
    assert recalled(tmp_path, root) is None


def test_a_foreign_conclusion_is_ignored(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    (file,) = (tmp_path / "cache" / "scans").iterdir()
    file.write_text(file.read_text().replace('"undecided"', '"perhaps"'))
    assert recalled(tmp_path, root) is None


def test_without_a_directory_nothing_is_kept(tmp_path: Path, root: Path) -> None:
    store = Store(None, [])
    store.remember(root, CONCLUSION, {root: []}, [])
    store.flush()
    assert Store(None, []).conclusion(root) is None


def test_a_directory_that_cannot_be_written_is_no_error(tmp_path: Path, root: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a directory")
    remembered(tmp_path, root)
    assert recalled(tmp_path, root) is None


def test_layouts_are_kept_until_a_file_of_the_directory_changes(tmp_path: Path, root: Path) -> None:
    layout = Layout((str(tmp_path / "module"),), True)
    store = Store(tmp_path / "cache", [])
    store.remember_layout(root, [root / "main.tf"], layout)
    store.flush()
    assert Store(tmp_path / "cache", []).layout(root) == layout
    (root / "main.tf").write_text("changed\n")
    assert Store(tmp_path / "cache", []).layout(root) is None
