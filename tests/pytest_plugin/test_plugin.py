"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tests.api.test_functions as samples
from sgwarden import api
from sgwarden.pytest_plugin import fixture_types

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every module that a run imports late: pytester forgets what a run within this process imports, and a part of them
    imported anew does not know the classes of the rest."""
    sources = ROOT / "fixtures" / "sources" / "separate_rules"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for _ in range(2):
            api.scan(ROOT / "fixtures" / "demo").text()
        api.inventory(ROOT / "fixtures" / "demo")
        api.plan(sources / "plan.json").widened(new_groups=True)
        api.drift(sources / "live.tfstate", sources / "live.json").text()


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with Terraform code, and a cache of its own; the plugin as its installation would load it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(pytester.path / "cache"))
    live = pytester.mkdir("live")
    (live / "main.tf").write_text(samples.CODE)


def run(pytester: pytest.Pytester, body: str, *arguments: str) -> pytest.RunResult:
    """One test file, run with the plugin named once whether or not it is installed."""
    pytester.makepyfile(body)
    return pytester.runpytest("-p", "no:cacheprovider", *_plugin(), *arguments)


def _plugin() -> list[str]:
    from importlib.metadata import entry_points

    installed = any(entry.value == "sgwarden.pytest_plugin.plugin" for entry in entry_points(group="pytest11"))
    return [] if installed else ["-p", "sgwarden.pytest_plugin.plugin"]


def test_a_scan_in_a_line(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_clean(sgwarden_scan):
            sgwarden_scan("live").check()

        def test_closed(sgwarden_scan):
            sgwarden_scan("live", variables={"admins": ["10.0.0.0/8"]}).check("low")
        """,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*live/main.tf:15", "*Ingress tcp 22 from 0.0.0.0/0*", "*opens port 22 (SSH) to the internet*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*api.py*")
    result.stdout.no_fnmatch_line("*def test_clean*")


def test_an_inventory_in_a_line(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_load_balancers_alone(sgwarden_inventory):
            sgwarden_inventory("live").only_open_to_internet("lb-*")

        def test_web_is_public(sgwarden_inventory):
            sgwarden_inventory("live").only_open_to_internet("web", ports=[22])

        def test_who_may_administer(sgwarden_inventory):
            assert sgwarden_inventory("live").group("web").peers(22) == ("0.0.0.0/0",)
        """,
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["live/main.tf:15: aws_security_group.web is open to the internet: tcp 22"])
    result.stdout.fnmatch_lines(["FAILED *test_load_balancers_alone - li*"])


def test_a_fixture_and_other_assertions(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def clean(sgwarden_scan):
            sgwarden_scan("live").check()

        def test_setup(clean):
            pass

        def test_assertion(sgwarden_scan):
            assert sgwarden_scan("live").failed == ()

        def test_error(sgwarden_scan):
            sgwarden_scan("nowhere")

        def test_name(sgwarden_inventory):
            sgwarden_inventory("live").group("wep")
        """,
    )
    result.assert_outcomes(errors=1, failed=3)
    result.stdout.fnmatch_lines(["no security groups are called 'wep'; there are: aws_security_group.web"])
    result.stdout.fnmatch_lines(["*opens port 22 (SSH) to the internet*", "*assert *== ()*"])
    result.stdout.fnmatch_lines(["*test_error*", "*nowhere: there is no such file or directory; check the path"])
    result.stdout.fnmatch_lines(["FAILED *::test_error - InputError: *"])
    result.stdout.no_fnmatch_line("*inputs.py*")
    result.stdout.no_fnmatch_line("*Errno*")


UNITTEST = """
import unittest

import pytest


class TestNetwork(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def of_sgwarden(self, sgwarden_scan):
        self.scan = sgwarden_scan

    def test_clean(self):
        self.scan("live").check()

    def test_raises(self):
        with self.assertRaisesRegex(AssertionError, "opens port 22"):
            self.scan("live").check()


@pytest.mark.parametrize("root", ["live"])
def test_roots(sgwarden_scan, root):
    sgwarden_scan(root).check()


def test_closing(sgwarden_scan, request):
    request.addfinalizer(lambda: sgwarden_scan("live").check())
"""


@pytest.mark.parametrize("arguments", [(), ("-q", "--tb=short"), ("--tb=long", "-v"), ("--tb=native",), ("-n", "1")])
def test_findings_stay_findings_in_every_kind_of_test(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    result = run(pytester, UNITTEST, *arguments)
    result.assert_outcomes(passed=2, failed=2, errors=1)
    text = result.stdout.str()
    assert text.count("opens port 22 (SSH) to the internet") >= 3
    assert [word for word in ("Traceback", "violations.py", "api.py", "def test_", "Violation") if word in text] == []


def test_an_input_is_read_once_for_a_session(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import os

        import pytest
        from sgwarden import api

        @pytest.fixture(scope="session", autouse=True)
        def counted():
            read, names = api.inventory, []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(api, "inventory", lambda *given, **more: names.append(given) or read(*given, **more))
                yield names

        @pytest.mark.parametrize("number", range(3))
        def test_same(sgwarden_inventory, number, counted):
            assert sgwarden_inventory("live").groups()
            assert len(counted) == 1

        def test_what_changes_is_read_again(sgwarden_inventory, counted, monkeypatch):
            sgwarden_inventory("live", variables={"admins": []})
            assert len(counted) == 2
            monkeypatch.setenv("TF_VAR_admins", "[]")
            assert sgwarden_inventory("live").group("web").peers(22) == ()
            with open("live/b.tf", "w") as file:
                file.write('resource "aws_security_group" "b" {}')
            assert len(sgwarden_inventory("live").groups()) == 2
            assert len(counted) == 4

        def test_elsewhere(sgwarden_inventory, tmp_path, counted):
            (tmp_path / "a.tf").write_text("")
            before = len(counted)
            sgwarden_inventory(tmp_path), sgwarden_inventory(tmp_path)
            assert len(counted) == before + 2
        """,
    )
    result.assert_outcomes(passed=5)


def test_paths_begin_at_the_root_directory(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini("[pytest]")
    (pytester.path / "open.tfvars").write_text('admins = ["10.0.0.0/8"]')
    below = pytester.mkdir("deep") / "tests"
    below.mkdir()
    (below / "test_network.py").write_text(
        "def test_closed(sgwarden_inventory):\n"
        "    found = sgwarden_inventory('live', var_files=['open.tfvars'])\n"
        "    assert found.group('web').peers(22) == ('10.0.0.0/8',)\n"
    )
    monkeypatch.chdir(below)
    result = pytester.runpytest("-p", "no:cacheprovider", "--rootdir", str(pytester.path), *_plugin())
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("fixture", "function"),
    [
        (fixture_types.ScanFixture, api.scan),
        (fixture_types.InventoryFixture, api.inventory),
        (fixture_types.PlanFixture, api.plan),
        (fixture_types.DriftFixture, api.drift),
    ],
)
def test_the_types_of_the_fixtures_are_those_of_the_functions(fixture: Any, function: Any) -> None:
    own, asked = inspect.signature(fixture.__call__), inspect.signature(function)
    assert list(own.parameters.values())[1:] == list(asked.parameters.values())
    assert own.return_annotation == asked.return_annotation


TYPED = """
from sgwarden import api
from sgwarden.pytest_plugin.fixture_types import DriftFixture, InventoryFixture, PlanFixture, ScanFixture


def test_scan(sgwarden_scan: ScanFixture) -> None:
    sgwarden_scan("live", variables={"admins": ["10.0.0.0/8"]}, diff_base="main").check("high")
    assert [finding.severity for finding in sgwarden_scan().failed] == [api.Severity.HIGH]


def test_inventory(sgwarden_inventory: InventoryFixture) -> None:
    inventory = sgwarden_inventory("live")
    inventory.only_open_to_internet("lb-*", ports=[80, 443])
    inventory.groups_have_tags("owner")
    for group in inventory.reachable_from("10.0.0.0/8", 22):
        assert group.name is not None and 22 in group.ports("10.0.0.0/8")


def test_plan(sgwarden_plan: PlanFixture) -> None:
    sgwarden_plan("plan.json").widens_nothing()


def test_drift(sgwarden_drift: DriftFixture) -> None:
    sgwarden_drift(["live"], "night.json.gz").check()
"""


def test_typed_tests_pass_mypy(pytester: pytest.Pytester) -> None:
    api_module = pytest.importorskip("mypy.api")
    file = pytester.makepyfile(TYPED)
    wrong = pytester.path / "wrong.py"
    wrong.write_text(TYPED.replace("ports=[80, 443]", "port=80").replace('"night.json.gz"', "1"))
    cache = str(pytester.path / "types")
    out, err, code = api_module.run(["--strict", "--cache-dir", cache, "--config-file", "", str(file)])
    assert (code, err) == (0, ""), out
    out, _, code = api_module.run(["--strict", "--cache-dir", cache, "--config-file", "", str(wrong)])
    assert (code, out.count("error:")) == (1, 2), out


def test_plans_and_drift(pytester: pytest.Pytester) -> None:
    sources = ROOT / "fixtures" / "sources" / "separate_rules"
    result = run(
        pytester,
        f"""
        def test_no_plan_widens_a_group(sgwarden_plan):
            sgwarden_plan({str(sources / "plan.json")!r}).widens_nothing(new_groups=True)

        def test_no_drift(sgwarden_drift):
            sgwarden_drift({str(sources / "live.tfstate")!r}, {str(sources / "live.json")!r}).check()
        """,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*aws_security_group.counted*0* is widened: ingress tcp 9000 from 192.0.2.0/24*"])


def test_fixtures_are_listed(pytester: pytest.Pytester) -> None:
    result = run(pytester, "", "--fixtures")
    result.stdout.fnmatch_lines(["sgwarden_scan*", "*ask policies about an input*"])


def test_loading_the_plugin_loads_nothing_else() -> None:
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport sgwarden.pytest_plugin.plugin\n"
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['sgwarden', 'sgwarden.pytest_plugin', 'sgwarden.pytest_plugin.plugin']"


def test_what_the_page_shows_is_printed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```(\w+)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tests,) = [body for language, body in shown if language == "python" and "def test_nothing_drifted" in body]
    (console,) = [body for language, body in shown if language == "console" and body.startswith("$ ")]
    command, *lines = console.splitlines()
    (pytester.path / "live" / "prod").mkdir()
    (pytester.path / "live" / "main.tf").rename(pytester.path / "live" / "prod" / "main.tf")
    (name,) = [word for word in command.split() if word.endswith(".py")]
    (pytester.path / name).write_text(tests)
    monkeypatch.setenv("CI", "1")  # the summary is not cut at the width of the terminal
    result = pytester.runpytest("-q", "-p", "no:cacheprovider", *_plugin(), name, "-k", "load_balancers")
    printed = [line for line in result.outlines if line]
    assert printed[:-1] == lines[:-1]
    assert (lines[-1].split(" in ")[0], printed[-1].split(",")[0]) == ("1 failed", "1 failed")
