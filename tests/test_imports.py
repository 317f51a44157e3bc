"""Who may import whom, and what the core must run without."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (ROOT / "scanner", ROOT / "policies")
STANDARD = frozenset(sys.stdlib_module_names)
RECORDS = "msgspec"
"""The library of the records; every room may use it, but for what runs in Checkov's process."""
IN_CHECKOV = (
    "sgwarden.checkov.catalogue",
    "sgwarden.checkov.checks",
    "sgwarden.checkov.evaluator",
    "sgwarden.checkov.names",
    "sgwarden.checkov.subjects",
    "sgwarden_policies.checkov_checks",
)

ROOMS: dict[str, str] = {
    "": "",
    "model": "model",
    "errors": "",
    "settings": "",
    "findings": "model",
    "cloudtrail": "cloudtrail",
    "patterns": "patterns model.globs cloudtrail lark re2",
    "monitoring": "monitoring model cloudtrail.catalogue patterns",
    "generate": "generate model monitoring cloudtrail.catalogue patterns.filter_patterns",
    "drift": "drift model findings errors deepdiff",
    "terraform": "terraform model errors hcl2 lark re2 regex yaml",
    "aws": "aws errors boto3 botocore",
    "sources": "sources terraform model errors",
    "sources.resources": "sources.resources model terraform.errors terraform.types.numbers",
    "sources.live": "sources.live sources.resources aws model errors",
    "sources.documents": "sources.documents sources.resources sources.live sources.snapshot aws errors model",
    "cache": "cache model findings terraform",
    "config": "config errors settings findings model.sources model.globs terraform.modules",
    "suppressions": "suppressions config errors findings model terraform",
    "custom_policies": "custom_policies config errors findings model terraform sgwarden_policies",
    "gate": "gate errors findings model monitoring terraform",
    "reports": "reports.parts findings model cloudtrail.catalogue patterns.coverage",
    "reports.formats": "",
    "reports.findings": "reports.parts findings model",
    "reports.drift": "reports.parts findings model drift",
    "reports.parts": "reports.parts findings model drift.differences",
    "checkov": "checkov errors findings model settings yaml",
    "checkov.checks": "checkov",
    "demo": "demo sources model errors boto3 moto",
    "run": (
        "run cache config custom_policies suppressions gate reports checkov drift monitoring generate patterns cloudtrail"
        " sources terraform aws model findings errors settings sgwarden_policies"
    ),
    "run.subsume": "findings",
    "run.assess": "model findings settings",
    "api": (
        "api run config custom_policies suppressions reports drift sources model findings errors settings"
        " sgwarden_policies"
    ),
    "pytest_plugin": "pytest_plugin api pytest",
    "sgwarden_policies": "sgwarden_policies model findings settings monitoring cloudtrail.catalogue",
    "sgwarden_policies.checkov_checks": "checkov.checks checkov",
}
"""What each room of ``sgwarden`` may import besides the standard library. The longest name that fits a module is its
room. Only ``cli`` is left out: it may import everything, and nothing imports it."""

ONLY_HERE = {
    "hcl2": {"sgwarden.terraform.syntax.grammar"},
    "lark": {
        "sgwarden.terraform.syntax.grammar",
        "sgwarden.patterns.lark_parser",
        "sgwarden.patterns.filter_patterns.grammar",
        "sgwarden.patterns.kql.grammar",
    },
    "boto3": {"sgwarden.aws", "sgwarden.demo.embedded"},
    "moto": {"sgwarden.demo.embedded"},
    "botocore": {"sgwarden.aws"},
    "checkov": {"sgwarden.checkov.checks", "sgwarden_policies.checkov_checks"},
}
"""Libraries that one module or package alone imports."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the two packages, by dotted name."""
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            parts = path.relative_to(source).with_suffix("").parts
            name = ".".join(parts)
            yield (name if name == "sgwarden.__init__" else name.removesuffix(".__init__")), path


PATHS = dict(modules())


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
            # `from sgwarden import findings` imports the module, `from sgwarden import __version__` the package
            found |= {f"{base}.{alias.name}" if _is_module(f"{base}.{alias.name}") else base for alias in node.names}
    return found


@cache
def _is_module(name: str) -> bool:
    paths = [source.joinpath(*name.split(".")) for source in SOURCES]
    return any(path.with_suffix(".py").exists() or (path / "__init__.py").exists() for path in paths)


def full_name(room: str) -> str:
    """A room as ROOMS names it, as the dotted name of a package, module or library."""
    if room.split(".")[0] in {
        "sgwarden_policies",
        "hcl2",
        "lark",
        "re2",
        "regex",
        "yaml",
        "boto3",
        "botocore",
        "moto",
        "deepdiff",
        "pytest",
    }:
        return room
    return f"sgwarden.{room}" if room else "sgwarden.__init__"


def room_of(name: str) -> str | None:
    """The room that a module lies in."""
    fitting = [room for room in ROOMS if _lies_in(name, full_name(room))]
    return max(fitting, key=len, default=None)


def allowed_in(room: str) -> list[str]:
    """What the modules of a room may import."""
    names = [full_name(name) for name in ROOMS[room].split()]
    return [*names, "checkov"] if room in {"checkov.checks", "sgwarden_policies.checkov_checks"} else names


def test_every_room_is_held_to_a_rule() -> None:
    assert {name for name, _ in modules() if room_of(name) is None and not _lies_in(name, "sgwarden.cli")} == {
        "sgwarden.__main__"
    }


def _lies_in(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize(("name", "path"), PATHS.items(), ids=list(PATHS))
def test_who_may_import_whom(name: str, path: Path) -> None:
    room = room_of(name)
    for target in imports(name, path):
        top = target.split(".")[0]
        for library, owners in ONLY_HERE.items():
            assert top != library or any(_lies_in(name, owner) for owner in owners), f"{name} imports {target}"
        if not _lies_in(name, "sgwarden.cli") and name != "sgwarden.__main__":
            assert not _lies_in(target, "sgwarden.cli"), f"{name} imports {target}"
        if room is None or top in STANDARD or target == "sgwarden":
            continue
        if top == RECORDS and not any(_lies_in(name, module) for module in IN_CHECKOV):
            continue
        assert any(_lies_in(target, allowed) for allowed in allowed_in(room)), f"{name} imports {target}"


def test_relative_imports_are_resolved(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        "from . import findings\nfrom ..sgwarden import errors\nfrom .model import values\nimport os.path\n"
    )
    assert imports("sgwarden.x", path) == {"sgwarden.findings", "sgwarden.errors", "sgwarden.model.values", "os.path"}


@pytest.mark.parametrize("name", [name for name in PATHS if not name.startswith("sgwarden.cli")])
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    tree = ast.parse(PATHS[name].read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    if name == "sgwarden.__main__":
        calls -= {"sys.exit"}
    assert not calls & {"print", "sys.exit", "exit", "quit", "os._exit", "sys.stdout.write", "sys.stderr.write"}


def alone(code: str) -> subprocess.CompletedProcess[str]:
    """``code`` in a fresh process that sees this project."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_policies_and_resources_need_no_library_but_that_of_records() -> None:
    blocked = ["hcl2", "boto3", "botocore", "yaml", "re2", "orjson", "rich"]
    code = f"import sys\nfor name in {blocked}: sys.modules[name] = None\nimport sgwarden_policies.registry\nimport sgwarden.sources.resources\nprint(len(sgwarden_policies.registry.POLICIES))"
    done = alone(code)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 10


def test_what_checkov_runs_needs_no_library() -> None:
    ours = [name for name in IN_CHECKOV if name not in ("sgwarden.checkov.checks", "sgwarden_policies.checkov_checks")]
    code = f"import sys\nsys.modules['msgspec'] = None\nimport {', '.join(ours)}\nprint('fine')"
    assert (alone(code).stdout, alone(code).stderr) == ("fine\n", "")


def test_the_version_imports_nearly_nothing() -> None:
    code = (
        "import sys\nbefore = set(sys.modules)\nfrom sgwarden.cli.main import main\nmain(['--version'])\n"
        "print(sorted(name for name in set(sys.modules) - before if name.split('.')[0] in ('sgwarden', 'sgwarden_policies', 'argparse')))"
    )
    assert alone(code).stdout.splitlines()[1:] == [
        "['sgwarden', 'sgwarden.cli', 'sgwarden.cli.exit_codes', 'sgwarden.cli.main']"
    ]


def test_a_state_is_scanned_without_the_parser_of_hcl(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text(
        '{"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "a", "resources": []}'
    )
    code = (
        "import sys\nsys.modules['hcl2'] = None\nfrom sgwarden.cli.main import main\n"
        f"sys.exit(main(['scan', {str(tmp_path / 'terraform.tfstate')!r}]))"
    )
    done = alone(code)
    assert (done.returncode, done.stderr) == (0, "")
