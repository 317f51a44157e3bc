"""Which root modules are evaluated on both sides of a comparison, and that leaving others out changes no verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.gate.base_tree import BaseTree, base_tree
from sgwarden.gate.unchanged_roots import UnchangedRoots
from sgwarden.run import compare
from tests.gate.conftest import commit, git


@pytest.fixture
def sides(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Whether what keys name is the same after a change as it was before."""
    monkeypatch.chdir(repository)

    def compared(change: Callable[[], object], *keys: str) -> bool:
        commit(repository)
        change()
        with base_tree("HEAD", ["."], [], False) as base:
            root = repository.resolve()
            same = UnchangedRoots(base, [base.of(root)])
            answer = same(root, [f"{key[:2]}{root / key[2:]}" for key in keys])
            assert same.there == ({base.of(root)} if answer else set())
            return answer

    return compared


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("f:a.tf", True),
        ("f:changed.tf", False),
        ("f:gone.tf", False),
        ("f:new.tf", False),
        ("f:never.tf", True),
        ("f:link.tf", False),
        ("d:.", False),
        ("d:unchanged", True),
        ("d:untracked", True),
        ("d:never", True),
        ("t:unchanged", True),
        ("t:untracked", False),
        ("d:gone", False),
    ],
)
def test_what_is_the_same(sides: Callable[..., bool], repository: Path, key: str, expected: bool) -> None:
    for name in ("unchanged", "untracked", "gone"):
        (repository / name).mkdir()
        (repository / name / "x.tf").write_text("")
    for name in ("a.tf", "changed.tf", "gone.tf"):
        (repository / name).write_text("locals {}")
    (repository / "link.tf").symlink_to("a.tf")

    def change() -> None:
        (repository / "changed.tf").write_text("locals { }")
        (repository / "gone.tf").unlink()
        (repository / "new.tf").write_text("")
        (repository / "link.tf").unlink()
        (repository / "link.tf").symlink_to("changed.tf")
        (repository / "untracked" / "plan.out").write_text("")
        (repository / "gone" / "x.tf").unlink()
        (repository / "gone").rmdir()

    assert sides(change, "f:a.tf", key) is expected


def test_a_directory_that_is_no_root_module_of_the_base_is_not_the_same(repository: Path) -> None:
    (repository / "main.tf").write_text("")
    commit(repository)
    with base_tree("HEAD", [str(repository)], [], False) as base:
        assert not UnchangedRoots(base, [])(repository.resolve(), [])


@pytest.fixture
def roots(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Three root modules, two of which call a module."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(repository)
    (repository / "m").mkdir()
    (repository / "m" / "main.tf").write_text(
        'variable "cidr" {}\nresource "aws_security_group" "a" {\n  name = "a"\n  ingress {\n    protocol = "tcp"\n'
        "    from_port = 22\n    to_port = 22\n    cidr_blocks = [var.cidr]\n  }\n}\n"
    )
    for name, text in (("a", "../m"), ("b", "../m"), ("c", None)):
        (repository / name).mkdir()
        call = f'module "m" {{\n  source = "{text}"\n  cidr = "0.0.0.0/0"\n}}\n' if text else "locals {}\n"
        (repository / name / "main.tf").write_text(call)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    return repository


def _evaluated(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The paths of the models that are compared: those of the base and of the work tree."""
    seen: list[list[str]] = []
    original = compare.compare_reports

    def note(report, after, earlier, before, *rest):  # type: ignore[no-untyped-def]
        seen.append([each.source.path for each in before])
        seen.append([each.source.path for each in after])
        return original(report, after, earlier, before, *rest)

    monkeypatch.setattr(compare, "compare_reports", note)
    return seen


def _scanned(**options: object) -> list[tuple[str, str, str, str]]:
    from sgwarden.api import scan

    report = scan(".", diff_base="main", **options).report  # type: ignore[arg-type]
    found: list[tuple[str, str, str, str]] = []
    found += [(each.status, each.root, each.policy, each.address) for each in report.findings]
    assert report.comparison is not None
    return found + [("fixed", each.root, each.policy, each.address) for each in report.comparison.fixed]


def test_only_what_a_change_can_touch_is_evaluated_on_both_sides(roots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sgwarden.api import scan

    scan(".")
    file = roots / "a" / "main.tf"
    file.write_text(file.read_text().replace("0.0.0.0/0", "10.0.0.0/8"))
    seen = _evaluated(monkeypatch)
    with_cache = _scanned()
    without = _scanned(use_cache=False)
    assert seen == [["a"], ["a"], ["a"], ["a", "b", "c"]]
    monkeypatch.setattr(compare, "UnchangedRoots", _never)
    whole = _scanned(use_cache=False)
    assert seen[4:] == [["a", "b", "c"], ["a", "b", "c"]]
    assert with_cache == without == whole
    assert {each[:2] for each in whole} == {("fixed", "a"), ("existing", "a"), ("existing", "b")}


def _never(base: BaseTree, roots: object) -> UnchangedRoots:
    """What takes no root module for the same."""
    return UnchangedRoots(base, ())


def test_a_module_touches_all_its_callers(roots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _evaluated(monkeypatch)
    file = roots / "m" / "main.tf"
    file.write_text(file.read_text().replace("= 22", "= 3389"))
    _scanned()
    assert seen[0] == ["a", "b"]


def test_a_variable_that_the_base_does_not_know_may_be_given(roots: Path) -> None:
    (roots / "c" / "main.tf").write_text('variable "new" {}\n')
    assert ("existing", "b") in {each[:2] for each in _scanned(variables={"new": "x"})}


def test_a_base_with_installed_modules_alone_holds_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are taken over from the work tree, and are no code of the base."""
    monkeypatch.chdir(repository)
    (repository / "README.md").write_text("")
    (repository / ".gitignore").write_text(".terraform/\n")
    commit(repository)
    installed = repository / ".terraform" / "modules"
    (installed / "x").mkdir(parents=True)
    (installed / "x" / "main.tf").write_text("locals {}\n")
    (installed / "modules.json").write_text(json.dumps({"Modules": []}))
    (repository / "main.tf").write_text("locals {}\n")
    with base_tree("HEAD", ["."], [], False) as base:
        assert base.paths == ()
