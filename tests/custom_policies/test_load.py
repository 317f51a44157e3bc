"""Directories of policies: what is executed and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.custom_policies.load import load
from sgwarden.errors import UsageError
from tests.cli.conftest import Run, sgwarden, work  # noqa: F401 - fixtures
from tests.custom_policies.policy_texts import CHECK, CODE, HEAD, TOML, write


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
