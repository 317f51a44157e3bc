"""The CloudFormation template."""

from __future__ import annotations

import json

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK
from sgwarden.generate import cloudformation
from sgwarden.generate.design import design_chain, select_events


def test_the_template_holds_a_filter_and_an_alarm_for_each() -> None:
    design = design_chain(select_events([], DEFAULT_BENCHMARK))
    template = json.loads(cloudformation.render(design))
    patterns = [
        each["Properties"]["FilterPattern"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::Logs::MetricFilter"
    ]
    assert patterns == [watch.pattern for watch in design.watches]
    alarms = [each for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == len(design.watches)
