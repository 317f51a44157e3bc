"""The demo shows the recorded world, and the world is that of fixtures/demo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgwarden.cli.main import main
from sgwarden.demo import world
from tests.demo.record import CODE, code

QUESTIONS = [
    "$ sgwarden scan shop",
    "$ sgwarden audit --live before.json --fail-on never --skip missing-description",
    "$ sgwarden drift shop shop.tfstate --live after.json --at 2026-11-21T03:00:00",
]
DRIFT = [
    "high     security group that Terraform does not know",
    "high     extra rule: ingress tcp 3389 from 0.0.0.0/0",
    "low      rule gone: ingress tcp 22 from 203.0.113.0/24",
]


def found(output: str, lines: list[str]) -> list[str]:
    """Those of ``lines`` that the output holds, in the order of the output."""
    return sorted((line for line in lines if line in output), key=output.index)


def test_the_world_is_that_of_the_fixture() -> None:
    assert CODE.is_dir()
    assert world.load().code == code()


def test_the_demo_tells_the_whole_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    output = capsys.readouterr().out
    assert found(output, QUESTIONS) == QUESTIONS
    assert found(output, DRIFT) == DRIFT
    assert "the pattern misses AuthorizeSecurityGroupIngress" in output
    assert "3 differences (worst high); 4 groups and 9 rules declared, 7 and 13 live; everything read" in output


def test_the_world_can_be_kept_to_try_more_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--keep", str(tmp_path / "kept")]) == 0
    capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "after.json",
        "before.json",
        "shop",
        "shop.tfstate",
    ]
    code_ = main(
        [
            "drift",
            str(tmp_path / "kept" / "shop"),
            str(tmp_path / "kept" / "shop.tfstate"),
            "--live",
            str(tmp_path / "kept" / "before.json"),
            "--format",
            "json",
        ]
    )
    document = json.loads(capsys.readouterr().out)
    assert (code_, document["summary"]["in_sync"]) == (0, True)


def test_the_embedded_account_shows_the_same_differences(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("moto", reason="THE EMBEDDED AWS WAS NOT TRIED: moto is not installed")
    assert main(["demo", "--embedded-aws"]) == 0
    output = capsys.readouterr().out
    assert sorted(found(output, DRIFT)) == sorted(DRIFT), "ids are made anew, and with them the order"
