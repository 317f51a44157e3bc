"""Checkov's results in a hook and in a pull request: those of the changed root modules, and new ones told from old."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checkov.environment import checkov
from tests.cli.conftest import Run, sgwarden, work
from tests.gate.conftest import commit, git, repository

__all__ = ["checkov", "repository", "sgwarden", "work"]

Found = set[tuple[str, str, str]]
"""Root, address and status of Checkov's findings."""

_FAKE = '''#!{python}
"""Fails CKV_X_1 for every bucket; knows modules by the comment "calls NAME DIRECTORY"."""
import json, pathlib, re, sys
target = pathlib.Path(sys.argv[2])
with open({log!r}, "a") as log:
    log.write(str(target) + "\\n")
config = [place / ".checkov.yaml" for place in (target, pathlib.Path.cwd())]
if any(file.exists() and "CKV_X_1" in file.read_text() for file in config):
    files = []
else:
    files = [(file, "") for file in sorted(target.rglob("*.tf"))] if target.is_dir() else []
    for file, _ in list(files):
        for name, below in re.findall(r"# calls (\\S+) (\\S+)", file.read_text()):
            files += [(each, name + ".") for each in sorted((file.parent / below).glob("*.tf"))]
failed = []
if not target.is_dir():
    failed = [(r["address"], target, 1) for r in json.loads(target.read_text())["resource_changes"]]
for file, prefix in files:
    for number, line in enumerate(file.read_text().splitlines(), 1):
        found = re.match(r'resource "(aws_s3_bucket)" "(\\w+)"', line)
        if found:
            failed.append((prefix + found[1] + "." + found[2], file.resolve(), number))
records = [
    dict(check_id="CKV_X_1", check_name="Buckets", check_result=dict(result="FAILED"), resource=address,
         file_abs_path=str(file), file_line_range=[line, line])
    for address, file, line in failed
]
summary = dict(passed=0, failed=len(records), skipped=0, resource_count=1, checkov_version="3.3.30")
print(json.dumps(dict(results=dict(failed_checks=records), summary=summary)))
'''
GROUP = 'resource "aws_security_group" "web" {\n  description = "Web"\n}\n'


def bucket(name: str) -> str:
    return f'resource "aws_s3_bucket" "{name}" {{}}\n'


@pytest.fixture
def fake(tmp_path: Path) -> str:
    """A stand-in for Checkov that fails buckets, and notes what it scans in ``scanned``."""
    script = tmp_path / "fake-checkov"
    script.write_text(_FAKE.format(python=sys.executable, log=str(tmp_path / "scanned")))
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def scan(
    sgwarden: Callable[..., Run], fake: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Any]]:
    """Scan in the repository with the stand-in."""
    monkeypatch.chdir(repository)

    def run(*arguments: str) -> dict[str, Any]:
        done = sgwarden("scan", "--format", "json", "--quiet", f"--with-checkov={fake}", *arguments)
        assert done.err == ""
        document: dict[str, Any] = json.loads(done.out)
        return document

    return run


def theirs(document: dict[str, Any]) -> Found:
    findings = [*document["findings"], *(document.get("comparison") or {}).get("fixed", ())]
    return {(f["root"], f["address"], f["status"]) for f in findings if f["evidence"].get("tool") == "checkov"}


def write(repository: Path, **files: str) -> None:
    for name, text in files.items():
        path = repository / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".tf").write_text(text)


@pytest.fixture
def two_roots(repository: Path) -> Path:
    """Two root modules that call one module, and a root module below one of them."""
    call = 'module "store" {\n  source = "../../modules/store"\n}\n# calls module.store ../../modules/store\n'
    write(
        repository, live__dev__main=GROUP + call, live__prod__main=GROUP + call + bucket("own"),
        live__prod__old__main=GROUP + bucket("older") + call.replace("store", "other", 1).replace("../..", "../../.."),
        modules__store__main=bucket("this"),
    )  # fmt: skip
    commit(repository)
    return repository


def test_changed_files_are_judged_through_their_root_modules(
    scan: Callable[..., dict[str, Any]], two_roots: Path, tmp_path: Path
) -> None:
    document = scan("--changed-files", "live/prod/main.tf")
    assert theirs(document) == {
        ("live/prod", "aws_s3_bucket.own", "new"),
        ("live/prod", "module.store.aws_s3_bucket.this", "new"),
    }
    assert (tmp_path / "scanned").read_text().splitlines() == [str(two_roots / "live" / "prod")]


def test_a_changed_module_is_of_each_root_that_calls_it(
    scan: Callable[..., dict[str, Any]], two_roots: Path, tmp_path: Path
) -> None:
    document = scan("--changed-files", "modules/store/main.tf")
    assert {(root, address) for root, address, _ in theirs(document)} == {
        ("live/dev", "module.store.aws_s3_bucket.this"),
        ("live/prod", "aws_s3_bucket.own"),
        ("live/prod", "module.store.aws_s3_bucket.this"),
        ("live/prod/old", "aws_s3_bucket.older"),
    }
    assert len((tmp_path / "scanned").read_text().splitlines()) == 3


def test_nothing_changed_that_is_code(scan: Callable[..., dict[str, Any]], two_roots: Path, tmp_path: Path) -> None:
    (two_roots / "README.md").write_text("x")
    (two_roots / "docs").mkdir()
    document = scan("--changed-files", "docs/x.md")
    assert theirs(document) == set()
    assert not (tmp_path / "scanned").exists()


def test_new_existing_and_fixed(scan: Callable[..., dict[str, Any]], repository: Path) -> None:
    """By check, address and root module: a resource that moves to another line or file is no new one."""
    write(repository, main=GROUP + bucket("stays") + bucket("moves") + bucket("goes"))
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    write(repository, main="\n\n" + GROUP + bucket("stays"), other=bucket("moves") + bucket("comes"))
    commit(repository)
    document = scan("--diff-base", "main", ".")
    assert theirs(document) == {
        (".", "aws_s3_bucket.stays", "existing"),
        (".", "aws_s3_bucket.moves", "existing"),
        (".", "aws_s3_bucket.comes", "new"),
        (".", "aws_s3_bucket.goes", "fixed"),
    }
    [new] = [f for f in document["findings"] if f["status"] == "new" and f["evidence"].get("tool")]
    assert (new["location"]["file"], new["location"]["line"]) == ("other.tf", 2)
    assert git(repository, "status", "--porcelain") == ""


def test_changed_files_against_a_base(scan: Callable[..., dict[str, Any]], two_roots: Path, tmp_path: Path) -> None:
    git(two_roots, "checkout", "--quiet", "-b", "change")
    write(two_roots, live__prod__more=bucket("comes"))
    commit(two_roots)
    document = scan("--diff-base", "main", "--changed-files", "live/prod/more.tf")
    assert theirs(document) == {
        ("live/prod", "aws_s3_bucket.own", "existing"),
        ("live/prod", "module.store.aws_s3_bucket.this", "existing"),
        ("live/prod", "aws_s3_bucket.comes", "new"),
    }
    head, base = (tmp_path / "scanned").read_text().splitlines()
    assert head == str(two_roots / "live" / "prod")
    assert base.endswith(head) and base != head and not os.path.exists(base)


def test_the_configuration_of_the_work_tree_holds_for_the_base(
    scan: Callable[..., dict[str, Any]], repository: Path
) -> None:
    """A check that is left out from now on fixed nothing."""
    write(repository, main=GROUP + bucket("stays"))
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    (repository / ".checkov.yaml").write_text("skip-check: [CKV_X_1]\n")
    commit(repository)
    assert theirs(scan("--diff-base", "main", ".")) == set()


def test_configuration_of_the_base_is_not_executed(scan: Callable[..., dict[str, Any]], repository: Path) -> None:
    write(repository, main=GROUP + bucket("stays"))
    (repository / ".checkov.yaml").write_text("external-checks-dir: [checks]\n")
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    (repository / ".checkov.yaml").unlink()
    commit(repository)
    assert theirs(scan("--diff-base", "main", ".")) == {(".", "aws_s3_bucket.stays", "existing")}


def test_a_plan_judged_by_what_it_changes(scan: Callable[..., dict[str, Any]], repository: Path) -> None:
    def change(name: str, *actions: str) -> dict[str, Any]:
        return {
            "address": f"aws_s3_bucket.{name}", "mode": "managed", "type": "aws_s3_bucket", "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": actions, "before": None, "after": {}, "after_unknown": {}},
        }  # fmt: skip

    plan = {
        "format_version": "1.2", "terraform_version": "1.11.0", "planned_values": {"root_module": {}},
        "resource_changes": [change("same", "no-op"), change("comes", "create")], "configuration": {"root_module": {}},
    }  # fmt: skip
    (repository / "plan.json").write_text(json.dumps(plan))
    assert {address for _, address, _ in theirs(scan("plan.json"))} == {"aws_s3_bucket.same", "aws_s3_bucket.comes"}
    assert theirs(scan("--changed-only", "plan.json")) == {("plan.json", "aws_s3_bucket.comes", "new")}


def test_the_real_checkov(
    sgwarden: Callable[..., Run], checkov: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = 'module "store" {\n  source = "../modules/store"\n}\n'
    inner = bucket("this") + 'module "inner" {\n  source = "./inner"\n}\n'
    write(
        repository, live__main=GROUP + module + bucket("stays") + bucket("goes"), modules__store__main=inner,
        modules__store__inner__main=bucket("deep"),
    )  # fmt: skip
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    write(repository, live__main=GROUP + module, live__other="\n" + bucket("stays") + bucket("comes"))
    commit(repository)
    monkeypatch.chdir(repository)
    for name in [name for name in os.environ if name.startswith(("SGWARDEN_", "CKV_"))]:
        monkeypatch.delenv(name)
    done = sgwarden(
        "scan", "--format", "json", "--quiet", f"--with-checkov={checkov}", "--diff-base", "main", "--changed-files",
        "live/other.tf",
    )  # fmt: skip
    assert (done.code, done.err) == (1, "")
    assert {each for each in theirs(json.loads(done.out)) if "bucket" in each[1]} == {
        ("live", "aws_s3_bucket.stays", "existing"),
        ("live", "aws_s3_bucket.goes", "fixed"),
        ("live", "aws_s3_bucket.comes", "new"),
        ("live", "module.store.aws_s3_bucket.this", "existing"),
        ("live", "module.store.module.inner.aws_s3_bucket.deep", "existing"),
    }
