"""The states that plans start from, laid out beside the working directory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgwarden.errors import InputError, UsageError
from sgwarden.gate.prior_state import prior_states


def test_the_state_of_each_plan_that_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"format_version": "1.0", "values": {"root_module": {}}}
    (tmp_path / "a.json").write_text(json.dumps({"prior_state": state}))
    (tmp_path / "b.json").write_text(json.dumps({"prior_state": {"values": None}}))
    monkeypatch.chdir(tmp_path)
    with prior_states(["a.json", "b.json"]) as (directory, paths):
        assert paths == ("a.json",)
        assert json.loads((directory / "a.json").read_bytes()) == state
    assert not directory.exists()


@pytest.mark.parametrize("content", ["[", None])
def test_no_plan(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match="--new-only needs a plan as JSON"), prior_states([str(file)]):
        pass


def test_standard_input() -> None:
    with pytest.raises(UsageError, match="can be read once"), prior_states(["-"]):
        pass
