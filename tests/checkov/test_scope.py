"""Which results of Checkov belong to the target of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgwarden.checkov.results import Record, Results
from sgwarden.checkov.run import Run, Target
from sgwarden.checkov.scope import code_of, covers, records_about


def record(address: str, file: Path) -> Record:
    return Record("CKV_AWS_24", "t", "failed", address, str(file), 2, 3, None, None, "")


@pytest.fixture
def records(tmp_path: Path) -> tuple[Record, ...]:
    return (
        record("aws_security_group.own", tmp_path / "main.tf"),
        record("module.web.aws_security_group.a", tmp_path / "modules" / "web" / "main.tf"),
        record("module.db.aws_security_group.a", tmp_path / "modules" / "db" / "main.tf"),
        record("aws_security_group.other", tmp_path / "below" / "main.tf"),
    )


def about(target: Target, records: tuple[Record, ...], *, changed_only: bool = False) -> list[str]:
    run = Run(target, Results(records, (), "3", 1), ())
    return [each.address for each in records_about(run, changed_only=changed_only)]


def test_a_root_alone_has_its_own_files_and_the_modules_that_it_calls(
    tmp_path: Path, records: tuple[Record, ...]
) -> None:
    alone = Target(tmp_path, "directory", alone=True)
    (tmp_path / "main.tf").write_text('module "web" {\n  source = "./modules/web"\n}\n')
    assert about(alone, records) == [records[0].address, records[1].address]
    (tmp_path / "more.tf.json").write_text(json.dumps({"module": [{"db": {"source": "./modules/db"}}]}))
    assert about(alone, records) == [each.address for each in records[:3]]
    assert about(Target(tmp_path, "directory"), records) == [each.address for each in records]


def test_of_a_plan_what_it_changes(tmp_path: Path, records: tuple[Record, ...]) -> None:
    plan = tmp_path / "plan.json"
    changes = [
        {"address": records[0].address, "change": {"actions": ["no-op"]}},
        {"address": records[1].address, "change": {"actions": ["update"]}},
    ]
    plan.write_text(json.dumps({"resource_changes": changes}))
    assert about(Target(plan, "plan"), records[:2]) == [each.address for each in records[:2]]
    assert about(Target(plan, "plan"), records[:2], changed_only=True) == [records[1].address]


def test_the_lines_of_a_result(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("one\ntwo\nthree\nfour\n")
    assert code_of(record("a", tmp_path / "main.tf")) == "two\nthree"
    assert code_of(record("a", tmp_path / "none.tf")) == ""


def test_which_roots_a_target_covers(tmp_path: Path) -> None:
    below = str(tmp_path / "below")
    assert covers(Target(tmp_path, "directory"), below)
    assert not covers(Target(tmp_path, "directory", alone=True), below)
    assert covers(Target(tmp_path, "directory", alone=True), str(tmp_path))
