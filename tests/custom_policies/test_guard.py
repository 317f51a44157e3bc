"""The guard around policies of a user's own: what goes wrong is one line with its place."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.custom_policies import guard
from sgwarden.custom_policies.load import load
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from tests.cli.conftest import Run, sgwarden, work  # noqa: F401 - fixtures
from tests.custom_policies.policy_texts import CHECK, CODE, FOUND, HEAD, write
from tests.policies.models import group, infrastructure, rule


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
