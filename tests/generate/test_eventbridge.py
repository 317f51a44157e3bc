"""EventBridge event patterns as they are printed."""

from __future__ import annotations

import json

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK
from sgwarden.generate import eventbridge
from sgwarden.generate.design import design_chain, select_events


def test_the_pattern_of_one_control_stands_alone() -> None:
    text = eventbridge.render(design_chain(select_events(["4.7"], DEFAULT_BENCHMARK)))
    assert json.loads(text) == {
        "detail-type": ["AWS API Call via CloudTrail"],
        "source": ["aws.kms"],
        "detail": {"eventSource": ["kms.amazonaws.com"], "eventName": ["DisableKey", "ScheduleKeyDeletion"]},
    }


def test_several_controls_are_one_object_by_name() -> None:
    document = json.loads(eventbridge.render(design_chain(select_events(["4.6", "recommended"], DEFAULT_BENCHMARK))))
    assert list(document) == ["console-authentication-failures", "security-group-changes-recommended"]
    assert document["console-authentication-failures"]["detail-type"] == ["AWS Console Sign In via CloudTrail"]
    listed, conditional = document["security-group-changes-recommended"]["detail"]["$or"]
    assert "ModifySecurityGroupRules" in listed["eventName"]
    assert conditional["requestParameters"] == {"groupSet": {"items": {"groupId": [{"exists": True}]}}}
