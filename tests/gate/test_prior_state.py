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
    with prior_states(["a.json", "b.json"]) as states:
        assert (states.applied.paths, states.refreshed) == (("a.json",), None)
        assert json.loads((states.applied.directory / "a.json").read_bytes()) == state
    assert not states.applied.directory.exists()


def row(address: str, values: object) -> dict[str, object]:
    return {"address": address, "mode": "managed", "type": "t", "name": "a", "values": values, "sensitive_values": {}}


def drift(address: str, before: object) -> dict[str, object]:
    change = {"actions": ["update"], "before": before, "after": {"x": 9}, "before_sensitive": False}
    return {"address": address, "mode": "managed", "type": "t", "name": "a", "change": change}


def test_the_state_as_the_last_apply_left_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = {"address": "module.m", "resources": [row("module.m.t.a", {"x": 2}), row("t.b", {"x": 3})]}
    state = {"values": {"root_module": {"resources": [row("t.a", {"x": 1})], "child_modules": [child]}}}
    changes = [drift("module.m.t.a", {"x": 4}), drift("t.gone", {"x": 5}), drift("t.b", None)]
    (tmp_path / "a.json").write_text(json.dumps({"prior_state": state, "resource_drift": changes}))
    monkeypatch.chdir(tmp_path)
    with prior_states(["a.json"]) as states:
        applied = json.loads((states.applied.directory / "a.json").read_bytes())
        assert states.refreshed is not None
        assert json.loads((states.refreshed.directory / "a.json").read_bytes()) == state
    assert applied == {
        "values": {
            "root_module": {
                "resources": [row("t.a", {"x": 1}), row("t.gone", {"x": 5})],
                "child_modules": [
                    {"address": "module.m", "resources": [row("module.m.t.a", {"x": 4})], "child_modules": []}
                ],
            }
        }
    }


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
