"""Results are kept until something that they depend on changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields, replace

from sgwarden.cache.results import CachedResult, ResultCache
from sgwarden.findings import Facts, Finding, Part, Severity, Verdict
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.terraform.modules.discovery import Layout

PLACE = Location("main.tf", 3, 4, 5, 6, ("module.a",))
RESULT = CachedResult(
    Part(
        source=Source("hcl", "."),
        findings=(
            Finding(
                policy="open-admin-port",
                verdict=Verdict.UNDECIDED,
                severity=Severity.HIGH,
                address="aws_security_group.a",
                fault="may open",
                location=PLACE,
                subject="A rule",
                cause="`var.a`",
                security_group="aws_security_group.a",
                evidence={"ports": [22]},
                fix="fix",
                identity=("ingress", "tcp"),
                controls=("CIS-AWS-3.0.0:5.2",),
                unknowns=("why",),
                remarks=("Checkov says so too.",),
                related=(PLACE,),
                elements=(PLACE,),
                root=".",
                fingerprint="0123",
                status="suppressed",
                suppression="reason",
                suppressed_by="main.tf:5",
                facts=Facts("hcl", "sg-1", "111122223333", "eu-west-1", (("Name", "web"),), "web"),
                enabled=False,
                also=("public-database",),
            ),
        ),
        passed={"open-admin-port": 3},
        skipped=(Skipped("module.vpc", "is not on disk", PLACE, True),),
        failures=("policy: ValueError",),
        resources=4,
        security_groups=2,
        rules=9,
    ),
    {"cidr": PLACE},
    frozenset({"region"}),
    ("main.tf",),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "root"
    directory.mkdir()
    (directory / "main.tf").write_text("# one\n")
    (directory / "rules.yaml").write_text("a: 1\n")
    return directory


def remembered(tmp_path: Path, root: Path, result: CachedResult = RESULT) -> None:
    store = ResultCache(tmp_path / "cache", ["options"])
    store.remember(root, result, {root: [root / "main.tf"]}, [root / "rules.yaml", root / "absent.yaml"])
    store.flush()


def recalled(tmp_path: Path, root: Path, options: str = "options") -> CachedResult | None:
    return ResultCache(tmp_path / "cache", [options]).result(root)


def test_an_unchanged_root_is_recalled_whole(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    assert recalled(tmp_path, root) == RESULT


def structs(value: object) -> Iterator[Struct]:
    if isinstance(value, Struct):
        yield value
        for each in fields(value):
            yield from structs(getattr(value, each.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from structs(item)


def test_no_field_has_its_default_in_the_result_that_is_recalled_whole() -> None:
    """A field added later must be set in ``RESULT``, so that the test above shows that the cache keeps it."""
    unset = [
        f"{type(struct).__name__}.{each.name}"
        for struct in structs(RESULT)
        for each in fields(struct)
        if getattr(struct, each.name) == (each.default if each.default is not NODEFAULT else {})
    ]
    assert unset == ["Part.passed_subjects"]


def test_addresses_that_passed_are_left_out(tmp_path: Path, root: Path) -> None:
    assert RESULT.part is not None
    passed = replace(RESULT, part=replace(RESULT.part, passed_subjects={"open-admin-port": ("aws_security_group.b",)}))
    remembered(tmp_path, root, passed)
    assert recalled(tmp_path, root) == RESULT


def test_a_path_that_is_not_utf_8_is_not_kept(tmp_path: Path, root: Path) -> None:
    assert RESULT.part is not None
    remembered(tmp_path, root, replace(RESULT, part=replace(RESULT.part, source=Source("hcl", "\udcff"))))
    assert recalled(tmp_path, root) is None


def test_another_time_stamp_alone_is_no_change(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    os.utime(root / "main.tf", (1, 1))
    assert recalled(tmp_path, root) == RESULT


def test_an_old_time_stamp_spares_reading_again(tmp_path: Path, root: Path) -> None:
    for name in ("main.tf", "rules.yaml"):
        os.utime(root / name, (1, 1))
    remembered(tmp_path, root)
    assert recalled(tmp_path, root) == RESULT


@pytest.mark.parametrize("change", ["main.tf", "rules.yaml", "absent.yaml", "new.tf"])
def test_a_change_of_any_dependency_is_seen(tmp_path: Path, root: Path, change: str) -> None:
    remembered(tmp_path, root)
    (root / change).write_text("changed\n")
    assert recalled(tmp_path, root) is None


def test_a_removed_file_is_seen(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    (root / "main.tf").unlink()
    assert recalled(tmp_path, root) is None


def test_other_options_have_their_own_results(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    assert recalled(tmp_path, root, "other options") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"signatures":[],"roots":{},"layouts":{}}', b"\xff\xfe"])
def test_a_broken_file_is_ignored(tmp_path: Path, root: Path, content: bytes) -> None:
    remembered(tmp_path, root)
    (file,) = (tmp_path / "cache" / "scans").iterdir()
    file.write_bytes(content)
    assert recalled(tmp_path, root) is None


def test_a_foreign_result_is_ignored(tmp_path: Path, root: Path) -> None:
    remembered(tmp_path, root)
    (file,) = (tmp_path / "cache" / "scans").iterdir()
    file.write_text(file.read_text().replace('"undecided"', '"perhaps"'))
    assert recalled(tmp_path, root) is None


def test_without_a_directory_nothing_is_kept(tmp_path: Path, root: Path) -> None:
    store = ResultCache(None, [])
    store.remember(root, RESULT, {root: []}, [])
    store.flush()
    assert ResultCache(None, []).result(root) is None


def test_a_directory_that_cannot_be_written_is_no_error(tmp_path: Path, root: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a directory")
    remembered(tmp_path, root)
    assert recalled(tmp_path, root) is None


def test_layouts_are_kept_until_a_file_of_the_directory_changes(tmp_path: Path, root: Path) -> None:
    layout = Layout((str(tmp_path / "module"),), True)
    store = ResultCache(tmp_path / "cache", [])
    store.remember_layout(root, [root / "main.tf"], layout)
    store.flush()
    assert ResultCache(tmp_path / "cache", []).layout(root) == layout
    (root / "main.tf").write_text("changed\n")
    assert ResultCache(tmp_path / "cache", []).layout(root) is None
