"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tests.test_api as samples

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[1]


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

    installed = any(entry.value == "scanner.pytest_plugin" for entry in entry_points(group="pytest11"))
    return [] if installed else ["-p", "scanner.pytest_plugin"]


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
    result.stdout.fnmatch_lines(["FAILED *test_load_balancers_alone - Failed: li*"])


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
        """,
    )
    result.assert_outcomes(errors=1, failed=2)
    result.stdout.fnmatch_lines(["*opens port 22 (SSH) to the internet*", "*assert *== ()*", "*InputError*"])


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
        "import sys, pytest\nbefore = set(sys.modules)\nimport scanner.pytest_plugin\n"
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['scanner', 'scanner.pytest_plugin']"
