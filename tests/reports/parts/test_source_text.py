"""Source files for reports: lines, paths in the repository, calls of modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.locations import Location
from sgwarden.reports.parts.source_text import SourceText


@pytest.fixture
def text(tmp_path: Path) -> SourceText:
    """A repository with the working directory ``infra``."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_bytes(b'\xef\xbb\xbf# caf\xe9\r\n\r\n  module "web" {\n  }\n')
    (tmp_path / "infra" / "plan.json").write_text("{}")
    (tmp_path / "modules").mkdir()
    return SourceText(tmp_path / "infra")


def test_lines(text: SourceText) -> None:
    assert text.lines("main.tf") == ["# caf\ufffd\r", "\r", '  module "web" {', "  }", ""]
    assert text.lines("none.tf") is None
    assert text.lines(".") is None


@pytest.mark.parametrize(
    ("file", "path"),
    [("main.tf", "infra/main.tf"), ("../modules/a.tf", "modules/a.tf"), ("../../x.tf", "../x.tf")],
)
def test_repository_path(text: SourceText, file: str, path: str) -> None:
    assert text.repository_path(file) == path


def test_a_file_of_another_repository_is_named_as_that_one_knows_it(text: SourceText, tmp_path: Path) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    (other / ".git").mkdir(parents=True)
    assert text.repository_path(str(other / "a" / "main.tf")) == "a/main.tf"


def test_without_a_repository_the_directory_is_the_top(tmp_path: Path) -> None:
    assert SourceText(tmp_path).repository_path("a/main.tf") == "a/main.tf"


@pytest.mark.parametrize("root", [".", "plan.json"])
@pytest.mark.parametrize("module", ["module.web", "module.web[0]", 'module.web["a.b"]'])
def test_call_site(text: SourceText, root: str, module: str) -> None:
    assert text.call_site(root, module) == Location("main.tf", 3, 3, 3, 17)


@pytest.mark.parametrize("module", ["module.we", "module.webs", "aws_instance.web"])
def test_no_call_site(text: SourceText, module: str) -> None:
    assert text.call_site(".", module) is None
