"""Who may import whom, and what the core must run without."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STANDARD = frozenset(sys.stdlib_module_names)
RECORDS = "msgspec"
"""The library of the records; every room may use it, but for what runs in Checkov's process."""
IN_CHECKOV = (
    "scanner.checkov.catalogue",
    "scanner.checkov.checks",
    "scanner.checkov.evaluator",
    "scanner.checkov.names",
    "scanner.checkov.subjects",
    "policies.checkov_checks",
)

ROOMS: dict[str, frozenset[str]] = {
    "scanner.__init__": frozenset(),
    "scanner.model": frozenset({"scanner.model"}),
    "scanner.errors": frozenset(),
    "scanner.settings": frozenset(),
    "scanner.findings": frozenset({"scanner.model"}),
    "scanner.config": frozenset(
        {
            "scanner.config",
            "scanner.errors",
            "scanner.settings",
            "scanner.findings",
            "scanner.reports",
        }
    ),
    "scanner.suppressions": frozenset(
        {"scanner.suppressions", "scanner.config", "scanner.findings", "scanner.model", "scanner.terraform"}
        | {"scanner.errors"}
    ),
    "scanner.gathering": frozenset({"scanner.findings"}),
    "scanner.assess": frozenset({"scanner.model", "scanner.findings", "scanner.settings"}),
    "scanner.terraform": frozenset(
        {"scanner.terraform", "scanner.model", "scanner.errors", "hcl2", "lark", "re2", "regex", "yaml"}
    ),
    "scanner.sources": frozenset(
        {"scanner.sources", "scanner.terraform", "scanner.model", "scanner.errors", "msgspec"}
    ),
    **dict.fromkeys(
        (
            "scanner.sources.live",
            "scanner.sources.live_model",
            "scanner.sources.live_monitoring",
            "scanner.sources.cli_documents",
        ),
        frozenset({"scanner.sources", "scanner.aws", "scanner.model", "scanner.errors"}),
    ),
    "scanner.aws": frozenset({"scanner.aws", "scanner.errors", "boto3", "botocore"}),
    "scanner.sources.resources": frozenset({"scanner.sources.resources", "scanner.model", "scanner.terraform.numbers"}),
    "scanner.reading": frozenset({"scanner.model"}),
    "scanner.inputs": frozenset(
        {
            "scanner.reading",
            "scanner.sources",
            "scanner.terraform",
            "scanner.model",
            "scanner.suppressions",
            "scanner.incremental",
            "scanner.errors",
        }
    ),
    "scanner.drift_inputs": frozenset(
        {"scanner.inputs", "scanner.reading", "scanner.sources", "scanner.terraform", "scanner.model", "scanner.drift"}
        | {"scanner.errors", "scanner.aws", "msgspec"}
    ),
    "scanner.source_text": frozenset({"scanner.model"}),
    "scanner.reports": frozenset(
        {
            "scanner.reports",
            "scanner.findings",
            "scanner.model",
            "scanner.coverage",
            "scanner.cloudtrail.catalogue",
            "scanner.drift",
        }
    ),
    "scanner.demo": frozenset({"scanner.demo", "scanner.sources", "scanner.model", "scanner.errors", "boto3", "moto"}),
    "scanner.drift": frozenset({"scanner.drift", "scanner.model", "scanner.findings", "scanner.errors", "deepdiff"}),
    "policies": frozenset(
        {
            "policies",
            "scanner.model",
            "scanner.findings",
            "scanner.settings",
            "scanner.monitoring",
            "scanner.cloudtrail.catalogue",
        }
    ),
    "policies.checkov_checks": frozenset({"scanner.checkov", "checkov"}),
    **dict.fromkeys(
        tuple(f"scanner.checkov.{name}" for name in ("catalogue", "evaluator", "names", "subjects")),
        frozenset(f"scanner.checkov.{name}" for name in ("catalogue", "evaluator", "names", "subjects")),
    ),
    "scanner.checkov.checks": frozenset({"checkov", "scanner.checkov"}),
    "scanner.monitoring": frozenset(
        {"scanner.monitoring", "scanner.model", "scanner.cloudtrail.catalogue", "scanner.coverage"}
    ),
}
"""What each room may import besides the standard library. The longest name that fits a module is its room;
``scanner.scanning`` and ``scanner.drifting`` put the rooms together, for the command line and ``scanner.api`` alike, and may
import everything but the command line."""

ONLY_HERE = {
    "hcl2": {"scanner.terraform.grammar"},
    "lark": {"scanner.terraform.grammar", "scanner.filter_patterns", "scanner.event_patterns"},
    "boto3": {"scanner.aws", "scanner.demo.embedded"},
    "moto": {"scanner.demo.embedded"},
    "botocore": {"scanner.aws"},
    "checkov": {"scanner.checkov.checks", "policies.checkov_checks"},
}
"""Libraries that one module or package alone imports."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the two packages, by dotted name."""
    for package in ("scanner", "policies"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts)
            yield (name if name == "scanner.__init__" else name.removesuffix(".__init__")), path


def imports(name: str, path: Path) -> set[str]:
    """Dotted names that a module imports anywhere, relative ones resolved; not those for type checkers alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for child in ast.walk(statement)
    }
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from scanner import findings` imports the module, `from scanner import __version__` the package
            found |= {f"{base}.{alias.name}" if _is_module(f"{base}.{alias.name}") else base for alias in node.names}
    return found


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def room_of(name: str) -> str | None:
    """The room that a module lies in."""
    fitting = [room for room in ROOMS if name == room or name.startswith(room + ".")]
    return max(fitting, key=len, default=None)


def _lies_in(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=[name for name, _ in modules()])
def test_who_may_import_whom(name: str, path: Path) -> None:
    room = room_of(name)
    for target in imports(name, path):
        top = target.split(".")[0]
        for library, owners in ONLY_HERE.items():
            assert top != library or any(_lies_in(name, owner) for owner in owners), f"{name} imports {target}"
        if not _lies_in(name, "scanner.cli") and name != "scanner.__main__":
            assert not _lies_in(target, "scanner.cli"), f"{name} imports {target}"
        if room is None or top in STANDARD or target == "__future__":
            continue
        if top == RECORDS and not any(_lies_in(name, module) for module in IN_CHECKOV):
            continue
        assert any(_lies_in(target, allowed) for allowed in ROOMS[room]), f"{name} imports {target}"


def test_relative_imports_are_resolved(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("from . import findings\nfrom ..scanner import errors\nfrom .model import values\nimport os.path\n")
    assert imports("scanner.x", path) == {"scanner.findings", "scanner.errors", "scanner.model.values", "os.path"}


@pytest.mark.parametrize("name", [name for name, _ in modules() if not name.startswith("scanner.cli")])
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    tree = ast.parse(dict(modules())[name].read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    if name == "scanner.__main__":
        calls -= {"sys.exit"}
    assert not calls & {"print", "sys.exit", "exit", "quit", "os._exit", "sys.stdout.write", "sys.stderr.write"}


def alone(code: str) -> subprocess.CompletedProcess[str]:
    """``code`` in a fresh process that sees this project."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_policies_and_resources_need_no_library_but_that_of_records() -> None:
    blocked = ["hcl2", "boto3", "botocore", "yaml", "re2", "orjson", "rich"]
    code = f"import sys\nfor name in {blocked}: sys.modules[name] = None\nimport policies.registry\nimport scanner.sources.resources\nprint(len(policies.registry.POLICIES))"
    done = alone(code)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 10


def test_what_checkov_runs_needs_no_library() -> None:
    ours = [name for name in IN_CHECKOV if name not in ("scanner.checkov.checks", "policies.checkov_checks")]
    code = f"import sys\nsys.modules['msgspec'] = None\nimport {', '.join(ours)}\nprint('fine')"
    assert (alone(code).stdout, alone(code).stderr) == ("fine\n", "")


def test_the_version_imports_nearly_nothing() -> None:
    code = (
        "import sys\nbefore = set(sys.modules)\nfrom scanner.cli.main import main\nmain(['--version'])\n"
        "print(sorted(name for name in set(sys.modules) - before if name.split('.')[0] in ('scanner', 'policies', 'argparse')))"
    )
    assert alone(code).stdout.splitlines()[1:] == [
        "['scanner', 'scanner.cli', 'scanner.cli.exit_codes', 'scanner.cli.main']"
    ]


def test_a_state_is_scanned_without_the_parser_of_hcl(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text(
        '{"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "a", "resources": []}'
    )
    code = (
        "import sys\nsys.modules['hcl2'] = None\nfrom scanner.cli.main import main\n"
        f"sys.exit(main(['scan', {str(tmp_path / 'terraform.tfstate')!r}]))"
    )
    done = alone(code)
    assert (done.returncode, done.stderr) == (0, "")
