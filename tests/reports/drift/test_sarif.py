"""SARIF of drift, valid by the official schema."""

from __future__ import annotations

import json

import jsonschema

from sgwarden.reports.drift import sarif
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.sarif import MAX_RESULTS
from tests.reports.samples import DRIFT_CONTEXT, SARIF_SCHEMA, drift, huge_drift


def test_sarif_is_valid_and_holds_what_counts() -> None:
    log = json.loads(sarif.render(drift(), DRIFT_CONTEXT))
    jsonschema.validate(log, json.loads(SARIF_SCHEMA.read_text(encoding="utf-8")))
    (run,) = log["runs"]
    assert len(run["results"]) == len(drift().drift)
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith(
        "Not read: 111122223333/us-east-1"
    )
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_drift_as_sarif_tells_what_is_left_out() -> None:
    (run,) = json.loads(sarif.render(huge_drift(MAX_RESULTS), DriftContext()))["runs"]
    notices = [notice["message"]["text"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(run["results"]) == MAX_RESULTS
    assert run["results"][0]["properties"]["severity"] == "critical"
    assert notices[0] == "1 differences of lesser severity were left out."
    assert notices[-1] == f"{MAX_RESULTS - 200} more parts were not read."
    assert len(notices) == 202
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
