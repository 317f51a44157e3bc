"""The other commands, and the command line itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from sgwarden import __version__
from sgwarden.cli.main import COMMANDS
from sgwarden.cli.progress import Progress
from sgwarden_policies.registry import POLICIES
from tests.cli.conftest import Run
from tests.cli.test_scan import BROKEN, CLOSED, OPEN, write
from tests.paths import SCHEMAS

Sgwarden = Callable[..., Run]
ROOT = Path(__file__).resolve().parents[2]


def test_version(sgwarden: Sgwarden) -> None:
    assert sgwarden("--version") == Run(0, f"sgwarden {__version__}\n", "")


def test_no_command_is_wrong_usage(sgwarden: Sgwarden) -> None:
    run = sgwarden()
    assert (run.code, run.out) == (2, "")
    assert all(name in run.err for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(sgwarden: Sgwarden, name: str) -> None:
    run = sgwarden(name, "--help")
    assert run.code == 0
    assert run.out.startswith(f"usage: sgwarden {name} ")


def test_policies_as_text(sgwarden: Sgwarden) -> None:
    lines = sgwarden("policies").out.splitlines()
    assert [line.split()[0] for line in lines] == [policy.id for policy in POLICIES]
    assert lines[1].split(maxsplit=2)[1:] == ["critical", "All ports open to the internet"]


def test_policies_as_json_and_markdown(sgwarden: Sgwarden) -> None:
    document = json.loads(sgwarden("policies", "--format", "json").out)
    assert [each["id"] for each in document["policies"]] == [policy.id for policy in POLICIES]
    table = sgwarden("policies", "--format", "markdown").out.splitlines()
    assert table[:2] == ["| Policy | Severity | Finds | Controls |", "| --- | --- | --- | --- |"]
    assert len(table) == 2 + len(POLICIES)


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.id for policy in POLICIES])
def test_explain(sgwarden: Sgwarden, policy: object) -> None:
    from sgwarden_policies.policy import Policy

    assert isinstance(policy, Policy)
    run = sgwarden("explain", policy.id)
    assert run.code == 0
    text = " ".join(run.out.split())
    for part in (policy.title, policy.why, policy.fix, policy.bad, policy.good, *policy.sources, *policy.controls):
        assert " ".join(part.split()) in text


def test_explain_an_unknown_policy(sgwarden: Sgwarden) -> None:
    assert sgwarden("explain", "open-admin-prot") == Run(
        2, "", "sgwarden: there is no policy 'open-admin-prot'; did you mean open-admin-port?\n"
    )


def test_schemas(sgwarden: Sgwarden) -> None:
    for name in ("inventory", "scan"):
        schema = json.loads(sgwarden("schema", name).out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == f"sgwarden {name}"
    assert sgwarden("schema", "nothing").code == 2


def test_inventory(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    assert sgwarden("inventory") == Run(
        0,
        "aws_security_group.web  (web)\n  ingress tcp 22 from 0.0.0.0/0\n\n"
        "1 security group, 1 rule, 1 resource seen; everything read\n",
        "",
    )
    document = json.loads(sgwarden("inventory", "--format", "json").out)
    schema = json.loads((SCHEMAS / "inventory.schema.json").read_text())
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["rules"][0]["peer"] == {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}


def test_inventory_to_a_file_and_incomplete(work: Path, sgwarden: Sgwarden) -> None:
    write(work, BROKEN)
    assert sgwarden("inventory", "--format", "json", "--output", "out.json") == Run(3, "", "")
    assert json.loads((work / "out.json").read_text())["skipped"]
    assert sgwarden("inventory", "--allow-incomplete").code == 0


def command(*arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    """A process of its own."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / "cache")}
    return subprocess.Popen(
        [sys.executable, "-m", "sgwarden", *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_closed_pipe_is_no_error_and_keeps_the_exit_code(tmp_path: Path) -> None:
    for number in range(300):
        write(tmp_path / f"root{number}", OPEN)
    process = command("scan", ".", cwd=tmp_path)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    complaints = process.stderr.read()
    assert (process.wait(), complaints) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    pipe = tmp_path / "waiting"
    os.mkfifo(pipe)
    process = command("scan", str(pipe), cwd=tmp_path)
    writer = os.open(pipe, os.O_WRONLY)  # opens once the process is reading
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate()
    os.close(writer)
    assert (process.returncode, complaints) == (130, b"sgwarden: interrupted\n")


def test_scan_as_a_module(tmp_path: Path) -> None:
    write(tmp_path, CLOSED)
    process = command("scan", cwd=tmp_path)
    out, complaints = process.communicate()
    assert (process.returncode, complaints) == (0, b"")
    assert out.endswith(b"everything read\n")


class Terminal:
    """A stream that says whether it is a terminal and keeps what is written."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self.text = ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("terminal", "wanted", "seconds", "shown"),
    [(True, True, 1.5, True), (True, True, 0.5, False), (False, True, 9, False), (True, False, 9, False)],
)
def test_progress_shows_itself_to_people_after_a_second(
    terminal: bool, wanted: bool, seconds: float, shown: bool
) -> None:
    now = [100.0]
    stream = Terminal(terminal)
    progress = Progress(stream, wanted, clock=lambda: now[0])  # type: ignore[arg-type]
    now[0] += seconds
    progress.file_read(Path("a/main.tf"))
    progress.done()
    assert stream.text == ("\r\x1b[2K1 read, reading main.tf\r\x1b[2K" if shown else "")
