"""The configuration from the command line on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.config.configuration import Configuration
from tests.cli.conftest import Run
from tests.cli.test_scan import OPEN, write

Sgwarden = Callable[..., Run]


def configure(directory: Path, text: str, name: str = "sgwarden.toml") -> None:
    """A configuration file."""
    (directory / name).write_text(text)


def severities(sgwarden: Sgwarden, *arguments: str) -> dict[str, str]:
    """Severity by policy of the findings that count."""
    findings = json.loads(sgwarden("scan", "--format", "json", *arguments).out)["findings"]
    return {finding["policy"]: finding["severity"] for finding in findings if finding["status"] == "new"}


def test_show_says_where_each_value_comes_from(work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(
        work,
        'fail_on = "high"\npublic_ports = [443]\n[policies]\ndisable = ["redundant-rule"]\n'
        'severity = { open-admin-port = "critical" }\n[[paths]]\npath = "dev"\n'
        '[[exemptions]]\nid = "sg-1"\nuntil = 2027-01-31\n',
    )
    monkeypatch.setenv("SGWARDEN_FORMAT", "json")
    run = sgwarden("config", "show", "--json", "--fail-on", "low", "--region", "eu-west-1,eu-west-2")
    document = json.loads(run.out)
    shown = {row["key"]: (row["value"], row["origin"]) for row in document["values"] if row["origin"] != "default"}
    assert (run.code, run.err, document["file"]) == (0, "", "sgwarden.toml")
    assert shown == {
        "fail_on": ("low", "command line"),
        "format": ("json", "SGWARDEN_FORMAT"),
        "public_ports": ([443], "sgwarden.toml:2"),
        "regions": (["eu-west-1", "eu-west-2"], "command line"),
        "policies.disable": (["redundant-rule"], "sgwarden.toml:4"),
        "policies.severity.open-admin-port": ("critical", "sgwarden.toml:5"),
        "paths[0]": ({"path": "dev"}, "sgwarden.toml:6"),
        "exemptions[0]": ({"id": "sg-1", "until": "2027-01-31"}, "sgwarden.toml:8"),
    }
    defaults = [row["key"] for row in document["values"] if row["origin"] == "default"]
    names = set(Configuration.__struct_fields__) - {
        "policies",
        "paths",
        "exemptions",
        "fail_on",
        "format",
        "public_ports",
        "regions",
    }
    assert set(defaults) == names | {"policies.enable", "policies.directories"}


def test_show_as_text(work: Path, sgwarden: Sgwarden) -> None:
    configure(work, "fail_on = 'low'\n")
    lines = sgwarden("config", "show", "--only", "open-admin-port").out.splitlines()
    assert lines[0].split(maxsplit=2) == ["fail_on", "sgwarden.toml:1", '"low"']
    assert lines[1].split(maxsplit=2) == ["fail_on_undecided", "default", "false"]
    assert '["open-admin-port"]' in next(line for line in lines if line.startswith("policies.enable"))
    assert sgwarden("config").code == 2


def test_the_configuration_decides_exit_code_and_format(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    assert sgwarden("scan").code == 1
    configure(work, '[tool.sgwarden]\nfail_on = "critical"\nformat = "csv"\n', "pyproject.toml")
    run = sgwarden("scan")
    assert (run.code, run.out.partition(",")[0]) == (0, "policy")
    assert sgwarden("scan", "--fail-on", "low", "--format", "text").code == 1


@pytest.mark.parametrize("times", [1, 2])
def test_ports_and_ranges_reach_the_policies(work: Path, sgwarden: Sgwarden, times: int) -> None:
    write(work, OPEN)
    every = {"open-admin-port", "open-high-risk-port", "open-unlisted-port"}
    assert set(severities(sgwarden, "--list-passed")) == every
    assert set(severities(sgwarden)) == {"open-admin-port"}
    configure(work, "admin_ports = [3389]\n")
    for _ in range(times):
        assert set(severities(sgwarden)) == {"open-high-risk-port"}
    configure(work, "admin_ports = [3389]\nhigh_risk_ports = []\n")
    for _ in range(times):
        assert set(severities(sgwarden)) == {"open-unlisted-port"}
    write(work, OPEN.replace("0.0.0.0/0", "12.0.0.0/8"))
    for _ in range(times):
        assert set(severities(sgwarden)) == {"internet-by-sum"}
    for text in ('trusted_cidrs = ["12.0.0.0/8"]\n', "internet_ipv4_prefix = 7\n"):
        configure(work, text)
        for _ in range(times):
            assert severities(sgwarden) == {}


def test_policies_and_severities(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    configure(
        work, '[policies]\nenable = ["open-admin-port", "open-high-risk-port"]\ndisable = ["open-high-risk-port"]\n'
    )
    assert severities(sgwarden) == {"open-admin-port": "high"}
    assert severities(sgwarden, "--only", "open-unlisted-port") == {"open-unlisted-port": "medium"}
    configure(work, '[policies.severity]\nopen-admin-port = "low"\n')
    assert severities(sgwarden, "--only", "open-admin-port") == {"open-admin-port": "low"}
    assert sgwarden("scan", "--only", "open-admin-port").code == 0
    configure(work, '[policies]\nenable = ["open-admin-port"]\n')
    assert sgwarden("scan", "--skip", "open-admin-port") == Run(
        2, "", "sgwarden: the configuration leaves no policy to ask; `sgwarden config show` shows it\n"
    )


def test_by_path(work: Path, sgwarden: Sgwarden) -> None:
    for name in ("live/dev", "live/prod"):
        write(work / name, OPEN)
    configure(
        work,
        '[policies]\ndisable = ["open-unlisted-port"]\n'
        '[[paths]]\npath = "live/dev/**"\ndisable = ["open-admin-port"]\n'
        '[[paths]]\npath = "live/prod"\nenable = ["open-unlisted-port"]\nseverity = { open-unlisted-port = "critical" }\n',
    )
    document = json.loads(sgwarden("scan", "--format", "json").out)
    found = [
        (finding["root"], finding["policy"], finding["also"], finding["severity"], finding["status"],
         finding["suppression"], finding["suppressed_by"])
        for finding in document["findings"]
    ]  # fmt: skip
    assert sorted(found) == [
        ("live/dev", "open-admin-port", [], "high", "suppressed", "disabled for live/dev/**", "sgwarden.toml:3"),
        ("live/dev", "open-high-risk-port", [], "high", "new", None, None),
        ("live/prod", "open-admin-port", ["open-high-risk-port"], "high", "new", None, None),
        ("live/prod", "open-unlisted-port", [], "critical", "new", None, None),
    ]


def test_a_given_file_wins_over_a_found_one(work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work, OPEN)
    configure(work, "fail_on = 'never'\n")
    configure(work, "fail_on = 'low'\n", "pinned.toml")
    assert sgwarden("scan").code == 0
    assert sgwarden("scan", "--config", "pinned.toml").code == 1
    monkeypatch.setenv("SGWARDEN_CONFIG", "pinned.toml")
    assert sgwarden("scan").code == 1
    assert sgwarden("scan", "--config", "gone.toml") == Run(
        2, "", "sgwarden: gone.toml: there is no such file; check --config\n"
    )


@pytest.mark.parametrize("command", [("scan",), ("audit", "--live", "x.json"), ("config", "show")])
def test_mistakes_end_every_command(work: Path, sgwarden: Sgwarden, command: tuple[str, ...]) -> None:
    configure(work, "\nfail_no = 'low'\n")
    line = 'sgwarden: sgwarden.toml:2: unknown key "fail_no"; did you mean "fail_on"?\n'
    assert sgwarden(*command) == Run(2, "", line)
    configure(work, '[policies.severity]\nopen-admin = "low"\n')
    line = 'sgwarden: sgwarden.toml:2: there is no policy "open-admin"; did you mean "open-admin-port"?\n'
    assert sgwarden(*command) == Run(2, "", line)


def test_accounts_that_are_not_listed_are_left_out(work: Path, sgwarden: Sgwarden) -> None:
    folder = work / "live" / "123456789012" / "eu-west-1"
    folder.mkdir(parents=True)
    (folder / "groups.json").write_text('{"SecurityGroups": []}')
    configure(work, 'accounts = ["210987654321"]\n')
    document = json.loads(sgwarden("audit", "--live", "live", "--format", "json").out)
    assert document["findings"] == []
    assert [skipped for skipped in document["skipped"] if skipped["what"].startswith("account ")] == [
        {
            "what": "account 123456789012 eu-west-1",
            "reason": "the configuration does not list it in accounts",
            "complete": True,
            "location": None,
        }
    ]


OWN = '[[policy]]\nid = "no-{0}"\ntitle = "T"\nseverity = "high"\nmessage = "M"\nports = [{0}]\n'
PYTHON = """from sgwarden_policies.policy import Policy
from sgwarden.findings import Passed, Severity
open("executed", "w").close()

class Ours(Policy):
    id, title, severity = "ours", "Ours", Severity.HIGH
    why, fix = "W.", "F."

    def check(self, infrastructure, settings):
        yield Passed("a")
"""


def put(path: Path, text: str) -> None:
    """A file, with the directories that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_directories_of_policies(work: Path, sgwarden: Sgwarden) -> None:
    (work / ".git").mkdir()
    put(work / "rules/ssh.toml", OWN.format(22))
    put(work / "live/main.tf", OPEN)
    configure(work, '[policies]\ndirectories = ["rules"]\nseverity = { no-22 = "critical" }\n')
    assert severities(sgwarden, "live")["no-22"] == "critical"
    assert "no-22" in sgwarden("policies").out
    assert sgwarden("explain", "no-22").code == 0
    shown = sgwarden("config", "show", "live").out
    assert ["policies.directories", "sgwarden.toml:2", '["rules"]'] in [line.split() for line in shown.splitlines()]
    assert severities(sgwarden, "live", "--policies", "rules")["no-22"] == "critical"
    put(work / "rules/ssh.toml", OWN.format(23).replace("no-23", "no-22"))
    assert "no-22" not in severities(sgwarden, "live")


def test_python_that_the_scanned_repository_names_is_not_executed_unasked(work: Path, sgwarden: Sgwarden) -> None:
    (work / ".git").mkdir()
    put(work / "rules/ours.py", PYTHON)
    put(work / "live/main.tf", OPEN)
    configure(work, '[policies]\ndirectories = ["rules"]\n')
    for command in (["scan"], ["scan", "live"], ["policies"], ["config", "show"], ["audit", "--live", "none.json"]):
        run = sgwarden(*command)
        assert (run.code, run.err) == (
            2,
            "sgwarden: rules/ours.py: this code lies in what is scanned, and is not executed unasked; "
            "give --trust-policies if you trust it\n",
        )
    assert not (work / "executed").exists()
    assert sgwarden("scan", "--trust-policies", "--fail-on", "never").code == 0
    assert (work / "executed").exists()


def test_policies_elsewhere_are_not_for_the_scanned_repository_to_name(work: Path, sgwarden: Sgwarden) -> None:
    (work / ".git").mkdir()
    put(work.parent / "elsewhere/ours.py", PYTHON)
    put(work.parent / "own.toml", '[policies]\ndirectories = ["elsewhere"]\n')
    put(work / "main.tf", OPEN)
    configure(work, '[policies]\ndirectories = ["../elsewhere"]\n')
    run = sgwarden("scan")
    assert (run.code, run.err) == (
        2, "sgwarden: ../elsewhere: policies.directories leads out of the repository; give --policies\n"
    )  # fmt: skip
    assert not (work / "executed").exists()
    assert sgwarden("scan", "--config", "../own.toml", "--fail-on", "never").code == 0
    assert (work / "executed").exists()


def git(work: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=work, check=True, capture_output=True)


def commit(work: Path, name: str) -> None:
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", name)
    git(work, "branch", "-f", name)


def compared(sgwarden: Sgwarden, *arguments: str) -> tuple[int, set[tuple[str, str]]]:
    """Exit code of a scan, and policy and status of its findings."""
    run = sgwarden("scan", "--format", "json", *arguments)
    assert run.code in (0, 1), run.err
    return run.code, {(finding["policy"], finding["status"]) for finding in json.loads(run.out)["findings"]}


def test_what_is_compared_with_may_be_configured(
    work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(work, "init", "-q")
    put(work / "main.tf", OPEN)
    configure(work, 'diff_base = "one"\n[policies]\nenable = ["open-admin-port"]\n')
    commit(work, "one")
    assert compared(sgwarden) == (0, {("open-admin-port", "existing")})
    assert compared(sgwarden, "--diff-base", "") == (1, {("open-admin-port", "new")})
    assert sgwarden("scan", "--diff-base", "none").code == 2
    monkeypatch.setenv("SGWARDEN_DIFF_BASE", "none")
    assert sgwarden("scan").code == 2
    monkeypatch.delenv("SGWARDEN_DIFF_BASE")
    assert sgwarden("baseline", "update").code == 0  # holds all findings whatever is configured
    assert sgwarden("config", "show").out.count('sgwarden.toml:1  "one"') == 1


def test_a_baseline_may_be_configured(work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / ".git").mkdir()
    put(work / "live/main.tf", OPEN)
    configure(work, 'baseline = "ci/known.json"\n[policies]\nenable = ["open-admin-port"]\n')
    (work / "ci").mkdir()
    assert sgwarden("scan").err.startswith("sgwarden: ci/known.json: there is no such baseline")
    monkeypatch.chdir(work / "live")
    assert "../ci/known.json: 1 findings, 1 added" in sgwarden("baseline", "update").out
    assert compared(sgwarden) == (0, {("open-admin-port", "existing")})
    assert compared(sgwarden, "--baseline", "") == (1, {("open-admin-port", "new")})
    configure(work, 'baseline = "../known.json"\n')
    assert sgwarden("scan") == Run(
        2, "", "sgwarden: ../sgwarden.toml:1: baseline leads out of the repository; give --baseline\n"
    )


def test_paths_mean_the_same_in_the_base(work: Path, sgwarden: Sgwarden) -> None:
    git(work, "init", "-q")
    wider = OPEN.replace("from_port   = 22", "from_port   = 20")
    put(work / "live/main.tf", wider)
    configure(
        work,
        '[policies]\nenable = ["open-admin-port"]\n[[paths]]\npath = "live"\n'
        'severity = { open-admin-port = "critical" }\nenable = ["open-high-risk-port"]\n',
    )
    commit(work, "one")
    put(work / "live/main.tf", wider + "# changed\n")
    expected = {("open-admin-port", "existing"), ("open-high-risk-port", "existing")}
    assert compared(sgwarden, "--diff-base", "one") == (0, expected)


def test_the_changed_files_do_not_choose_the_configuration(work: Path, sgwarden: Sgwarden) -> None:
    (work / ".git").mkdir()
    put(work / "live/main.tf", OPEN)
    put(work / "live/sgwarden.toml", 'fail_on = "never"\n')
    configure(work, 'fail_on = "low"\n')
    for arguments in (["live/main.tf"], ["live/main.tf", "sgwarden.toml"]):
        assert sgwarden("scan", "--changed-files", *arguments).code == 1
    assert sgwarden("scan", "live").code == 0
    told = "live/sgwarden.toml is not read: one configuration holds for a run, and sgwarden.toml holds for this one"
    assert f"sgwarden: {told}\n" in sgwarden("scan").err
    assert told not in sgwarden("scan", "--config", "sgwarden.toml").err
    assert told not in sgwarden("scan", "live").err
