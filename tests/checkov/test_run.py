"""The user's Checkov as a process: whatever is wrong with it ends the run with one line, never green."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.errors import SgwardenError
from tests.cli.conftest import Run, sgwarden, work

__all__ = ["sgwarden", "work"]

EMPTY = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0, "checkov_version": "3.3.30"}
CODE = 'resource "aws_security_group" "web" {\n  description = "Web servers"\n}\n'


def report(*failed: dict[str, object], resources: int = 1, unparsed: tuple[str, ...] = ()) -> str:
    """What Checkov prints."""
    summary = {**EMPTY, "failed": len(failed), "resource_count": resources}
    results = {
        "passed_checks": [],
        "failed_checks": list(failed),
        "skipped_checks": [],
        "parsing_errors": list(unparsed),
    }
    return json.dumps({"check_type": "terraform", "results": results, "summary": summary})


@pytest.fixture
def fake(tmp_path: Path) -> Callable[..., str]:
    """Makes a program that prints, logs and ends as told, and writes its arguments beside itself."""

    def make(out: str = "", err: str = "", code: int = 0) -> str:
        script = tmp_path / "fake-checkov"
        script.write_text(
            f"#!{sys.executable}\nimport sys, pathlib\n"
            f"pathlib.Path({str(tmp_path / 'arguments')!r}).write_text('\\n'.join(sys.argv[1:]))\n"
            f"sys.stdout.write({out!r})\nsys.stderr.write({err!r})\nsys.exit({code})\n"
        )
        script.chmod(0o755)
        return str(script)

    return make


@pytest.fixture
def scan(sgwarden: Callable[..., Run], work: Path) -> Callable[..., Run]:
    """Scan a clean group with a Checkov."""
    (work / "main.tf").write_text(CODE)
    return lambda *arguments: sgwarden("scan", "--format", "json", "--quiet", *arguments)


def test_a_clean_run(scan: Callable[..., Run], fake: Callable[..., str], tmp_path: Path, work: Path) -> None:
    run = scan(f"--with-checkov={fake(report())}")
    assert (run.code, run.err, json.loads(run.out)["findings"]) == (0, "", [])
    assert (tmp_path / "arguments").read_text().split("\n") == [
        "--directory", str(work), "--framework", "terraform", "--output", "json", "--compact", "--skip-download",
        "--download-external-modules", "False",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("out", "err", "code", "why"),
    [
        ("", "", 0, "printed no report"),
        ("[]garbage", "", 0, "printed no report"),
        ("{}", "", 0, "printed no report: no report of Checkov: KeyError"),
        (report().replace('"failed": 0', '"failed": 2'), "", 1, "it counts 2 failed checks and lists 0"),
        ("", "Traceback\nImportError: cannot import name 'START_LINE'\n", 1, "cannot import name 'START_LINE'"),
        (report(), "some\nargparse error\n", 2, "ended with exit code 2: argparse error"),
        (report(), "12:00 [ERROR] Cannot load external check 'mine' from checks/mine.py\n", 0, "Cannot load external"),
    ],
)
def test_a_run_that_failed_is_never_clean(
    scan: Callable[..., Run], fake: Callable[..., str], out: str, err: str, code: int, why: str
) -> None:
    run = scan(f"--with-checkov={fake(out, err, code)}")
    assert (run.code, run.out) == (2, "")
    assert why in run.err
    assert run.err.count("\n") == 1


def test_nothing_to_reach_a_service_with(
    scan: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a key nor the question whether there is a newer version; the user's other settings stay."""
    home = tmp_path / "home"
    (home / ".bridgecrew").mkdir(parents=True)
    (home / ".bridgecrew" / "credentials").write_text("secret")
    (home / ".checkov.yaml").write_text("bc-api-key: secret\nskip-check: [CKV_AWS_23]\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("BC_API_KEY", "secret")
    monkeypatch.setenv("PRISMA_API_URL", "https://example.com")
    script, seen = tmp_path / "curious-checkov", tmp_path / "seen.json"
    script.write_text(
        f"#!{sys.executable}\nimport json, os, pathlib\nhome = pathlib.Path.home()\n"
        "files = {str(each.relative_to(home)): each.read_text() for each in home.rglob('*') if each.is_file()}\n"
        "names = sorted(name for name in os.environ if name.startswith(('BC_', 'PRISMA_', 'CKV_')))\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps([names, files]))\nprint({report()!r})\n"
    )
    script.chmod(0o755)
    assert scan(f"--with-checkov={script}").code == 0
    names, files = json.loads(seen.read_text())
    assert names == ["CKV_SKIP_PACKAGE_UPDATE_CHECK"]
    assert files == {".checkov.yaml": '{"skip-check": ["CKV_AWS_23"]}'}


def test_a_quiet_checkov_does_not_list_what_passed(scan: Callable[..., Run], fake: Callable[..., str]) -> None:
    """As a ``.checkov.yaml`` with ``quiet: true`` makes it."""
    quiet = report().replace('"passed": 0', '"passed": 5')
    run = scan(f"--with-checkov={fake(quiet)}")
    assert (run.code, run.err) == (0, "")


def test_our_checks_that_could_not_be_loaded_there(scan: Callable[..., Run], fake: Callable[..., str]) -> None:
    failed = {
        "check_id": "SGWARDEN_NOT_LOADED", "check_name": "sgwarden's checks cannot be loaded: x",
        "check_result": {"result": "FAILED"}, "resource": "aws_security_group.web", "file_abs_path": "/main.tf",
        "file_line_range": [1, 3],
    }  # fmt: skip
    run = scan(f"--with-checkov={fake(report(failed), code=1)}")
    assert (run.code, run.out) == (2, "")
    assert "sgwarden's checks cannot be loaded: x" in run.err


def test_no_checkov(scan: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SGWARDEN_CHECKOV", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert scan("--with-checkov").code == 2
    run = scan("--with-checkov=nowhere/checkov")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("sgwarden: there is no Checkov at 'nowhere/checkov'; install it")


def test_the_variable_names_it(
    scan: Callable[..., Run], fake: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SGWARDEN_CHECKOV", fake(report()))
    assert scan("--with-checkov").code == 0


def test_a_path_after_the_option_is_what_to_scan(
    scan: Callable[..., Run], fake: Callable[..., str], monkeypatch: pytest.MonkeyPatch, work: Path
) -> None:
    monkeypatch.setenv("SGWARDEN_CHECKOV", fake(report()))
    (work / "other").mkdir()
    (work / "other" / "main.tf").write_text(CODE.replace('"Web servers"', '""'))
    run = scan("--fail-on", "low", "--with-checkov", "other")
    assert run.code == 1
    assert {finding["root"] for finding in json.loads(run.out)["findings"]} == {"other"}


def test_what_checkov_did_not_read_makes_the_run_incomplete(
    scan: Callable[..., Run], fake: Callable[..., str], work: Path
) -> None:
    log = "12:00 [ERROR] Failed to run check CKV_AWS_23 on /main.tf:aws_security_group.web\n"
    run = scan(f"--with-checkov={fake(report(resources=0, unparsed=(str(work / 'main.tf'),)), log)}")
    skipped = {(item["what"], item["reason"]) for item in json.loads(run.out)["skipped"]}
    assert run.code == 3
    assert skipped == {
        ("main.tf", "Checkov could not parse it"),
        (".", "Checkov saw no resource here"),
        ("Checkov's CKV_AWS_23 on /main.tf:aws_security_group.web", "the check raised an error in Checkov"),
    }


@pytest.mark.parametrize(
    "key", ["external-checks-dir: checks", "external-checks-git: [x]", "'external-checks-dir': [a]"]
)
def test_code_that_the_scanned_repository_names_is_not_executed(
    scan: Callable[..., Run], fake: Callable[..., str], tmp_path: Path, work: Path, key: str
) -> None:
    (work / ".checkov.yaml").write_text(f"quiet: true\n{key}\n")
    executable = fake(report())
    run = scan(f"--with-checkov={executable}")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("sgwarden: .checkov.yaml: Checkov would execute the external checks that this file names")
    assert not (tmp_path / "arguments").exists()
    assert scan(f"--with-checkov={executable}", "--trust-checkov-config").code == 0


@pytest.mark.parametrize("arguments", [("-",), ("--one-chain", "."), ("--new-only", "."), ("state.json",)])
def test_inputs_that_checkov_does_not_read(
    scan: Callable[..., Run], fake: Callable[..., str], work: Path, arguments: tuple[str, ...]
) -> None:
    (work / "state.json").write_text('{"version": 4, "terraform_version": "1.11.0", "serial": 1, "resources": []}')
    run = scan(f"--with-checkov={fake(report())}", *arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("sgwarden: ") and run.err.count("\n") == 1


def test_errors_are_of_our_kind() -> None:
    from sgwarden.checkov.run import find

    with pytest.raises(SgwardenError, match="not on the PATH"):
        find("", {"PATH": ""})
