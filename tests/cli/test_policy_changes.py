"""A pull request that brings the excuse together with the rule: the gate says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import Run
from tests.gate.conftest import commit, git
from tests.paths import SCHEMAS

Sgwarden = Callable[..., Run]
SCHEMA = json.loads((SCHEMAS / "scan.schema.json").read_text(encoding="utf-8"))
GROUP = """resource "aws_security_group" "{name}" {{
  name        = "{name}"
  description = "Web"
{comment}  ingress {{
    description = "Open"
    protocol    = "tcp"
    from_port   = {port}
    to_port     = {port}
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"""
ONLY = '[policies]\nenable = ["open-admin-port"]\n'
SSH = "main.tf:9: Ingress tcp 22 from 0.0.0.0/0 opens port 22 (SSH) to the internet [open-admin-port]"
IGNORE = '  # sgwarden:ignore=open-admin-port reason="bastion"\n'


@pytest.fixture
def repository(work: Path) -> Path:
    git(work, "init", "--quiet", "--initial-branch", "main")
    put(work, "main.tf", GROUP.format(name="web", port=8443, comment=""))
    put(work, "sgwarden.toml", ONLY)
    commit(work)
    return work


def put(directory: Path, name: str, text: str) -> None:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def judged(sgwarden: Sgwarden, *arguments: str) -> tuple[int, list[str]]:
    """Exit code, and what is said of the rules."""
    run = sgwarden("scan", "--diff-base", "main", "--format", "json", *arguments)
    document = json.loads(run.out)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    lines: list[str] = document["comparison"]["judging"]
    assert run.err.startswith("".join(f"sgwarden: {line}\n" for line in lines))
    return run.code, lines


def test_nothing_is_said_where_nothing_changed(repository: Path, sgwarden: Sgwarden) -> None:
    put(repository, "main.tf", GROUP.format(name="web", port=22, comment=""))
    assert judged(sgwarden) == (1, [])


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (
            '[policies]\ndisable = ["open-admin-port"]\n',
            [
                'sgwarden.toml:1: policies.disable: nothing -> ["open-admin-port"]',
                'sgwarden.toml:1: policies.enable: ["open-admin-port"] -> nothing',
                f"{SSH}: not found by the changed configuration",
            ],
        ),
        (
            f"{ONLY}severity = {{ open-admin-port = 'low' }}\n",
            [
                'sgwarden.toml:1: policies.severity.open-admin-port: nothing -> "low"',
                f"{SSH}: low, which was high",
            ],
        ),
        (
            f"{ONLY}[[exemptions]]\npolicy = 'open-admin-port'\n",
            [
                'sgwarden.toml:3: exemptions: added {"policy": "open-admin-port"}',
                f"{SSH}: suppressed by sgwarden.toml:3",
            ],
        ),
        (f"fail_on = 'never'\n{ONLY}", ['sgwarden.toml:1: fail_on: "medium" -> "never"']),
        (
            f"admin_ports = [3389]\n{ONLY}",
            [
                "sgwarden.toml:1: admin_ports: [22, 3389] -> [3389]",
                f"{SSH}: not found by the changed configuration",
            ],
        ),
    ],
)
def test_a_configuration_that_changes(
    repository: Path, sgwarden: Sgwarden, configuration: str, expected: list[str]
) -> None:
    put(repository, "main.tf", GROUP.format(name="web", port=22, comment=""))
    put(repository, "sgwarden.toml", configuration)
    code, lines = judged(sgwarden)
    if "disable" in configuration:  # others than the one that the base asks are asked now
        assert (code, lines) == (1, expected)
    else:
        assert (code, lines) == (0, expected)
    text = sgwarden("scan", "--diff-base", "main")
    assert "Judged otherwise than the base\n" + "".join(f"  {line}\n" for line in expected) in text.out
    assert "Judged otherwise" in sgwarden("scan", "--diff-base", "main", "--format", "markdown").out


def test_a_configuration_that_comes_goes_or_was_wrong(repository: Path, sgwarden: Sgwarden) -> None:
    (repository / "sgwarden.toml").unlink()
    assert judged(sgwarden, "--only", "open-admin-port") == (
        0, ['sgwarden.toml:1: policies.enable: ["open-admin-port"] -> nothing']
    )  # fmt: skip
    commit(repository)
    put(repository, "sgwarden.toml", "fail_on = 'never'\n")
    assert judged(sgwarden) == (0, ['sgwarden.toml:1: fail_on: "medium" -> "never"'])
    put(repository, "sgwarden.toml", "fail_on = 'nevr'\n")
    commit(repository)
    put(repository, "sgwarden.toml", "")
    (line,) = judged(sgwarden)[1]
    assert line.startswith("the configuration of the base is not understood: sgwarden.toml:1: fail_on must be one of")


def test_what_the_command_line_says_does_not_change(repository: Path, sgwarden: Sgwarden) -> None:
    put(repository, "main.tf", GROUP.format(name="web", port=22, comment=""))
    put(repository, "sgwarden.toml", f"fail_on = 'never'\n{ONLY}")
    assert judged(sgwarden, "--fail-on", "high") == (1, [])
    put(repository.parent, "pinned.toml", ONLY)
    assert judged(sgwarden, "--config", "../pinned.toml") == (1, [])


def test_a_comment_that_comes_with_the_change(repository: Path, sgwarden: Sgwarden) -> None:
    put(repository, "main.tf", GROUP.format(name="web", port=22, comment=IGNORE))
    assert judged(sgwarden) == (0, [f"{SSH.replace(':9:', ':10:')}: suppressed by main.tf:4"])
    commit(repository)
    put(repository, "other.tf", (repository / "main.tf").read_text())
    put(repository, "main.tf", "")
    assert judged(sgwarden) == (0, [])  # it moved with what it stands at
    put(repository, "main.tf", GROUP.format(name="db", port=22, comment=IGNORE))
    assert judged(sgwarden) == (0, [f"{SSH.replace(':9:', ':10:')}: suppressed by main.tf:4"])


def test_what_comes_in_a_directory_that_the_base_lacks(repository: Path, sgwarden: Sgwarden) -> None:
    put(repository, "live/main.tf", GROUP.format(name="web", port=22, comment=IGNORE))
    put(repository, "live/sgwarden.toml", f"fail_on = 'never'\n{ONLY}")
    assert judged(sgwarden, "live") == (
        0,
        [
            'live/sgwarden.toml:1: fail_on: "medium" -> "never"',
            f"live/{SSH.replace(':9:', ':10:')}: suppressed by live/main.tf:4",
        ],
    )


def test_an_entry_of_the_baseline_that_comes_with_the_change(repository: Path, sgwarden: Sgwarden) -> None:
    assert sgwarden("baseline", "update").code == 0
    commit(repository)
    put(repository, "main.tf", GROUP.format(name="web", port=22, comment=""))
    assert judged(sgwarden, "--baseline", "sgwarden-baseline.json") == (1, [])
    assert sgwarden("baseline", "update").code == 0
    expected = [f"{SSH}: an entry of sgwarden-baseline.json"]
    assert judged(sgwarden, "--baseline", "sgwarden-baseline.json") == (0, expected)


def test_policies_that_change(repository: Path, sgwarden: Sgwarden) -> None:
    policy = '[[policy]]\nid = "no-ssh"\ntitle = "T"\nseverity = "high"\nmessage = "M"\nports = [22]\n'
    put(repository, "rules/ssh.toml", policy)
    commit(repository)
    put(repository, "main.tf", GROUP.format(name="web", port=22, comment=""))
    put(repository, "rules/ssh.toml", policy.replace("22", "23"))
    put(repository, "rules/more.toml", policy.replace("no-ssh", "more").replace("22", "25"))
    assert judged(sgwarden, "--policies", "rules", "--only", "no-ssh") == (
        0,
        [
            "policies of your own: more.toml added",
            "policies of your own: ssh.toml changed",
            "main.tf:9: Ingress tcp 22 from 0.0.0.0/0 breaks the rule: M [no-ssh]: not found by the changed configuration",
        ],
    )
