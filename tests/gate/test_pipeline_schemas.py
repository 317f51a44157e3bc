"""The action and every job in the documents, against the schemas that editors and CI servers read them by.

The schemas are those that check-jsonschema ships: SchemaStore's of GitHub, and GitLab's and Microsoft's own.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def pipelines() -> Iterator[tuple[str, str, str]]:
    """Name, schema and text of everything that a CI server reads."""
    yield "action.yml", "github-actions", (ROOT / "action.yml").read_text()
    yield "gitlab-ci.yml", "gitlab-ci", (ROOT / "docs/gitlab-ci.yml").read_text()
    for page in sorted((ROOT / "docs").glob("*.md")):
        for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)):
            name, parsed = f"{page.stem}-{number}", yaml.safe_load(block)
            if isinstance(parsed, dict) and "jobs" in parsed:
                yield name, "github-workflows", block
            elif isinstance(parsed, dict) and "steps" in parsed:
                yield name, "azure-pipelines", block
            elif isinstance(parsed, list) and any("uses" in step or "run" in step for step in parsed):
                yield name, "github-workflows", workflow(block)


def workflow(steps: str) -> str:
    """Steps of a job as a whole workflow."""
    indented = "".join(f"      {line.strip() and line}\n" for line in re.sub("(?m)^      ", "", steps).splitlines())
    return f"on: push\njobs:\n  job:\n    runs-on: ubuntu-24.04\n    steps:\n{indented}"


EVERY = list(pipelines())


def judged(schema: str, text: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """What the validator says of a text."""
    (directory / "pipeline.yml").write_text(text)
    transform = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *transform]
    return subprocess.run([*command, "pipeline.yml"], cwd=directory, capture_output=True, text=True, check=False)


def test_there_is_one_of_each() -> None:
    assert {schema for _, schema, _ in EVERY} == {"github-actions", "github-workflows", "gitlab-ci", "azure-pipelines"}


@pytest.mark.parametrize(("name", "schema", "text"), EVERY, ids=[name for name, *_ in EVERY])
def test_valid(name: str, schema: str, text: str, tmp_path: Path) -> None:
    done = judged(schema, text, tmp_path)
    assert done.returncode == 0, f"{name}: {done.stdout}"


@pytest.mark.parametrize(
    ("schema", "old", "new"),
    [
        ("github-actions", "using: composite", "using: compose"),
        ("github-workflows", "runs-on:", "run-on:"),
        ("gitlab-ci", "when: always", "when: ever"),
        ("azure-pipelines", 'fetchDepth: "0"', "fetchDepth: 0"),
    ],
)
def test_the_schema_would_see_it(schema: str, old: str, new: str, tmp_path: Path) -> None:
    text = next(text for _, each, text in EVERY if each == schema and old in text)
    assert judged(schema, text.replace(old, new), tmp_path).returncode == 1
