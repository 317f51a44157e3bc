"""The documentation: what is generated is as committed, what is named exists, and what is shown works."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
import yaml

from sgwarden import api
from sgwarden.config.configuration import SOURCE_KINDS
from sgwarden.custom_policies.load import load
from sgwarden.model.sources import SourceKind
from sgwarden_policies.registry import POLICIES
from tests.cli.conftest import Run, sgwarden, work  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
WRITTEN = [page for page in PAGES if page.parent != DOCS / "policies"]
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_PATH = re.compile(r"`((?:scanner|policies|tests|fixtures|docs|benchmarks)/[\w./-]+|CHANGELOG\.md)`")


def shown(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """``docs/generate.py``."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_as_committed(generator: ModuleType) -> None:
    stale = [
        name_of(path)
        for path, text in generator.pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run python docs/generate.py"


def test_every_policy_has_a_page_and_every_page_a_policy(generator: ModuleType) -> None:
    assert {path.stem for path in (DOCS / "policies").glob("*.md")} == {policy.id for policy in POLICIES} | {"README"}
    index = (DOCS / "policies" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[`([\w-]+)`\]", index, re.MULTILINE) == [policy.id for policy in POLICIES]


def test_kinds_of_sources_are_the_same_everywhere() -> None:
    schema = json.loads(
        (ROOT / "scanner" / "sgwarden" / "schemas" / "inventory.schema.json").read_text(encoding="utf-8")
    )
    kinds = set(get_args(SourceKind))
    assert set(SOURCE_KINDS) == kinds
    found = [each for each in enumerations(schema) if "snapshot" in each]
    assert found and all(set(each) - {"mixed", "none"} == kinds for each in found)


def enumerations(schema: Any) -> list[list[Any]]:
    """Every ``enum`` of a schema."""
    if isinstance(schema, list):
        return [each for part in schema for each in enumerations(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema["enum"]] if isinstance(schema.get("enum"), list) else []
    return own + [each for part in schema.values() for each in enumerations(part)]


def test_pages_of_policies_that_are_gone_are_removed(
    generator: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DOCS, tmp_path / "docs")
    monkeypatch.setattr(generator, "DOCS", tmp_path / "docs")
    (tmp_path / "docs" / "policies" / "gone.md").write_text("")
    (tmp_path / "docs" / "policies" / "open-admin-port.md").write_text("")
    generator.write(generator.pages())
    made = {path.name: path.read_text() for path in (tmp_path / "docs" / "policies").iterdir()}
    assert made == {path.name: path.read_text() for path in (DOCS / "policies").iterdir()}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [target for target in _LINK.findall(text) if not target.startswith(("https://", "http://"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_named_paths_exist(page: Path) -> None:
    named = _PATH.findall(page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert page.name != "CONTRIBUTING.md" or len(named) > 20


def test_custom_policies_that_are_shown_load_and_judge(tmp_path: Path) -> None:
    (python,), (toml,) = shown(DOCS / "custom-policies.md", "python"), shown(DOCS / "custom-policies.md", "toml")
    assert len([line for line in python.splitlines() if line.strip()]) <= 10
    (tmp_path / "a.toml").write_text(toml)
    (tmp_path / "b.py").write_text(python)
    mine = load([str(tmp_path)], taken=[]).policies
    assert [policy.id for policy in mine] == ["database-beyond-the-vpc", "public-ingress"]
    found = api.scan(ROOT / "fixtures" / "demo", policies=mine)
    assert (found.report.failures, {finding.policy for finding in found.failed}) == ((), {"public-ingress"})


def test_the_api_that_is_shown_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    first, tests, typed = shown(DOCS / "api.md", "python")
    exec(compile(first, "api.md", "exec"), {})  # noqa: S102
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("open-admin-port high aws_security_group.bastion") for line in lines)
    assert lines[-2] == "('0.0.0.0/0',)"
    compile(tests, "api.md", "exec")
    compile(typed, "api.md", "exec")


def test_the_page_on_the_api_names_all_of_it() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    functions = [name for name in api.__all__ if name.islower()]
    assert [name for name in functions if f"`{name}(" not in text] == []
    asked = re.findall(r"`(\w+)\(", text)
    classes = (api.Result, api.Drift, api.Group, api.Inventory, api.PlanSides)
    assert [name for name in asked if name not in functions and not any(hasattr(one, name) for one in classes)] == []


def test_hooks_that_are_shown_are_hooks() -> None:
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    first, second, third = (yaml.safe_load(block) for block in shown(DOCS / "hook.md", "yaml"))
    assert [hook["id"] for repository in first["repos"] for hook in repository["hooks"]] == ["sgwarden"]
    assert {hook["id"] for hook in (*second, *third)} <= known


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_commands_and_options_that_are_named_exist(
    page: Path,
    sgwarden: Callable[..., Run],  # noqa: F811
) -> None:
    from sgwarden.cli.main import COMMANDS

    text = page.read_text(encoding="utf-8")
    lines = "\n".join(shown(page, "console"))
    named = set(re.findall(r"`sgwarden ([a-z][a-z-]*)", text)) | set(
        re.findall(r"(?:^\s*|\| )sgwarden ([a-z][a-z-]*)", lines, re.MULTILINE)
    )
    assert named <= set(COMMANDS)
    if page.name not in ("hook.md", "custom-policies.md"):  # the others speak of options of other tools too
        return
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", "\n".join(re.findall(r"`(--[^`]*)`", text))))
    helped = sgwarden("scan", "--help").out
    assert options
    assert {option for option in options if option not in helped} == set()


def test_every_page_installs_it_in_the_same_way() -> None:
    from sgwarden import __version__

    for page in WRITTEN:
        text = page.read_text(encoding="utf-8")
        assert "pip install sgwarden" not in text, page
        assert set(re.findall(r"git\+https://\S+?(?=[\"'\s`])", text)) <= {
            f"git+https://github.com/example/sgwarden@v{__version__}"
        }, page
        assert set(re.findall(r"rev: (v\S+)", text)) <= {f"v{__version__}"}, page


OFFLINE = [
    (page, line)
    for page in WRITTEN
    if page.name in ("README.md", "configuration.md", "custom-policies.md", "checkov.md", "gate.md", "nightly.md")
    for block in shown(page, "console")
    for line in block.splitlines()
    if re.match(r" *(\$ )?sgwarden ", line)
    and not re.search(r"s3://|with-checkov|--profile|--organization|drift ack|\| ", line)
]
"""Commands that are shown and need no other program."""
NEEDS_AWS = re.compile(r"sgwarden (audit|snapshot|drift)\b(?!.*--live)")


@pytest.fixture
def repository(work: Path) -> Path:  # noqa: F811
    """All that the commands of the pages name."""
    demo, sources = ROOT / "fixtures" / "demo", ROOT / "fixtures" / "sources" / "separate_rules"
    for name in ("live/prod", "live/audit"):
        shutil.copytree(demo, work / name)
    shutil.copytree(demo / "modules" / "service", work / "modules" / "x")
    for name in ("terraform.tfstate", "plan.json"):
        shutil.copy(sources / name, work / name)
    (work / "states").mkdir()
    shutil.copy(sources / "live.tfstate", work / "states" / "prod.tfstate")
    (work / "aws" / "123456789012" / "eu-west-1").mkdir(parents=True)
    shutil.copy(sources / "live.json", work / "aws" / "123456789012" / "eu-west-1" / "groups.json")
    (work / "rules").mkdir()
    (work / "rules" / "a.toml").write_text(shown(DOCS / "custom-policies.md", "toml")[0])
    (work / "sgwarden.toml").write_text(shown(DOCS / "configuration.md", "toml")[0].replace('fail_on = "high"\n', ""))
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "a"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=work, check=True)
    subprocess.run(["git", "update-ref", "refs/remotes/origin/main", "HEAD"], cwd=work, check=True)
    return work


@pytest.mark.parametrize(("page", "line"), OFFLINE, ids=[f"{page.stem}: {line.strip()}" for page, line in OFFLINE])
def test_commands_that_are_shown_run(
    page: Path,
    line: str,
    repository: Path,
    sgwarden: Callable[..., Run],  # noqa: F811
) -> None:
    command = line.strip().removeprefix("$ ").replace("/tmp/sgwarden.toml", "sgwarden.toml").partition(" > ")[0]
    arguments = shlex.split(command, comments=True)[1:]
    if NEEDS_AWS.search(command):
        arguments += ["--live", "aws/"]
    if "night.json.gz" in command and arguments[0] != "snapshot":
        assert sgwarden("snapshot", "--live", "aws/", "--output", "night.json.gz").code in (0, 3)
    if "sgwarden-baseline.json" in command:
        assert sgwarden("baseline", "update").code in (0, 3)
    run = sgwarden(*[str(found) for each in arguments for found in (sorted(map(str, Path().glob(each))) or [each])])
    assert run.code in (0, 1, 3), run.err
    assert "error" not in run.err.lower()


def test_the_configuration_that_is_shown_is_what_is_printed(
    repository: Path,
    sgwarden: Callable[..., Run],  # noqa: F811
) -> None:
    (repository / "sgwarden.toml").write_text(shown(DOCS / "configuration.md", "toml")[0])
    (block,) = [block for block in shown(DOCS / "configuration.md", "console") if block.startswith("$ ")]
    command, *lines = block.splitlines()
    printed = sgwarden(*command.split()[2:]).out.splitlines()
    assert [line for line in lines if line != "…" and line not in printed] == []
