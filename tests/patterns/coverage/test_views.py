"""One event as each language sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.cloudtrail.catalogue import security_group_events
from sgwarden.patterns.coverage.views import View, document_in, foreign_names, shape_in
from tests.cloudtrail.documents import allows
from tests.paths import FIXTURES

RECORDS: list[dict[str, Any]] = [
    row
    for row in json.loads((FIXTURES / "filter_patterns" / "records.json").read_text(encoding="utf-8"))
    if not row["what"].endswith("changes the type")  # the catalogue counts it as noise
]
RECORD: dict[str, Any] = {
    "eventSource": "ec2.amazonaws.com",
    "eventName": "CreateSecurityGroup",
    "eventType": "AwsApiCall",
    "awsRegion": "eu-west-1",
    "userIdentity": {"type": "IAMUser", "arn": "arn:x"},
    "requestParameters": {"ports": [1, 1.5], "dryRun": False, "name": None},
    "responseElements": None,
}


@pytest.mark.parametrize("row", RECORDS, ids=lambda row: row["what"])
@pytest.mark.parametrize("view", list(View))
def test_each_view_of_a_record_is_of_the_shape_of_that_view(row: dict[str, Any], view: View) -> None:
    record = row["record"]
    event = next(event for event in security_group_events() if event.name == record["eventName"])
    shape = shape_in(view, event, failed="errorCode" in record)
    if shape is None:
        assert (view, event.read_only) == (View.EVENTBRIDGE, True)
    else:
        assert allows(shape, document_in(view, record))


def test_eventbridge_puts_the_record_under_detail() -> None:
    document = document_in(View.EVENTBRIDGE, RECORD)
    assert document == {
        "version": "0",
        "id": None,
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ec2",
        "account": None,
        "time": None,
        "region": "eu-west-1",
        "resources": [],
        "detail": RECORD,
    }


def test_elastic_writes_requests_in_the_notation_of_java() -> None:
    document: Any = document_in(View.ELASTIC, RECORD)
    assert document["aws"]["cloudtrail"] == {
        "event_type": "AwsApiCall",
        "user_identity": {"type": "IAMUser", "arn": "arn:x"},
        "flattened": {"request_parameters": RECORD["requestParameters"]},
        "request_parameters": "{ports=[1, 1.5], dryRun=false, name=null}",
    }
    assert document["event"]["outcome"] == "success"


@pytest.mark.parametrize(
    "failure",
    [{"errorCode": "AccessDenied"}, {"errorMessage": "no"}, {"responseElements": {"ConsoleLogin": "Failure"}}],
)
def test_elastic_sees_failed_calls_as_failures(failure: dict[str, Any]) -> None:
    document: Any = document_in(View.ELASTIC, RECORD | failure)
    assert document["event"]["outcome"] == "failure"


def test_messages_are_compact_json() -> None:
    assert document_in(View.MESSAGE, {"a": [1, "é"]}) == '{"a":[1,"é"]}'


def test_names_of_events_are_foreign_to_other_records() -> None:
    assert foreign_names().occur_in("CreateSecurityGroup")
    assert not foreign_names().occur_in("eu-west-1")
