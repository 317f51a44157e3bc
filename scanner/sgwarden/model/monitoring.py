"""The resources of the monitoring chain, with the names of their Terraform arguments.

trail -> log group -> metric filter -> alarm -> topic -> subscription, with what each needs to pass on what it
holds: the trail's role, keys and policies. EventBridge rules and AWS Config are other ways to the same end. Fields
that only a live account shows are None when the source cannot know them.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown

Text = str | Unknown | None
Flag = bool | Unknown | None
Number = int | float | Unknown | None


class Condition(Struct, frozen=True):
    """One test of one key; every one of a statement must hold."""

    test: str
    """``StringEquals``, ``ArnLikeIfExists`` ..."""
    key: str
    """In lower case: keys have no case."""
    values: tuple[str | Unknown, ...]


class Statement(Struct, frozen=True):
    """One statement; None where the element is absent."""

    effect: str | Unknown
    actions: tuple[str | Unknown, ...] | None
    not_actions: tuple[str | Unknown, ...] | None
    resources: tuple[str | Unknown, ...] | None
    not_resources: tuple[str | Unknown, ...] | None
    principals: tuple[tuple[str, str | Unknown], ...] | None
    """Kind (``AWS``, ``Service``, ``Federated``; ``*`` for everybody) and name."""
    not_principals: tuple[tuple[str, str | Unknown], ...] | None
    conditions: tuple[Condition, ...]


class Document(Struct, frozen=True):
    """A policy document of a role, topic or key; a statement of which nothing is known is an Unknown."""

    statements: tuple[Statement | Unknown, ...]


Policy = Document | Unknown | None
"""None: no policy is given."""


class Declared(Struct, frozen=True, kw_only=True):
    """What every resource has."""

    address: str
    """Resource address, or the ARN when the source is live AWS."""
    arn: Text = None
    """The ARN where it is known; an Unknown that names address and attribute before it is."""
    account: Text = None
    region: Text = None
    location: Location | None = None
    origins: Mapping[str, Location] = field(default_factory=dict)
    """Where each argument was written, by its name."""
    may_exist: Unknown | None = None
    sensitive: frozenset[str] = frozenset()
    """Names of arguments never to be shown."""
    actions: tuple[str, ...] = ()
    """From a plan: what happens to it."""


class EventSelector(Struct, frozen=True):
    """A basic selector of a trail."""

    read_write_type: Text
    """``All`` (also when absent), ``ReadOnly`` or ``WriteOnly``."""
    include_management_events: Flag
    """None means true."""
    exclude_management_event_sources: tuple[str | Unknown, ...] | Unknown


class FieldSelector(Struct, frozen=True):
    """One field of an advanced selector; the values of one operator are alternatives."""

    field: Text
    operators: Mapping[str, tuple[str | Unknown, ...] | Unknown]
    """By operator (``equals``, ``not_equals``, ``starts_with``, ``not_starts_with``, ``ends_with``, ``not_ends_with``)."""


class Trail(Declared, frozen=True, kw_only=True):
    """aws_cloudtrail."""

    name: Text = None
    is_multi_region_trail: Flag = None
    enable_logging: Flag = None
    """None means true; in a live account GetTrailStatus.IsLogging."""
    include_global_service_events: Flag = None
    is_organization_trail: Flag = None
    cloud_watch_logs_group_arn: Text = None
    cloud_watch_logs_role_arn: Text = None
    event_selectors: tuple[EventSelector | Unknown, ...] | Unknown = ()
    advanced_event_selectors: tuple[tuple[FieldSelector | Unknown, ...] | Unknown, ...] | Unknown = ()
    latest_delivery_error: str | None = None
    """GetTrailStatus.LatestCloudWatchLogsDeliveryError."""


class LogGroup(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_log_group."""

    name: Text = None
    log_group_class: Text = None
    retention_in_days: Number = None
    kms_key_id: Text = None


class MetricTransformation(Struct, frozen=True):
    """The metric that a filter publishes."""

    name: Text
    namespace: Text
    value: Text
    """``1``, or ``$.field`` for the number that the field holds."""
    default_value: Text
    dimensions: Mapping[str, str | Unknown] | Unknown
    unit: Text


class MetricFilter(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_log_metric_filter."""

    name: Text = None
    pattern: Text = None
    """None is the empty pattern, which matches everything."""
    log_group_name: Text = None
    metric_transformation: MetricTransformation | Unknown | None = None
    apply_on_transformed_logs: Flag = None


class MetricQuery(Struct, frozen=True):
    """One ``metric_query`` block: a metric or an expression over other queries."""

    id: Text
    expression: Text
    return_data: Flag
    metric_name: Text = None
    namespace: Text = None
    stat: Text = None
    period: Number = None
    unit: Text = None
    dimensions: Mapping[str, str | Unknown] | Unknown = field(default_factory=dict)


class Alarm(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_metric_alarm."""

    alarm_name: Text = None
    metric_name: Text = None
    namespace: Text = None
    dimensions: Mapping[str, str | Unknown] | Unknown = field(default_factory=dict)
    statistic: Text = None
    extended_statistic: Text = None
    period: Number = None
    evaluation_periods: Number = None
    datapoints_to_alarm: Number = None
    """None means as many as evaluation_periods."""
    threshold: Number = None
    threshold_metric_id: Text = None
    comparison_operator: Text = None
    treat_missing_data: Text = None
    unit: Text = None
    metric_queries: tuple[MetricQuery | Unknown, ...] | Unknown = ()
    actions_enabled: Flag = None
    """None means true."""
    alarm_actions: tuple[str | Unknown, ...] | Unknown = ()
    promql_query: Text = None
    """The query of ``evaluation_criteria``, in place of a metric."""
    log_query: Text = None
    """Of a log alarm: the query of CloudWatch Logs Insights that it runs on a schedule, in place of a metric."""
    log_groups: tuple[str | Unknown, ...] | Unknown = ()
    """Of a log alarm: names or ARNs of the log groups that it queries."""
    state: str | None = None
    """Live: OK, ALARM or INSUFFICIENT_DATA."""


class CompositeAlarm(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_composite_alarm."""

    alarm_name: Text = None
    alarm_rule: Text = None
    actions_enabled: Flag = None
    alarm_actions: tuple[str | Unknown, ...] | Unknown = ()
    actions_suppressor: Text = None
    """The alarm that mutes its actions; None when there is none."""


class MuteRule(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_alarm_mute_rule: alarms take no actions while one of its windows is open."""

    name: Text = None
    expression: Text = None
    """``cron(...)`` or ``at(...)``: when a window opens."""
    duration: Text = None
    """How long it is open, in ISO 8601 (``PT4H``)."""
    start_date: Text = None
    expire_date: Text = None
    alarm_names: tuple[str | Unknown, ...] | Unknown = ()
    status: str | None = None
    """Live: SCHEDULED, ACTIVE or EXPIRED."""


class Topic(Declared, frozen=True, kw_only=True):
    """aws_sns_topic with its policy, wherever that is declared."""

    name: Text = None
    fifo_topic: Flag = None
    kms_master_key_id: Text = None
    policy: Policy = None
    """None is the policy SNS gives new topics: whoever acts in the account may publish."""


class Subscription(Declared, frozen=True, kw_only=True):
    """aws_sns_topic_subscription."""

    topic_arn: Text = None
    protocol: Text = None
    endpoint: Text = None
    filter_policy: Text = None
    filter_policy_scope: Text = None
    pending_confirmation: Flag = None
    """Known from a state and a live account; None when the source cannot know."""


class EventTarget(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_event_target."""

    rule: Text = None
    target: Text = None
    """The argument ``arn``: what it sends events to."""
    event_bus_name: Text = None


class EventRule(Declared, frozen=True, kw_only=True):
    """aws_cloudwatch_event_rule with its targets."""

    name: Text = None
    event_pattern: Text = None
    state: Text = None
    """ENABLED (also when absent), DISABLED or ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS."""
    event_bus_name: Text = None
    targets: tuple[EventTarget, ...] = ()


class RolePolicy(Struct, frozen=True):
    """A policy that a role has."""

    address: str
    """Of the resource that gives it to the role."""
    document: Policy
    may_exist: Unknown | None = None


class Role(Declared, frozen=True, kw_only=True):
    """aws_iam_role with everything attached to it."""

    name: Text = None
    assume_role_policy: Policy = None
    policies: tuple[RolePolicy, ...] = ()


class Key(Declared, frozen=True, kw_only=True):
    """aws_kms_key with its aliases."""

    key_id: Text = None
    is_enabled: Flag = None
    policy: Policy = None
    """None is the policy KMS gives new keys: the account's own principals, and so no service."""
    aliases: tuple[str | Unknown, ...] = ()


class ConfigRecorder(Declared, frozen=True, kw_only=True):
    """aws_config_configuration_recorder with its status and the delivery channel beside it."""

    name: Text = None
    is_enabled: Flag = None
    """Of aws_config_configuration_recorder_status; None: nobody starts it."""
    all_supported: Flag = None
    resource_types: tuple[str | Unknown, ...] | Unknown = ()
    sns_topic_arn: Text = None


class Monitoring(Struct, frozen=True):
    """Everything of the chain that one source holds; every tuple is sorted by address."""

    trails: tuple[Trail, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()
    metric_filters: tuple[MetricFilter, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    composite_alarms: tuple[CompositeAlarm, ...] = ()
    topics: tuple[Topic, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    event_rules: tuple[EventRule, ...] = ()
    roles: tuple[Role, ...] = ()
    keys: tuple[Key, ...] = ()
    config_recorders: tuple[ConfigRecorder, ...] = ()
    mute_rules: tuple[MuteRule, ...] = ()
    exact: bool = True
    """False: the source tells what a text refers to and not what stands around the reference (a plan)."""
    complete: bool = True
    """False: the source is known to hold more than what is here (a module that could not be read)."""
    exhaustive: bool = False
    """Whether the source would hold a resource if it existed (a live account, where nothing is made elsewhere)."""

    @property
    def place(self) -> str:
        """Where one looks for what is missing, in words."""
        return "the account" if self.exhaustive else "the code"
