"""``sgwarden permissions``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Run

Sgwarden = Callable[..., Run]


@pytest.mark.parametrize("command", ["audit", "drift", "snapshot"])
def test_a_command_that_reads_aws_gets_a_policy_of_reading_calls(sgwarden: Sgwarden, command: str) -> None:
    run = sgwarden("permissions", command)
    assert (run.code, run.err) == (0, "")
    actions = [action for each in json.loads(run.out)["Statement"] for action in each["Action"]]
    assert actions
    assert {
        action.partition(":")[2].startswith(("Describe", "Get", "List", "Lookup", "AssumeRole")) for action in actions
    } == {True}


def test_a_command_that_calls_nothing_needs_nothing(sgwarden: Sgwarden) -> None:
    run = sgwarden("permissions", "explain")
    assert (run.code, run.err) == (0, "sgwarden: explain never calls AWS and needs no permission\n")


def test_a_command_that_is_none(sgwarden: Sgwarden) -> None:
    run = sgwarden("permissions", "nothing")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("sgwarden: there is no command 'nothing'; use one of ")
