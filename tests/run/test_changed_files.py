"""Changed files in reverse: the root modules that read them, and those that none reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.run.inputs import NotRead, RootDirectory
from sgwarden.run.load import Loader
from sgwarden.run.options import LoadOptions
from tests.cli.test_scan import CLOSED, write

READS = 'locals {\n  rules = yamldecode(file("${path.module}/../data/rules.yaml"))\n  x = local.rules\n}\n' + (
    'resource "aws_security_group" "a" {\n  name = local.x.name\n  description = "x"\n}\n'
)


@pytest.fixture
def tree(work: Path) -> Path:
    """Two root modules, one of which reads a file; a hidden one; variable files; a unit of Terragrunt."""
    write(work / "a", READS)
    write(work / "b", CLOSED)
    write(work / ".c", CLOSED)
    for name, text in (
        ("data/rules.yaml", "name: n\n"),
        ("envs/prod.tfvars", ""),
        ("b/prod.tfvars", ""),
        ("b/terraform.tfvars", ""),
        ("unit/terragrunt.hcl", ""),
        ("README.md", ""),
    ):
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(text)
    return work


@pytest.mark.parametrize(
    ("path", "var_files", "roots", "unread", "warned"),
    [
        ("a/main.tf", (), ["a"], [], False),
        ("data/rules.yaml", (), ["a"], [], False),
        ("b/terraform.tfvars", (), ["b"], [], False),
        ("b/prod.tfvars", (), ["b"], ["b/prod.tfvars"], False),
        ("envs/prod.tfvars", (), [], ["envs/prod.tfvars"], False),
        ("envs/prod.tfvars", ("envs/prod.tfvars",), ["a", "b"], [], False),
        (".c/main.tf", (), [".c"], [], False),
        ("unit/terragrunt.hcl", (), [], ["unit/terragrunt.hcl"], False),
        ("README.md", (), [], [], True),
        ("gone/main.tf", (), [], [], True),
    ],
)
def test_each_file_is_judged_or_named(
    tree: Path, path: str, var_files: tuple[str, ...], roots: list[str], unread: list[str], warned: bool
) -> None:
    loader = Loader(LoadOptions(changed_files=True, var_files=var_files, use_cache=False))
    found: list[str] = []
    skipped: list[str] = []
    warnings: list[str] = []
    for each in loader.find([path]):
        if isinstance(each, RootDirectory):
            loader.read(each)
            found.append(each.path.relative_to(tree).as_posix())
        elif isinstance(each, NotRead):
            skipped += [one.what for one in each.skipped]
            warnings += each.warnings
    assert (found, skipped) == (roots, unread)
    assert warnings == ([f"changed files that no root module reads: {path}"] if warned else [])
