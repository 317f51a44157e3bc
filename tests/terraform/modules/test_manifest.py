"""The manifest of ``terraform init``, and which of its entries answers a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.terraform.modules.manifest import InstalledModule, read_manifest
from tests.terraform.evaluating import write


@pytest.mark.parametrize("text", ["", "[]", '{"Modules": [{}]}', '{"Modules": 1}', '{"Modules": [1]}'])
def test_a_manifest_that_is_none_has_no_modules(tmp_path: Path, text: str) -> None:
    assert read_manifest(tmp_path, tmp_path) == {}
    write(tmp_path, {".terraform/modules/modules.json": text})
    assert read_manifest(tmp_path, tmp_path) == {}


def test_a_manifest_outside_of_the_repository_is_not_read(tmp_path: Path) -> None:
    entry = '{"Modules": [{"Key": "a", "Source": "./a", "Dir": "a"}]}'
    write(tmp_path, {"outside/modules/modules.json": entry, "repository/.git/HEAD": ""})
    root = tmp_path / "repository"
    (root / ".terraform").symlink_to("../outside")
    assert read_manifest(root, root) == {}
    assert read_manifest(root, tmp_path) == {"a": InstalledModule("a", "./a")}


@pytest.mark.parametrize(
    ("call", "installed", "same"),
    [
        ("terraform-aws-modules/vpc/aws", "registry.terraform.io/terraform-aws-modules/vpc/aws", True),
        ("terraform-aws-modules/vpc/aws", "registry.opentofu.org/terraform-aws-modules/vpc/aws", True),
        ("a/b/aws//modules/c", "registry.terraform.io/a/b/aws//modules/c", True),
        ("a/b/aws//modules/c", "registry.terraform.io/a/b/aws", False),
        ("terraform-aws-modules/vpc/aws", "registry.terraform.io/evil/vpc/aws", False),
        ("github.com/a/b", "git::https://github.com/a/b.git", True),
        ("github.com/a/b//c?ref=v1", "git::https://github.com/a/b.git//c?ref=v1", True),
        ("github.com/a/b?ref=v1", "git::https://github.com/a/b.git?ref=v2", False),
        ("git@github.com:a/b.git", "git::ssh://git@github.com/a/b.git", True),
        ("git::https://example.com/a.git?depth=1&ref=v1", "git::https://example.com/a.git?ref=v1&depth=1", True),
        ("bucket.s3.amazonaws.com/a.zip", "s3::https://s3.amazonaws.com/bucket/a.zip", True),
        ("/srv/a", "file:///srv/a", True),
    ],
)
def test_sources_in_their_spellings(call: str, installed: str, same: bool) -> None:
    assert InstalledModule("x", installed, None).answers(call, None) is same


@pytest.mark.parametrize(
    ("version", "constraint", "fulfilled"),
    [
        ("5.1.0", "5.1.0", True),
        ("5.1.0", "= 5.1", True),
        ("5.1.0", "~> 5.0", True),
        ("5.1.0", "~> 5.0.0", False),
        ("5.1.3", "~> 5.1.0", True),
        ("6.0.0", "~> 5", False),
        ("5.1.0", ">= 5.0, < 6.0", True),
        ("6.0.0", ">= 5.0, < 6.0", False),
        ("5.1.0", "!= 5.1.0", False),
        ("5.1.0", "> 5.1.0", False),
        ("5.1.0", "<= 5.1.0", True),
        ("5.1.0-beta1", "5.1.0-beta1", True),
        ("5.1.0-beta1", ">= 5.0.0", False),
        (None, "5.1.0", False),
    ],
)
def test_version_constraints(version: str | None, constraint: str, fulfilled: bool) -> None:
    assert InstalledModule("x", "registry.terraform.io/a/b/c", version).answers("a/b/c", constraint) is fulfilled


@pytest.mark.parametrize(
    ("parts", "possible"),
    [
        (["git::https://git.example.com/net.git?ref=", ""], True),
        (["", ""], True),
        ([""], True),
        (["git::https://git.example.com/other.git?ref=", ""], False),
    ],
)
def test_a_computed_source_may_be_what_was_installed(parts: list[str], possible: bool) -> None:
    installed = InstalledModule("x", "git::https://git.example.com/net.git?ref=v3")
    assert installed.may_answer(parts) is possible
