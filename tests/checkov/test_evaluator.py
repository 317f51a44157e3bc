"""Our command as Checkov's process runs it: found, asked once for many roots, and believed only when it answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.checkov.evaluator import Evaluator, EvaluatorError, Outcome, executable, roots_of

POLICIES = frozenset({"open-admin-port", "everything-open"})


def document(**changes: object) -> str:
    """What ``sgwarden scan --list-passed --format json`` prints."""
    finding = {
        "policy": "open-admin-port", "verdict": "fail", "address": "aws_security_group.web", "message": "Open.",
        "root": "code", "status": "new", "suppression": None, "location": {"file": "code/main.tf", "line": 3},
    }  # fmt: skip
    known = {**finding, "status": "suppressed", "suppression": "agreed", "location": None, "policy": "everything-open"}
    root = {
        "path": "code", "passed": {"everything-open": ["aws_security_group.web"]}, "incomplete": ["a: b"],
        "failures": ["open-admin-port: KeyError: 'x' (in code)"],
    }  # fmt: skip
    return json.dumps(
        {
            "findings": [finding, known],
            "passed": {"open-admin-port": 0, "everything-open": 1},
            "roots": [root],
            **changes,
        }
    )


def test_a_report(tmp_path: Path) -> None:
    [root] = roots_of(document(), str(tmp_path), POLICIES)
    web = "aws_security_group.web"
    assert root.path == str(tmp_path / "code")
    assert root.incomplete == ("a: b",)
    assert root.broken == {"open-admin-port": "KeyError: 'x' (in code)"}
    assert root.outcomes == (
        Outcome("open-admin-port", "fail", web, "Open.", str(tmp_path / "code" / "main.tf"), 3),
        Outcome("everything-open", "suppressed", web, "agreed"),
        Outcome("everything-open", "pass", web),
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", document(roots=[{}]), document(findings=[{"root": "code"}])])
def test_what_is_no_report(text: str) -> None:
    with pytest.raises(EvaluatorError, match="another version"):
        roots_of(text, "/", POLICIES)


def test_policies_that_the_checks_do_not_know() -> None:
    with pytest.raises(EvaluatorError, match=r"do not: new-one$"):
        roots_of(document(passed={"new-one": 1}), "/", POLICIES)


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Makes a stand-in for ``sgwarden`` that counts its runs; gives the environment that names it."""

    def make(out: str, code: int = 0, err: str = "") -> dict[str, str]:
        script = tmp_path / "sgwarden"
        script.write_text(
            f"#!{sys.executable}\nimport sys\nopen({str(tmp_path / 'runs')!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
            f"sys.stdout.write({out!r})\nsys.stderr.write({err!r})\nsys.exit({code})\n"
        )
        script.chmod(0o755)
        return {"SGWARDEN_EXECUTABLE": str(script), "SGWARDEN_CHECKOV_ARGUMENTS": "--workspace 'my prod'"}

    return make


def test_one_run_for_all_roots(
    program: Callable[..., dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evaluator = Evaluator(sorted(POLICIES), program(document()), ["--var-file", "x.tfvars"])
    for _ in range(2):
        assert evaluator.root(tmp_path / "code", [tmp_path]).path == str(tmp_path / "code")
    assert (tmp_path / "runs").read_text().splitlines() == [
        "scan --format json --list-passed --quiet --fail-on never --var-file x.tfvars --workspace my prod"
        f" -- {tmp_path}"
    ]


def test_a_root_that_the_whole_run_did_not_judge_is_judged_alone(
    program: Callable[..., dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evaluator = Evaluator(sorted(POLICIES), program(document()))
    for _ in range(2):
        with pytest.raises(EvaluatorError, match="did not judge"):
            evaluator.root(tmp_path / "other", [tmp_path])
    targets = [line.rpartition(" ")[2] for line in (tmp_path / "runs").read_text().splitlines()]
    assert targets == [str(tmp_path), str(tmp_path / "other")]


def test_a_run_that_failed(program: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    evaluator = Evaluator([], program("", 2, "sgwarden: x: no such file\n"))
    for _ in range(2):
        with pytest.raises(EvaluatorError, match=r"exit code 2: sgwarden: x: no such file$"):
            evaluator.root(tmp_path)
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


def test_where_the_command_is_found(tmp_path: Path) -> None:
    def place(*parts: str) -> str:
        path = tmp_path.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o755)
        return str(path)

    checkout, packages = tmp_path / "checkout", tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    on_path = {"PATH": str(Path(place("bin", "sgwarden")).parent)}
    assert executable({"SGWARDEN_EXECUTABLE": "/x", **on_path}, checkout) == "/x"
    assert executable(on_path, checkout) == str(tmp_path / "bin" / "sgwarden")
    assert executable(on_path, packages) == str(tmp_path / "bin" / "sgwarden")
    assert (
        executable(on_path, checkout) != place("checkout", ".venv", "bin", "sgwarden") == executable(on_path, checkout)
    )
    assert place("env", "bin", "sgwarden") == executable(on_path, packages)
    with pytest.raises(EvaluatorError, match="SGWARDEN_EXECUTABLE"):
        executable({"PATH": ""}, tmp_path / "nowhere")
