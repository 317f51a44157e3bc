"""Directories of policies: what is executed, what is refused, and how what goes wrong is told."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.custom_policies import guard
from sgwarden.custom_policies.load import load
from sgwarden.errors import UsageError
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from tests.cli.conftest import Run, sgwarden, work  # noqa: F401 - fixtures
from tests.policies.models import group, infrastructure, rule

HEAD = """from sgwarden_policies.policy import Policy
from sgwarden.findings import Passed, Severity

class Ours(Policy):
    id, title, severity = "ours", "Ours", Severity.HIGH
    why, fix = "W.", "F."
"""
CHECK = """    def check(self, infrastructure, settings):
        for rule in infrastructure.rules:
            yield self.about_rule(rule, True, "be there")
"""
FOUND = """        from sgwarden.findings import Finding, Verdict as V
        given = dict(policy=self.id, verdict="fail", severity=self.severity, address="a", fault="m", location=None)
        yield Finding(**(given | dict({})))
"""
TOML = '[[policy]]\nid = "{}"\ntitle = "T"\nseverity = "low"\nmessage = "M"\nports = [22]\n'
CODE = """resource "aws_security_group" "web" {
  description = "Web"
  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""


def write(directory: Path, **files: str) -> str:
    """Files by name, with ``_`` before the suffix for the dot."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / ".".join(name.rsplit("_", 1))).write_text(text)
    return str(directory)


def test_files_in_order_and_underscores_passed_over(tmp_path: Path) -> None:
    loaded = load([write(tmp_path, b_py=HEAD + CHECK, a_toml=TOML.format("a"), _c_py="raise 1", d_txt="")], taken=[])
    assert [policy.id for policy in loaded.policies] == ["a", "ours"]
    assert [(policy.sources, policy.controls, policy.bad, policy.good) for policy in loaded.policies] == [
        ((), (), "", "")
    ] * 2
    assert not (tmp_path / "__pycache__").exists()


def test_another_content_is_another_identity(tmp_path: Path) -> None:
    first = load([write(tmp_path, a_py=HEAD + CHECK)], taken=[]).identity
    second = load([write(tmp_path, a_py=HEAD + CHECK + "\n")], taken=[]).identity
    assert first != second


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("x = (\n", 1, "the policy does not load: SyntaxError: '(' was never closed"),
        ("import os\nimport no_such_module\n", 2, "the policy does not load: ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys\n\nsys.exit(0)\n", 3, "the policy does not load: SystemExit: 0"),
        ("x = 1\n", 0, "no policy is defined here; define a subclass of sgwarden_policies.policy.Policy with check()"),
        (HEAD, 0, "no policy is defined here; define a subclass of sgwarden_policies.policy.Policy with check()"),
        (HEAD.replace('"ours"', '"Ours"') + CHECK, 4, 'Ours has no id in kebab-case; write id = "no-public-databases"'),
        (HEAD.replace('"F."', '""') + CHECK, 4, 'Ours has no fix; write fix = "..."'),
        (HEAD.replace("Severity.HIGH", '"high"') + CHECK, 4, "Ours has no severity; write severity = Severity.HIGH"),
        (HEAD + '    sources = "https://a"\n' + CHECK, 4, "Ours.sources is no tuple"),
        (HEAD + CHECK + "    def __init__(self):\n        1 / 0\n", 11, "ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_what_does_not_load(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    directory = write(tmp_path, a_py=text)
    with pytest.raises(UsageError) as caught:
        load([directory], taken=[])
    assert str(caught.value) == f"{directory}/a.py{f':{line}' if line else ''}: {complaint}"


def test_an_id_in_use(tmp_path: Path) -> None:
    directory = write(tmp_path, a_toml=TOML.format("ours"), b_py=HEAD + CHECK)
    with pytest.raises(UsageError, match=r"b\.py:4: there is a policy 'ours' already, from .*a\.toml:2; choose"):
        load([directory], taken=[])
    with pytest.raises(UsageError, match=r"a\.toml:2: there is a policy 'ours' already, from sgwarden itself; choose"):
        load([directory], taken=["ours"])


@pytest.mark.parametrize("name", ["none", "empty"])
def test_a_directory_without_policies(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"give a directory with \.py and \.toml files"):
        load([str(tmp_path / name)], taken=[])


@pytest.mark.parametrize(
    ("body", "line", "complaint"),
    [
        ('        yield {}["x"]\n', 8, "KeyError: 'x'"),
        ("        yield 1\n", 4, "TypeError: check yielded a int, not a Finding or Passed"),
        ("        return 1\n", 4, "TypeError: 'int' object is not iterable"),
        ("        raise SystemExit(0)\n        yield\n", 8, "SystemExit: 0"),
        ("        raise GeneratorExit\n        yield\n", 8, "GeneratorExit"),
        ("        infrastructure.rules[0].from_port = 443\n", 8, "AttributeError: immutable type: 'Rule'"),
        (
            "        infrastructure.security_groups[0].tags['a'] = 'b'\n",
            8,
            "TypeError: 'mappingproxy' object does not support item assignment",
        ),
        (FOUND.format(''), 4, "TypeError: check yielded a finding whose verdict is no Verdict"),
        (FOUND.format("verdict=V.FAIL, severity='high'"), 4, "TypeError: check yielded a finding whose severity is no Severity"),
        (FOUND.format("verdict=V.FAIL, address=3"), 4, "TypeError: check yielded a finding whose address is no text"),
        (FOUND.format("verdict=V.FAIL, fault=' '"), 4, "TypeError: check yielded a finding whose fault is empty"),
        (
            FOUND.format("verdict=V.FAIL, location='main.tf:3'"),
            4,
            "TypeError: check yielded a finding whose location is neither a Location nor None",
        ),
        (FOUND.format("verdict=V.FAIL, identity=(3,)"), 4, "TypeError: check yielded a finding whose identity is no tuple of texts"),
        (
            FOUND.format("verdict=V.FAIL, evidence={'a': self}"),
            4,
            "TypeError: check yielded a finding whose evidence cannot be written as JSON",
        ),
        (
            FOUND.format("verdict=V.FAIL, status='suppressed'"),
            4,
            "TypeError: check yielded a finding whose status is not for a policy to say",
        ),
        (FOUND.format("verdict=V.FAIL, policy='open-admin-port'"), 4, "ValueError: check yielded a finding of the policy 'open-admin-port'"),
        ("        yield Passed(None)\n", 4, "TypeError: check yielded a Passed whose address is no text"),
    ],
)  # fmt: skip
def test_a_policy_that_raises_names_its_line(tmp_path: Path, body: str, line: int, complaint: str) -> None:
    directory = write(tmp_path, a_py=HEAD + "    def check(self, infrastructure, settings):\n" + body)
    report = assess([infrastructure(rule(), groups=[group()])], load([directory], taken=[]).policies, Settings())
    assert report.failures == (f"ours: BrokenPolicy: {directory}/a.py:{line}: {complaint} (in .)",)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_a_policy_that_does_not_end_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_SECONDS", 0.05)
    body = "        while True:\n            try:\n                pass\n            except Exception:\n                pass\n"
    directory = write(tmp_path, a_py=HEAD + "    def check(self, infrastructure, settings):\n" + body)
    report = assess([infrastructure(rule())], load([directory], taken=[]).policies, Settings())
    told = re.sub(r"a\.py:\d+", "a.py", "\n".join(report.failures))
    assert told == f"ours: BrokenPolicy: {directory}/a.py: check took longer than 0.05 seconds (in .)"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_policy_that_yields_without_end_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_OUTCOMES", 10)
    body = "        while True:\n            yield Passed('a')\n"
    directory = write(tmp_path, a_py=HEAD + "    def check(self, infrastructure, settings):\n" + body)
    report = assess([infrastructure(rule())], load([directory], taken=[]).policies, Settings())
    assert report.failures == (
        f"ours: BrokenPolicy: {directory}/a.py:4: ValueError: check yielded more than 10 outcomes (in .)",
    )


def test_a_policy_that_calls_itself_is_told_of_once(tmp_path: Path) -> None:
    body = "        yield from self.check(infrastructure, settings)\n"
    directory = write(tmp_path, a_py=HEAD + "    def check(self, infrastructure, settings):\n" + body)
    report = assess([infrastructure(rule())], load([directory], taken=[]).policies, Settings())
    assert [failure.count("BrokenPolicy") for failure in report.failures] == [1]
    assert "RecursionError" in report.failures[0]


def test_what_a_policy_prints_does_not_reach_the_report(
    tmp_path: Path,
    work: Path,  # noqa: F811
    sgwarden: Callable[..., Run],  # noqa: F811
) -> None:
    write(work, main_tf=CODE)
    text = (
        "print('loading')\nimport os\n"
        + HEAD
        + CHECK.replace("        for", "        print('here')\n        os.chdir('/')\n        for")
    )
    ran = sgwarden("scan", "--policies", write(tmp_path / "rules", a_py=text), "-f", "json", "--only", "ours")
    assert (ran.code, [finding["policy"] for finding in json.loads(ran.out)["findings"]]) == (1, ["ours"])
    assert ran.err.splitlines()[:2] == ["loading", "here"]


def test_the_name_of_differences_is_taken(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is a policy 'drift' already"):
        load([write(tmp_path, a_toml=TOML.format("drift"))], taken=[])


def test_code_of_the_scanned_repository_is_not_executed_unasked(tmp_path: Path) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    inside = write(tmp_path / "repository" / "rules", a_py=HEAD + CHECK)
    data = write(tmp_path / "repository" / "data", a_toml=TOML.format("a"))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").symlink_to(f"{inside}/a.py")
    scanned = [write(tmp_path / "repository" / "live", main_tf="")]
    for directory in (inside, str(outside)):
        with pytest.raises(UsageError, match="not executed unasked; give --trust-policies if you trust it"):
            load([directory], taken=[], scanned=scanned)
        assert len(load([directory], taken=[], scanned=scanned, trusted=True).policies) == 1
    assert len(load([data], taken=[], scanned=scanned).policies) == 1


def test_a_directory_beside_the_repository_is_not_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    write(tmp_path / "rules", a_py=HEAD + CHECK)
    monkeypatch.chdir(tmp_path / "repository")
    assert len(load(["../rules"], taken=[], scanned=["."]).policies) == 1


def test_the_command(tmp_path: Path, work: Path, sgwarden: Callable[..., Run]) -> None:  # noqa: F811
    write(work, main_tf=CODE)
    rules = write(tmp_path / "rules", a_toml=TOML.format("a"), b_py=HEAD + CHECK)
    assert sgwarden("scan").code == 0
    ran = sgwarden("scan", "--policies", rules, "--fail-on", "low", "-f", "json", "--only", "a,ours")
    assert (ran.code, [finding["policy"] for finding in json.loads(ran.out)["findings"]]) == (1, ["ours", "a"])
    write(tmp_path / "rules", a_toml=TOML.format("a").replace("22", "23"))
    ran = sgwarden("scan", "--policies", rules, "--fail-on", "low", "-f", "json", "--only", "a,ours")
    assert [finding["policy"] for finding in json.loads(ran.out)["findings"]] == ["ours"]
    assert sgwarden("scan", "--policies", rules, "--fail-on", "high", "-f", "sarif").code == 1
    assert "a                                 low       T" in sgwarden("policies", "--policies", rules).out
    assert "Fails" not in sgwarden("explain", "ours", "--policies", rules).out
    write(tmp_path / "rules", b_py=HEAD + CHECK.replace("True", "nothing"))
    ran = sgwarden("scan", "--policies", rules)
    assert ran.code == 1
    assert f"ours: BrokenPolicy: {rules}/b.py:9: NameError: name 'nothing' is not defined" in ran.out
    write(tmp_path / "rules", b_py="import no_such_module")
    ran = sgwarden("scan", "--policies", rules)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1 and f"{rules}/b.py:1: the policy does not load" in ran.err
