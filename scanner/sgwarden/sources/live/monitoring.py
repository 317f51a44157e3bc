"""Answers of CloudTrail, CloudWatch, SNS, EventBridge, IAM and KMS into the monitoring chain of the model.

Source: the API references of the services. What a call did not tell is an Unknown that says so; a list that was not
read at all makes the chain incomplete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from sgwarden.aws.answers import Documents
from sgwarden.model.monitoring import (
    Alarm,
    CompositeAlarm,
    ConfigRecorder,
    EventRule,
    EventSelector,
    EventTarget,
    FieldSelector,
    Key,
    LogGroup,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    Monitoring,
    MuteRule,
    Policy,
    Role,
    RolePolicy,
    Subscription,
    Topic,
    Trail,
)
from sgwarden.model.policy_statements import parse_document
from sgwarden.model.values import Unknown
from sgwarden.sources.live.rules import Found, text_or_none

Raw = Mapping[str, Any]
_LISTS = ("trailList", "logGroups", "metricFilters", "MetricAlarms", "CompositeAlarms", "Rules", "TopicAttributes")
_OPERATORS = {
    "Equals": "equals", "NotEquals": "not_equals", "StartsWith": "starts_with", "NotStartsWith": "not_starts_with",
    "EndsWith": "ends_with", "NotEndsWith": "not_ends_with",
}  # fmt: skip


def monitoring(documents: Documents, found: Found) -> Monitoring | None:
    """Return the chain of one account and region, None when it was not read; note malformed answers."""
    lists = documents.lists
    if not any(lists.get(name) is not None for name in _LISTS):
        return None
    maker = _Maker(documents, found)
    complete = all(name in lists for name in _LISTS) and all(each.kind != "monitoring" for each in documents.failures)
    by_address = attrgetter("address")

    def made(make: Any, items: Iterable[object]) -> Any:
        return tuple(sorted((fact for item in items for fact in maker.safely(make, item)), key=by_address))

    return Monitoring(
        trails=made(maker.trail, lists.get("trailList", ())),
        log_groups=made(maker.log_group, lists.get("logGroups", ())),
        metric_filters=made(maker.metric_filter, lists.get("metricFilters", ())),
        alarms=made(maker.alarm, [*lists.get("MetricAlarms", ()), *lists.get("LogAlarms", ())]),
        composite_alarms=made(maker.composite_alarm, lists.get("CompositeAlarms", ())),
        topics=made(maker.topic, maker.topics()),
        subscriptions=made(maker.subscription, maker.subscriptions()),
        event_rules=made(maker.event_rule, lists.get("Rules", ())),
        roles=made(maker.role, maker.roles()),
        keys=made(maker.key, lists.get("Keys", {}).values()),
        config_recorders=made(maker.config_recorder, lists.get("ConfigurationRecorders", ())),
        mute_rules=made(maker.mute_rule, lists.get("AlarmMuteRules", ())),
        complete=complete and maker.complete,
        exhaustive=True,
    )


class _Maker:
    """Makes facts of raw answers; one method a kind."""

    def __init__(self, documents: Documents, found: Found) -> None:
        self._documents = documents
        self._lists = documents.lists
        self._found = found
        self._failed: Mapping[str, str] = self._lists.get("Failed", {})
        self.complete = True

    def safely(self, make: Any, item: object) -> Iterable[object]:
        """Return the facts of an answer; a malformed one is skipped and makes the chain incomplete."""
        try:
            fact = make(item)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            self._found.skip(make.__name__.replace("_", " "), f"the answer has an unexpected form: {error!r:.80}")
            self.complete = False
            return ()
        return () if fact is None else (fact,)

    def _place(self, arn: object = None) -> dict[str, Any]:
        """Return account and region, those of the ARN where it has them."""
        pieces = str(arn or "").split(":")
        known = pieces if len(pieces) > 5 else [""] * 6
        return {
            "arn": str(arn) if arn else None,
            "account": known[4] or self._documents.account or None,
            "region": known[3] or self._documents.region or None,
        }

    def _unread(self, name: str, what: str) -> Unknown:
        reason = self._failed.get(name)
        return Unknown(f"{what} of {name} was not read" + (f": {reason}" if reason else ""))

    def trail(self, raw: Raw) -> Trail:
        arn = str(raw["TrailARN"])
        status = self._lists.get("TrailStatus", {}).get(arn)
        selectors = self._lists.get("Selectors", {}).get(arn)
        home = str(raw.get("HomeRegion") or "")
        if home and home != self._documents.region:
            self.complete = False  # its log group, filters and alarms are in a region that was not asked for
        basic: Any = self._unread(arn, "the selectors")
        advanced: Any = basic
        if selectors is not None:
            basic = tuple(_selector(each) for each in selectors.get("EventSelectors") or ())
            advanced = tuple(_advanced(each) for each in selectors.get("AdvancedEventSelectors") or ())
        answer = status or {}
        return Trail(
            address=arn,
            **self._place(arn),
            name=text_or_none(raw.get("Name")),
            is_multi_region_trail=raw.get("IsMultiRegionTrail"),
            enable_logging=self._unread(arn, "the status") if status is None else bool(answer.get("IsLogging")),
            include_global_service_events=raw.get("IncludeGlobalServiceEvents"),
            is_organization_trail=raw.get("IsOrganizationTrail"),
            cloud_watch_logs_group_arn=text_or_none(raw.get("CloudWatchLogsLogGroupArn")),
            cloud_watch_logs_role_arn=text_or_none(raw.get("CloudWatchLogsRoleArn")),
            event_selectors=basic,
            advanced_event_selectors=advanced,
            latest_delivery_error=text_or_none(answer.get("LatestCloudWatchLogsDeliveryError")),
        )

    def log_group(self, raw: Raw) -> LogGroup:
        arn = str(raw.get("logGroupArn") or raw["arn"]).removesuffix(":*")
        return LogGroup(
            address=arn,
            **self._place(arn),
            name=text_or_none(raw["logGroupName"]),
            log_group_class=text_or_none(raw.get("logGroupClass")),
            retention_in_days=raw.get("retentionInDays"),
            kms_key_id=text_or_none(raw.get("kmsKeyId")),
        )

    def metric_filter(self, raw: Raw) -> MetricFilter:
        criteria = raw.get("fieldSelectionCriteria")
        pattern: str | Unknown | None = text_or_none(raw.get("filterPattern"))
        if criteria:
            pattern = Unknown(f"the filter also has fieldSelectionCriteria ({criteria!s:.80}), which is not evaluated")
        transformations = raw.get("metricTransformations") or ()
        system = dict.fromkeys(raw.get("emitSystemFieldDimensions") or (), Unknown("a field that CloudWatch adds"))
        return MetricFilter(
            address=f"{raw['logGroupName']}:{raw['filterName']}",
            **self._place(),
            name=text_or_none(raw["filterName"]),
            pattern=pattern,
            log_group_name=text_or_none(raw["logGroupName"]),
            metric_transformation=_transformation(transformations[0], system) if transformations else None,
            apply_on_transformed_logs=raw.get("applyOnTransformedLogs"),
        )

    def alarm(self, raw: Raw) -> Alarm:
        name = str(raw["AlarmName"])
        is_log = "ScheduledQueryConfiguration" in raw
        query = raw.get("ScheduledQueryConfiguration") or {}
        return Alarm(
            address=str(raw["AlarmArn"]),
            **self._place(raw["AlarmArn"]),
            alarm_name=text_or_none(raw["AlarmName"]),
            metric_name=text_or_none(raw.get("MetricName")),
            namespace=text_or_none(raw.get("Namespace")),
            dimensions=_dimensions(raw),
            statistic=text_or_none(raw.get("Statistic")),
            extended_statistic=text_or_none(raw.get("ExtendedStatistic")),
            period=raw.get("Period"),
            evaluation_periods=raw.get("EvaluationPeriods"),
            datapoints_to_alarm=raw.get("DatapointsToAlarm"),
            threshold=_number(raw.get("Threshold")),
            threshold_metric_id=text_or_none(raw.get("ThresholdMetricId")),
            comparison_operator=text_or_none(raw.get("ComparisonOperator")),
            treat_missing_data=text_or_none(raw.get("TreatMissingData")),
            unit=text_or_none(raw.get("Unit")),
            metric_queries=tuple(_query(each) for each in raw.get("Metrics") or ()),
            actions_enabled=raw.get("ActionsEnabled"),
            alarm_actions=tuple(str(action) for action in raw.get("AlarmActions") or ()),
            promql_query=text_or_none(((raw.get("EvaluationCriteria") or {}).get("PromQLCriteria") or {}).get("Query")),
            log_query=text_or_none(query.get("QueryString")) or (self._unread(name, "the query") if is_log else None),
            log_groups=tuple(str(group) for group in query.get("LogGroupIdentifiers") or ()),
            state=text_or_none(raw.get("StateValue")),
        )

    def mute_rule(self, raw: Raw) -> MuteRule:
        arn = str(raw["AlarmMuteRuleArn"])
        schedule = (raw.get("Rule") or {}).get("Schedule") or {}
        unread = None if schedule else self._unread(arn, "the schedule")
        targets = (raw.get("MuteTargets") or {}).get("AlarmNames")
        return MuteRule(
            address=arn,
            **self._place(arn),
            name=text_or_none(raw.get("Name")) or arn.rpartition(":")[2],
            expression=text_or_none(schedule.get("Expression")) or unread,
            duration=text_or_none(schedule.get("Duration")) or unread,
            start_date=_date(raw.get("StartDate")),
            expire_date=_date(raw.get("ExpireDate")),
            alarm_names=self._unread(arn, "the targets") if targets is None else tuple(str(name) for name in targets),
            status=text_or_none(raw.get("Status")),
        )

    def composite_alarm(self, raw: Raw) -> CompositeAlarm:
        return CompositeAlarm(
            address=str(raw["AlarmArn"]),
            **self._place(raw["AlarmArn"]),
            alarm_name=text_or_none(raw["AlarmName"]),
            alarm_rule=text_or_none(raw.get("AlarmRule")),
            actions_enabled=raw.get("ActionsEnabled"),
            alarm_actions=tuple(str(action) for action in raw.get("AlarmActions") or ()),
            actions_suppressor=text_or_none(raw.get("ActionsSuppressor")),
        )

    def topics(self) -> list[Raw]:
        """Return the attributes of every topic that was read, of a refused one the ARN alone."""
        read = self._lists.get("TopicAttributes", {})
        return [*read.values(), *({"TopicArn": name} for name in self._failed if _is_topic(name) and name not in read)]

    def topic(self, raw: Raw) -> Topic:
        arn = str(raw["TopicArn"])
        known = arn in self._lists.get("TopicAttributes", {})
        return Topic(
            address=arn,
            **self._place(arn),
            name=arn.rpartition(":")[2],
            fifo_topic=raw.get("FifoTopic") == "true",
            kms_master_key_id=text_or_none(raw.get("KmsMasterKeyId")) if known else self._unread(arn, "the key"),
            policy=_document(raw.get("Policy")) if known else self._unread(arn, "the policy"),
        )

    def subscriptions(self) -> list[tuple[int, Raw]]:
        """Return subscriptions, and one for each refused topic that stands for all of it."""
        refused = [{"SubscriptionArn": "", "TopicArn": name} for name in self._failed if _is_topic(name)]
        return list(enumerate([*self._lists.get("Subscriptions", ()), *refused]))

    def subscription(self, numbered: tuple[int, Raw]) -> Subscription | None:
        number, raw = numbered
        arn = str(raw["SubscriptionArn"])
        if arn == "Deleted":
            return None
        if not arn:
            topic = str(raw["TopicArn"])
            unread = self._unread(topic, "the subscriptions")
            return Subscription(
                address=f"{topic}:unread",
                **self._place(),
                topic_arn=topic,
                protocol=unread,
                endpoint=unread,
                pending_confirmation=unread,
                may_exist=unread,
            )
        confirmed = arn.startswith("arn:")
        answer = self._lists.get("SubscriptionAttributes", {}).get(arn)
        policy: str | Unknown | None = None
        if answer is not None:
            policy = text_or_none(answer.get("FilterPolicy"))
        elif confirmed:
            policy = self._unread(arn, "the filter policy")
        pending = not confirmed or (answer or {}).get("PendingConfirmation") == "true"
        return Subscription(
            address=arn if confirmed else f"{raw['TopicArn']}:pending-{number}",
            **self._place(arn if confirmed else None),
            topic_arn=text_or_none(raw.get("TopicArn")),
            protocol=text_or_none(raw.get("Protocol")),
            endpoint=text_or_none(raw.get("Endpoint")),
            filter_policy=policy,
            filter_policy_scope=text_or_none((answer or {}).get("FilterPolicyScope")),
            pending_confirmation=pending,
        )

    def event_rule(self, raw: Raw) -> EventRule:
        arn, name = str(raw["Arn"]), str(raw["Name"])
        listed = self._lists.get("Targets", {}).get(name)
        if listed is None:
            unread = self._unread(name, "the target")
            targets: tuple[EventTarget, ...] = (
                EventTarget(address=f"{arn}#unread", rule=name, target=unread, may_exist=unread),
            )
        else:
            targets = tuple(
                EventTarget(
                    address=f"{arn}#{target['Id']}",
                    **(self._place() | {"arn": None}),
                    rule=name,
                    target=text_or_none(target.get("Arn")),
                    event_bus_name=text_or_none(raw.get("EventBusName")),
                )
                for target in sorted(listed, key=lambda item: str(item["Id"]))
            )
        return EventRule(
            address=arn,
            **self._place(arn),
            name=name,
            event_pattern=text_or_none(raw.get("EventPattern")),
            state=text_or_none(raw.get("State")),
            event_bus_name=text_or_none(raw.get("EventBusName")),
            targets=targets,
        )

    def roles(self) -> list[Raw]:
        """Return the roles that were read, of a refused one the ARN alone."""
        refused = [{"Role": {"Arn": name}} for name in self._failed if ":role/" in name]
        return [*self._lists.get("Roles", {}).values(), *refused]

    def role(self, raw: Raw) -> Role:
        arn = str(raw["Role"]["Arn"])
        policies = raw.get("Policies")
        unread = self._unread(arn, "the policies")
        return Role(
            address=arn,
            **self._place(arn),
            name=arn.rpartition("/")[2],
            assume_role_policy=unread if policies is None else _document(raw["Role"].get("AssumeRolePolicyDocument")),
            policies=(RolePolicy(arn, unread),)
            if policies is None
            else tuple(RolePolicy(str(address), _document(content)) for address, content in policies),
        )

    def key(self, raw: Raw) -> Key:
        metadata = raw["KeyMetadata"]
        aliases = [name for each in raw.get("Aliases") or () for name in (each.get("AliasName"), each.get("AliasArn"))]
        return Key(
            address=str(metadata["Arn"]),
            **self._place(metadata["Arn"]),
            key_id=text_or_none(metadata.get("KeyId")),
            is_enabled=metadata.get("Enabled"),
            policy=_document(raw.get("Policy")),
            aliases=tuple(sorted(str(name) for name in aliases if name)),
        )

    def config_recorder(self, raw: Raw) -> ConfigRecorder:
        name = str(raw["name"])
        group = raw.get("recordingGroup") or {}
        status = {each["name"]: each for each in self._lists.get("ConfigurationRecordersStatus", ())}
        channels = self._lists.get("DeliveryChannels", ())
        return ConfigRecorder(
            address=str(raw.get("arn") or f"{self._documents.region}:{name}"),
            **self._place(),
            name=name,
            is_enabled=bool(status[name].get("recording")) if name in status else self._unread(name, "the status"),
            all_supported=group.get("allSupported", True),
            resource_types=tuple(group.get("resourceTypes") or ()),
            sns_topic_arn=text_or_none(channels[0].get("snsTopicARN")) if channels else None,
        )


def _is_topic(name: str) -> bool:
    return ":sns:" in name and name.count(":") == 5  # a subscription has one piece more than its topic


def _selector(raw: Raw) -> EventSelector:
    return EventSelector(
        read_write_type=text_or_none(raw.get("ReadWriteType")),
        include_management_events=raw.get("IncludeManagementEvents"),
        exclude_management_event_sources=tuple(raw.get("ExcludeManagementEventSources") or ()),
    )


def _advanced(raw: Raw) -> tuple[FieldSelector, ...]:
    return tuple(
        FieldSelector(
            text_or_none(each.get("Field")),
            {name: tuple(each[theirs]) for theirs, name in _OPERATORS.items() if each.get(theirs)},
        )
        for each in raw.get("FieldSelectors") or ()
    )


def _transformation(raw: Raw, system: Mapping[str, Unknown]) -> MetricTransformation:
    default = raw.get("defaultValue")
    return MetricTransformation(
        name=text_or_none(raw.get("metricName")),
        namespace=text_or_none(raw.get("metricNamespace")),
        value=text_or_none(raw.get("metricValue")),
        default_value=None if default is None else str(_number(default)),
        dimensions={**(raw.get("dimensions") or {}), **system},
        unit=text_or_none(raw.get("unit")),
    )


def _query(raw: Raw) -> MetricQuery:
    stat = raw.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    return MetricQuery(
        id=text_or_none(raw.get("Id")),
        expression=text_or_none(raw.get("Expression")),
        return_data=raw.get("ReturnData"),
        metric_name=text_or_none(metric.get("MetricName")),
        namespace=text_or_none(metric.get("Namespace")),
        stat=text_or_none(stat.get("Stat")),
        period=stat.get("Period"),
        unit=text_or_none(stat.get("Unit")),
        dimensions=_dimensions(metric),
    )


def _dimensions(raw: Raw) -> dict[str, str | Unknown]:
    return {str(each["Name"]): str(each["Value"]) for each in raw.get("Dimensions") or ()}


def _document(content: object) -> Policy:
    """Return a policy as JSON text or already parsed. Raises ValueError."""
    if content is None or isinstance(content, str):
        return parse_document(content or None)
    return parse_document(json.dumps(content))


def _date(value: object) -> str | None:
    """Return a time as text; boto3 gives datetimes, the AWS CLI texts or numbers."""
    return None if value is None else str(value)


def _number(value: Any) -> int | float | None:
    return int(value) if isinstance(value, float) and value.is_integer() else value
