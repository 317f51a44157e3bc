"""How the two packages are laid out: where files lie, which test is about which module, and what imports what when."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.test_imports import PATHS as MODULES
from tests.test_imports import imports

MOST_LATE_IMPORTS = 83
"""Imports inside of functions; each is there because a run starts faster without it. Lower this with their number."""
LONGEST_CHAIN = 18
"""Modules that import one another in a row. Lower this with the number."""
LATE = "# imported late: "

CONTROL = "only the events and words of a control; tests/policies/test_registry.py"
TYPES = "only types"
UNMIRRORED = {
    "sgwarden.__main__": "one call; tests/test_foreign_packages.py runs it",
    "sgwarden.api": "only names of its modules; tests/test_docs.py compares them with the page",
    "sgwarden.aws.failures": "tests/aws/test_calls.py and tests/aws/test_read.py",
    "sgwarden.checkov.checks": "runs in Checkov's process alone; tests/policies/test_checkov_checks.py",
    "sgwarden.checkov.names": "tests/policies/test_checkov_checks.py",
    "sgwarden.cli.demo": "tests/demo/test_demo.py",
    "sgwarden.cli.exit_codes": TYPES,
    "sgwarden.demo.embedded": "tests/demo/test_demo.py",
    "sgwarden.demo.world": "tests/demo/test_demo.py",
    "sgwarden.drift.differences": TYPES,
    "sgwarden.drift.resolve_declared.join_rules": "tests/drift/resolve_declared/test_resolve.py",
    "sgwarden.model.instances": TYPES,
    "sgwarden.model.locations": TYPES,
    "sgwarden.model.monitoring": TYPES,
    "sgwarden.model.security_groups": TYPES,
    "sgwarden.model.sources": TYPES,
    "sgwarden.model.values": TYPES,
    "sgwarden.pytest_plugin.fixture_types": TYPES,
    "sgwarden.run.options": TYPES,
    "sgwarden.sources.documents.aws_cli_places": "tests/sources/documents/test_aws_cli.py",
    "sgwarden.sources.hcl": "tests/truth/test_truth.py and tests/sources/test_law.py",
    "sgwarden.sources.live.answer_types": "only types; tests/sources/documents/test_aws_cli.py",
    "sgwarden.sources.live.monitoring_parts": "tests/sources/live/test_monitoring.py",
    "sgwarden.sources.live.region": "tests/sources/test_live_law.py",
    "sgwarden.sources.snapshot.sound": "tests/sources/snapshot/test_document.py",
    "sgwarden.sources.plan.json_types": TYPES,
    "sgwarden.sources.resources": "tests/sources/resources/test_resources.py",
    "sgwarden.sources.resources.attachment_types": "tests/sources/resources/test_attachments.py",
    "sgwarden.sources.resources.monitoring": "tests/monitoring/test_chain.py and tests/monitoring/test_live_chain.py",
    "sgwarden.sources.resources.monitoring_access": "tests/monitoring/test_chain.py",
    "sgwarden.sources.resources.monitoring_reader": "tests/monitoring/test_chain.py",
    "sgwarden.suppressions.subject": TYPES,
    "sgwarden.terraform.errors": TYPES,
    "sgwarden.terraform.evaluate.arguments": TYPES,
    "sgwarden.terraform.functions": "only names of its modules; tests/terraform/functions/test_dispatch.py",
    "sgwarden.terraform.syntax.ast": TYPES,
    "sgwarden_policies.checkov_checks.sgwarden_checks": "tests/policies/test_checkov_checks.py",
    "sgwarden_policies.monitoring.unnoticed_bucket_policy_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_cloudtrail_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_config_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_denied_calls": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_exposure_changes": "tests/policies/test_control_outcome.py",
    "sgwarden_policies.monitoring.unnoticed_gateway_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_iam_policy_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_key_deletion": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_network_acl_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_organization_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_root_use": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_route_table_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_security_group_changes": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_sign_in_failures": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_sign_in_without_mfa": CONTROL,
    "sgwarden_policies.monitoring.unnoticed_vpc_changes": CONTROL,
}
"""Modules without a test file of their name, and why."""


def file_of_tests(name: str) -> Path:
    """Return where the tests of a module lie."""
    package, *folders, last = name.split(".")
    return ROOT.joinpath("tests", *(["policies"] if package == "sgwarden_policies" else folders), f"test_{last}.py")


def is_data(path: Path) -> bool:
    """Return True for an ``__init__.py`` of a few lines, which has a docstring and perhaps names of its modules."""
    return path.name == "__init__.py" and path.read_text(encoding="utf-8").count("\n") <= 12


def test_every_module_has_a_test_file_or_a_reason() -> None:
    missing = {name for name, path in MODULES.items() if not is_data(path) and not file_of_tests(name).exists()}
    assert sorted(missing - set(UNMIRRORED)) == [], "write the test file, or say in UNMIRRORED why there is none"
    assert sorted(set(UNMIRRORED) - missing) == [], "remove them from UNMIRRORED"


def test_reasons_name_tests_that_exist() -> None:
    words = [word.rstrip(",;") for reason in UNMIRRORED.values() for word in reason.split()]
    assert [word for word in words if word.startswith("tests/") and not (ROOT / word).exists()] == []


def test_nothing_is_loose_at_the_top() -> None:
    for package, names in (
        ("scanner/sgwarden", {"__init__", "__main__", "errors", "findings", "settings"}),
        ("policies/sgwarden_policies", {"__init__", "control_outcome", "control_policy", "policy", "registry"}),
    ):
        assert {path.stem for path in (ROOT / package).glob("*.py")} == names


def test_every_package_says_what_it_is() -> None:
    """The first line of the docstring is the row of the table of rooms."""
    silent = [
        name
        for name, path in MODULES.items()
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def late_imports(text: str) -> Iterator[tuple[int, bool]]:
    """Yield the line of every import inside of a function, and whether a comment says why.

    The comment is on the line of the import, or on the line above it and the imports that follow it without a gap.
    """
    lines = text.splitlines()
    tree = ast.parse(text)
    inner = {
        node.lineno: node
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    explained_until = 0
    for line, node in sorted(inner.items()):
        end = node.end_lineno or line
        above = lines[line - 2].strip().startswith(LATE) or explained_until == line - 1
        if above:
            explained_until = end
        yield line, above or any(LATE in text for text in lines[line - 1 : end])


def test_every_late_import_says_why() -> None:
    found = [
        (f"{path.relative_to(ROOT).as_posix()}:{line}", explained)
        for path in MODULES.values()
        for line, explained in late_imports(path.read_text(encoding="utf-8"))
    ]
    assert [place for place, explained in found if not explained] == [], f"write {LATE}REASON, or import it at the top"
    assert len(found) <= MOST_LATE_IMPORTS


@pytest.mark.parametrize(
    ("body", "explained"),
    [
        ("    import a\n", [(2, False)]),
        ("    import a  # imported late: slow\n    import b\n", [(2, True), (3, False)]),
        ("    # imported late: slow\n    import a\n    import b\n\n    import c\n", [(3, True), (4, True), (6, False)]),
        ("    from a import (  # imported late: slow\n        b,\n    )\n", [(2, True)]),
    ],
    ids=["without", "on the line", "above", "of several lines"],
)
def test_late_imports_are_found(body: str, explained: list[tuple[int, bool]]) -> None:
    assert list(late_imports(f"def f() -> None:\n{body}\n\nimport d\n")) == explained


def chains(graph: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return the longest chain of imports that starts at each module. Raises ValueError for a circle."""
    found: dict[str, tuple[str, ...]] = {}

    def longest(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            raise ValueError(" > ".join((*way[way.index(name) :], name)))
        if name not in found:
            rest = [longest(target, (*way, name)) for target in sorted(graph[name])]
            found[name] = (name, *max(rest, key=len, default=()))
        return found[name]

    for name in graph:
        longest(name, ())
    return found


@cache
def import_graph() -> dict[str, frozenset[str]]:
    """Which modules of the two packages each of them imports, at the top or late."""
    names = {name.removesuffix(".__init__"): path for name, path in MODULES.items()}
    return {name: frozenset(imports(name, path)) & names.keys() - {name} for name, path in names.items()}


def test_no_import_circle_and_no_long_chain() -> None:
    """Late imports count: a module that needs another one depends on it whenever it is imported."""
    longest = max(chains(import_graph()).values(), key=len)
    assert len(longest) <= LONGEST_CHAIN, " > ".join(longest)


def test_circles_and_chains_are_found() -> None:
    graph = {"a": ["b", "c"], "b": ["c"], "c": [], "d": ["a"]}
    assert chains(graph)["d"] == ("d", "a", "b", "c")
    with pytest.raises(ValueError, match=r"^a > b > c > a$"):
        chains({**graph, "c": ["a"]})
