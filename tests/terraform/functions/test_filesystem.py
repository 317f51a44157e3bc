"""Files are read inside the allowed root alone, and only when they are small enough."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions import FunctionContext, call, filesystem
from sgwarden.terraform.types.values import TfSet
from tests.terraform.truth import failures


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "root"
    (root / "module").mkdir(parents=True)
    (root / "shared.txt").write_text("shared")
    (root / "module" / "a.txt").write_text("a")
    (root / "module" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "module" / "in.txt").symlink_to(root / "shared.txt")
    (root / "module" / "outside").symlink_to(tmp_path)
    return root


def context(root: Path, read: list[Path] | None = None) -> FunctionContext:
    return FunctionContext(root / "module", root, on_read=(read if read is not None else []).append)


READERS = [
    "file", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512", "filebase64sha256", "filebase64sha512",
    "fileexists",
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("path", ["../../secret.txt", "out.txt", "outside/secret.txt", "/etc/passwd", "~/x", "/proc/self/environ"])  # fmt: skip
def test_nothing_outside_is_read(root: Path, name: str, path: str) -> None:
    read: list[Path] = []
    assert call(name, (path,), context(root, read)) == Unknown(f"{path} lies outside {root}")
    assert read == []


def test_inside_links_and_parents_are_read_and_told(root: Path) -> None:
    read: list[Path] = []
    results = [call("file", (path,), context(root, read)) for path in ("a.txt", "../shared.txt", "in.txt")]
    assert results == ["a", "shared", "shared"]
    assert call("fileexists", ("missing",), context(root, read)) is False
    module = root.resolve() / "module"
    shared = root.resolve() / "shared.txt"
    assert read == [module / "a.txt", shared, module / "in.txt", shared, module / "missing"]
    (root / ".git").mkdir(exist_ok=True)
    (root / ".git" / "config").write_text("token")
    assert call("file", ("../.git/config",), context(root)) == Unknown("../.git/config belongs to git")


def test_a_large_file_is_unknown(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "LARGEST_FILE", 4)
    (root / "module" / "large").write_text("12345")
    (root / "module" / "small").write_text("1234")
    assert call("file", ("large",), context(root)) == Unknown("large is larger than 4 bytes")
    assert call("file", ("small",), context(root)) == "1234"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX alone")
def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "module" / "pipe")
    assert call("file", ("pipe",), context(root)) == Unknown("pipe is not a regular file")


@pytest.mark.parametrize(
    ("path", "pattern", "result"),
    [
        (".", "*.txt", TfSet(("a.txt", "in.txt"), "string")),
        ("..", "*.txt", TfSet(("shared.txt",), "string")),
        ("..", "**/a.*", TfSet(("module/a.txt",), "string")),
        (".", "outside/*", Unknown("outside/* lies outside {root}")),
        ("../..", "*", Unknown("../.. lies outside {root}")),
        (".", "../../*", Unknown("../../* lies outside {root}")),
    ],
)
def test_fileset(root: Path, path: str, pattern: str, result: Any) -> None:
    if isinstance(result, Unknown):
        result = Unknown(result.reason.format(root=root))
    assert call("fileset", (path, pattern), context(root)) == result


def test_a_missing_file_is_an_error(root: Path) -> None:
    with pytest.raises(EvaluationError, match=r'^Invalid value for "path" parameter: no file exists at "b.txt"; this'):
        call("file", ("b.txt",), context(root))


def test_templates_are_rendered_by_the_caller(root: Path) -> None:
    rendering = FunctionContext(root, root, render_template=lambda text, variables, name: f"{text}+{sorted(variables)}")
    assert call("templatefile", ("shared.txt", {"b": 1, "a": 2}), rendering) == "shared+['a', 'b']"
    assert call("templatestring", ("x", {"b": 1}), rendering) == "x+['b']"
    assert call("templatefile", ("../secret.txt", {}), rendering) == Unknown(f"../secret.txt lies outside {root}")


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("filesystem", without=("fileset",)) == []


@pytest.mark.parametrize(
    "expression",
    [
        'fileexists(".terraform.lock.hcl")',
        'fileexists("./x/../.terraform.lock.hcl")',
        'file(".terraform/environment")',
        'fileexists("terraform.tfstate")',
        'filemd5(".git/config")',
        'fileset(".terraform", "*")',
        'fileset(".", "*")',
        'fileset("x/..", "**/*.json")',
        'fileset(".", ".terraform.{lock,x}.hcl")',
        'fileexists(".terraform/modules/m/none.tf")',
        'abspath(".")',
    ],
)
def test_what_differs_from_run_to_run_is_not_known(expression: str, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / ".terraform.lock.hcl").write_text("")
    assert isinstance(evaluate_text(expression, {}, tmp_path), Unknown)


def test_files_of_the_repository_are_known(tmp_path: Path) -> None:
    (tmp_path / ".terraform" / "modules" / "m").mkdir(parents=True)
    for name in (".terraform/modules/m/a.json", "a.json"):
        (tmp_path / name).write_text("1")
    assert evaluate_text('file(".terraform/modules/m/a.json")', {}, tmp_path) == "1"
    assert evaluate_text('fileset(".", "*.json")', {}, tmp_path) == ("a.json",)
    assert evaluate_text('fileset("./.terraform/modules/m", "**")', {}, tmp_path) == ("a.json",)
    assert evaluate_text('file(abspath("a.json"))', {}, tmp_path) == "1"
