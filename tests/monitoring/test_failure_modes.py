"""Every way in which the chain can break and code can show it: the base holds, one change breaks exactly that link."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.values import Unknown
from sgwarden.monitoring.chain import Chain, evaluate_chain
from sgwarden.sources.hcl import Reader

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "monitoring"
BASE = FIXTURES / "base" / "main.tf"

# folder, verdict, link, resource that is the link, what is told (the fault, or why it is undecided)
CASES: list[tuple[str, str, str, str | None, str]] = [
    (
        "action_is_a_function",
        "fail",
        "topic",
        None,
        "the action arn:aws:lambda:eu-central-1:123456789012:function:notify is no SNS topic",
    ),
    ("action_is_a_name", "fail", "topic", None, "the action alerts is no ARN"),
    (
        "advanced_data_alone",
        "fail",
        "trail",
        "aws_cloudtrail.main",
        "no advanced_event_selector selects AuthorizeSecurityGroupIngress",
    ),
    (
        "advanced_reads_only",
        "fail",
        "trail",
        "aws_cloudtrail.main",
        "no advanced_event_selector selects AuthorizeSecurityGroupIngress",
    ),
    (
        "advanced_without_ec2",
        "fail",
        "trail",
        "aws_cloudtrail.main",
        "no advanced_event_selector selects AuthorizeSecurityGroupIngress",
    ),
    (
        "alarm_above_one",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum > 1, and a single event may give 1",
    ),
    ("alarm_absent", "fail", "alarm", None, "no alarm watches the metric Audit/SecurityGroupChanges"),
    (
        "alarm_actions_disabled",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "actions_enabled is false: it tells nobody",
    ),
    (
        "alarm_always_on",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum >= 0, and without any event it is 0: it is always in ALARM and tells nobody",
    ),
    (
        "alarm_anomaly_detection",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it compares with a band of expected values (threshold_metric_id): a change that is usual raises nothing",
    ),
    (
        "alarm_average",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Average >= 1, and a single event may give 0.2",
    ),
    (
        "alarm_count_unknown",
        "undecided",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups[?]",
        'variable "alarms" has no value',
    ),
    (
        "alarm_default_value_reaches_threshold",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum >= 1, and without any event it is 1: it is always in ALARM and tells nobody",
    ),
    (
        "alarm_dimensions",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches the metric with the dimension Account, and the filter publishes it without",
    ),
    (
        "alarm_in_another_namespace",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches SecurityGroupChanges in the namespace CISBenchmark, and the filter publishes to the namespace Audit",
    ),
    (
        "alarm_in_another_region",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it is in us-east-1, and the log group is in eu-central-1",
    ),
    (
        "alarm_less_than",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum < 1, and a single event may give 1",
    ),
    (
        "alarm_metric_math",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it computes changes + others, which has no data while one of its metrics has none",
    ),
    (
        "alarm_minimum",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Minimum >= 1, and a single event may give 0",
    ),
    (
        "alarm_missing_data_breaches",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        'treat_missing_data is "breaching": it is in ALARM whenever nothing happens, and an event changes nothing',
    ),
    (
        "alarm_missing_data_ignored",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        'treat_missing_data is "ignore": after the first event it stays in ALARM, and later ones tell nobody',
    ),
    (
        "alarm_on_another_metric",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches the metric SecurityGroupChange, and the filter publishes SecurityGroupChanges",
    ),
    (
        "alarm_on_the_filters_name",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches the metric security-group-changes, which is the name of the filter; the metric is called SecurityGroupChanges",
    ),
    (
        "alarm_threshold_two",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it asks for Sum >= 2, and a single event may give 1",
    ),
    (
        "alarm_two_periods",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it needs 2 periods above the threshold (evaluation_periods = 2, datapoints_to_alarm = 2): a single event raises nothing",
    ),
    (
        "alarm_unit",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it watches data in the unit Count, and the filter publishes none",
    ),
    (
        "alarm_without_actions",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "it has no alarm_actions: it tells nobody (ok_actions and insufficient_data_actions do not run in ALARM)",
    ),
    (
        "composite_and",
        "fail",
        "alarm",
        "aws_cloudwatch_composite_alarm.any",
        'its rule ALARM("security-group-changes") AND ALARM(aws_cloudwatch_metric_alarm.load.arn) does not hold when aws_cloudwatch_metric_alarm.groups alone is in ALARM',
    ),
    (
        "composite_muted",
        "undecided",
        "alarm",
        "aws_cloudwatch_composite_alarm.loud",
        "the state of other alarms in the rule ALARM(security-group-changes) AND NOT ALARM(release)",
    ),
    (
        "delivery_absent",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "cloud_watch_logs_group_arn is not set: the trail delivers to S3 alone",
    ),
    (
        "delivery_without_role",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "cloud_watch_logs_role_arn is not set: CloudTrail has no role to deliver with",
    ),
    (
        "delivery_without_star",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        'cloud_watch_logs_group_arn is aws_cloudwatch_log_group.trail.arn, without the ":*" at its end, and CloudTrail refuses it',
    ),
    (
        "filter_absent",
        "fail",
        "metric filter",
        None,
        "no metric filter on aws_cloudwatch_log_group.trail is for these events",
    ),
    (
        "filter_all_terms",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "the pattern misses AuthorizeSecurityGroupIngress, AuthorizeSecurityGroupEgress, RevokeSecurityGroupIngress, RevokeSecurityGroupEgress, CreateSecurityGroup and DeleteSecurityGroup",
    ),
    (
        "filter_dimensions",
        "fail",
        "alarm",
        "aws_cloudwatch_metric_alarm.groups",
        "the filter publishes its metric only with the dimension User, and the alarm watches it without: it never sees data",
    ),
    (
        "filter_invalid",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "the pattern is invalid and refused on apply: a parenthesis is never closed (character 87)",
    ),
    (
        "filter_misses_an_event",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "the pattern misses DeleteSecurityGroup",
    ),
    (
        "filter_on_another_group",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "it is on the log group application, and the trail delivers to cloudtrail",
    ),
    (
        "filter_under_a_condition",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        'the pattern catches AuthorizeSecurityGroupIngress only when userIdentity.invokedBy has a value that is not "cloudformation.amazonaws.com" (and 5 more under a condition)',
    ),
    (
        "filter_value_of_a_field",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "its metric_transformation publishes $.eventName, which holds no number in CloudTrail records",
    ),
    (
        "filter_value_zero",
        "fail",
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "its metric_transformation publishes the value 0, which raises nothing",
    ),
    (
        "log_group_infrequent_access",
        "fail",
        "log group",
        "aws_cloudwatch_log_group.trail",
        "log_group_class is INFREQUENT_ACCESS, which has no metric filters",
    ),
    (
        "log_group_key_disabled",
        "fail",
        "log group",
        "aws_cloudwatch_log_group.trail",
        "the key aws_kms_key.chain is disabled",
    ),
    (
        "log_group_key_without_grant",
        "fail",
        "log group",
        "aws_cloudwatch_log_group.trail",
        "the policy of aws_kms_key.chain does not let logs.eu-central-1.amazonaws.com encrypt: no record is stored",
    ),
    (
        "log_group_outside",
        "undecided",
        "log group",
        None,
        "data.aws_cloudwatch_log_group.existing.arn is read from AWS",
    ),
    (
        "role_for_another_group",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:CreateLogStream and logs:PutLogEvents on the log streams of the group",
    ),
    (
        "role_on_the_group_alone",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:CreateLogStream and logs:PutLogEvents on the log streams of the group",
    ),
    ("role_outside", "undecided", "delivery", "aws_cloudtrail.main", "data.aws_iam_role.existing.arn is read from AWS"),
    (
        "role_untrusted",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "aws_iam_role.delivery does not trust cloudtrail.amazonaws.com",
    ),
    (
        "role_without_policy",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:CreateLogStream and logs:PutLogEvents on the log streams of the group",
    ),
    (
        "role_without_put",
        "fail",
        "delivery",
        "aws_cloudtrail.main",
        "no policy of aws_iam_role.delivery allows logs:PutLogEvents on the log streams of the group",
    ),
    (
        "subscription_absent",
        "undecided",
        "subscription",
        None,
        "no subscription of aws_sns_topic.alerts is in the code; whether one was made by hand is not known",
    ),
    (
        "subscription_filter_policy",
        "fail",
        "subscription",
        "aws_sns_topic_subscription.mail",
        "its filter_policy asks for the attribute severity, which messages of alarms do not have: all are dropped",
    ),
    (
        "topic_in_another_region",
        "fail",
        "topic",
        "aws_sns_topic.alerts",
        "it is in us-east-1, and aws_cloudwatch_metric_alarm.groups is in eu-central-1",
    ),
    (
        "topic_key_without_grant",
        "fail",
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_kms_key.chain does not let cloudwatch.amazonaws.com use the key: nothing is published",
    ),
    ("topic_outside", "undecided", "topic", None, 'variable "topic_arn" has no value'),
    (
        "topic_policy_denies",
        "fail",
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_sns_topic.alerts does not let cloudwatch.amazonaws.com publish for aws_cloudwatch_metric_alarm.groups",
    ),
    (
        "topic_policy_source_owner_arn",
        "fail",
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_sns_topic.alerts does not let cloudwatch.amazonaws.com publish for aws_cloudwatch_metric_alarm.groups",
    ),
    (
        "topic_policy_without_cloudwatch",
        "fail",
        "topic",
        "aws_sns_topic.alerts",
        "the policy of aws_sns_topic.alerts does not let cloudwatch.amazonaws.com publish for aws_cloudwatch_metric_alarm.groups",
    ),
    (
        "topic_under_the_aws_key",
        "fail",
        "topic",
        "aws_sns_topic.alerts",
        "it is encrypted with the key that AWS manages (alias/aws/sns), which cloudwatch.amazonaws.com cannot use",
    ),
    ("trail_absent", "fail", "trail", None, "no trail is in the code that delivers to aws_cloudwatch_log_group.trail"),
    (
        "trail_no_management_events",
        "fail",
        "trail",
        "aws_cloudtrail.main",
        "include_management_events is false: the trail records data events alone",
    ),
    (
        "trail_read_only",
        "fail",
        "trail",
        "aws_cloudtrail.main",
        'read_write_type is "ReadOnly": AuthorizeSecurityGroupIngress is not recorded',
    ),
    (
        "trail_single_region",
        "fail",
        "trail",
        "aws_cloudtrail.main",
        "is_multi_region_trail is not true: calls in other regions are not recorded",
    ),
    ("trail_stopped", "fail", "trail", "aws_cloudtrail.main", "enable_logging is false: the trail is stopped"),
]


def read(directory: Path, *overrides: Path) -> Infrastructure:
    """The base with override files, as Terraform merges them."""
    shutil.copy(BASE, directory / "main.tf")
    for number, path in enumerate(overrides):
        shutil.copy(path, directory / f"{number}_override.tf")
    return Reader(directory, base=directory).read(directory).infrastructure


def judged(infrastructure: Infrastructure) -> Chain:
    """The chain for security group changes."""
    assert infrastructure.skipped == ()
    return evaluate_chain(control(10), infrastructure.monitoring, DEFAULT_BENCHMARK)


def twin_of(folder: Path) -> list[Path]:
    """What the passing twin of a case has besides the base."""
    twin = folder / "twin_override.tf"
    return [twin] if twin.exists() else []


def test_the_base_holds_with_every_link(tmp_path: Path) -> None:
    found = judged(read(tmp_path))
    assert found.answer is True
    assert [str(link.kind) for link in found.links] == [
        "trail", "delivery", "log group", "metric filter", "alarm", "topic", "subscription",
    ]  # fmt: skip
    assert found.filters == ("aws_cloudwatch_log_metric_filter.groups",)


def test_every_folder_is_a_case() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir()) == sorted(["base", *(case[0] for case in CASES)])


@pytest.mark.parametrize(
    "folder", [path.parent for path in sorted(FIXTURES.glob("*/twin_override.tf"))], ids=lambda path: path.name
)
def test_the_twin_holds(tmp_path: Path, folder: Path) -> None:
    assert judged(read(tmp_path, *twin_of(folder))).answer is True


@pytest.mark.parametrize(("name", "verdict", "kind", "address", "told"), CASES, ids=[case[0] for case in CASES])
def test_the_variant_breaks_one_link(
    tmp_path: Path, name: str, verdict: str, kind: str, address: str | None, told: str
) -> None:
    folder = FIXTURES / name
    found = judged(read(tmp_path, *twin_of(folder), folder / "variant_override.tf"))
    broken = found.broken
    assert broken is not None
    assert (str(broken.kind), broken.address) == (kind, address)
    if verdict == "fail":
        assert found.answer is False
        assert broken.found == told
        assert broken.fix
    else:
        assert isinstance(found.answer, Unknown)
        assert found.answer.reason == told
    before = found.links[: found.links.index(broken)]
    assert all(link.answer is True for link in before)
