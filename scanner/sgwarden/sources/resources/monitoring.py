"""The monitoring chain: trails, log groups, metric filters, alarms, topics, subscriptions and event rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.monitoring import (
    Alarm,
    CompositeAlarm,
    Declared,
    EventRule,
    EventSelector,
    EventTarget,
    FieldSelector,
    LogGroup,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    Monitoring,
    MuteRule,
    Subscription,
    Text,
    Trail,
)
from sgwarden.model.values import Unknown, reveal
from sgwarden.model.wildcards import same
from sgwarden.sources.resources import monitoring_access
from sgwarden.sources.resources.attribute_reader import MAY_EXIST, AttributeReader, MalformedAttribute
from sgwarden.sources.resources.model_builder import ModelBuilder, attributes_of
from sgwarden.sources.resources.monitoring_reader import Reader
from sgwarden.sources.resources.monitoring_references import References

_OPERATORS = ("equals", "not_equals", "starts_with", "not_starts_with", "ends_with", "not_ends_with")


def _trail(reader: Reader) -> Trail:
    attribute = reader.attributes
    return Trail(
        **reader.declared(),
        name=reader.text("name"),
        is_multi_region_trail=attribute.get("is_multi_region_trail").boolean(),
        enable_logging=attribute.get("enable_logging").boolean(),
        include_global_service_events=attribute.get("include_global_service_events").boolean(),
        is_organization_trail=attribute.get("is_organization_trail").boolean(),
        cloud_watch_logs_group_arn=reader.text("cloud_watch_logs_group_arn"),
        cloud_watch_logs_role_arn=reader.text("cloud_watch_logs_role_arn"),
        event_selectors=_blocks(attribute.get("event_selector"), lambda block: _event_selector(reader, block)),
        advanced_event_selectors=_blocks(
            attribute.get("advanced_event_selector"),
            lambda block: _blocks(block.get("field_selector"), lambda inner: _field_selector(reader, inner)),
        ),
    )


def _blocks(attribute: AttributeReader, convert: Callable[[AttributeReader], object]) -> Any:
    """Return nested blocks, each converted; one that is unknown or may not exist stays an Unknown."""
    if isinstance(attribute.value, Unknown):
        return attribute.value
    result: list[Any] = []
    for block in attribute.blocks():
        doubt = block.value if block.unknown else block.get(MAY_EXIST).value
        result.append(doubt if isinstance(doubt, Unknown) else convert(block))
    return tuple(result)


def _event_selector(reader: Reader, block: AttributeReader) -> EventSelector:
    return EventSelector(
        read_write_type=reader.text("read_write_type", block),
        include_management_events=block.get("include_management_events").boolean(),
        exclude_management_event_sources=reader.texts("exclude_management_event_sources", block),
    )


def _field_selector(reader: Reader, block: AttributeReader) -> FieldSelector:
    operators = {name: reader.texts(name, block) for name in _OPERATORS}
    return FieldSelector(reader.text("field", block), {name: values for name, values in operators.items() if values})


def _log_group(reader: Reader) -> LogGroup:
    return LogGroup(
        **reader.declared(),
        name=reader.references.own(reader.instance, "name"),
        log_group_class=reader.computed("log_group_class"),
        retention_in_days=reader.number("retention_in_days"),
        kms_key_id=reader.text("kms_key_id"),
    )


def _metric_filter(reader: Reader) -> MetricFilter:
    return MetricFilter(
        **reader.declared(arn=False),
        name=reader.references.own(reader.instance, "name"),
        pattern=reader.text("pattern"),
        log_group_name=reader.text("log_group_name"),
        metric_transformation=_transformation(reader),
        apply_on_transformed_logs=reader.attributes.get("apply_on_transformed_logs").boolean(),
    )


def _transformation(reader: Reader) -> MetricTransformation | Unknown | None:
    blocks = _blocks(
        reader.attributes.get("metric_transformation"),
        lambda block: MetricTransformation(
            name=reader.text("name", block),
            namespace=reader.text("namespace", block),
            value=reader.text("value", block),
            default_value=reader.text("default_value", block),
            dimensions=reader.mapping("dimensions", block),
            unit=reader.text("unit", block),
        ),
    )
    if isinstance(blocks, Unknown):
        return blocks
    first: MetricTransformation | Unknown | None = blocks[0] if blocks else None
    return first


def _alarm(reader: Reader) -> Alarm:
    attribute = reader.attributes
    return Alarm(
        **reader.declared(),
        alarm_name=reader.references.own(reader.instance, "alarm_name"),
        metric_name=reader.text("metric_name"),
        namespace=reader.text("namespace"),
        dimensions=reader.mapping("dimensions"),
        statistic=reader.text("statistic"),
        extended_statistic=reader.text("extended_statistic"),
        period=reader.number("period"),
        evaluation_periods=reader.number("evaluation_periods"),
        datapoints_to_alarm=reader.number("datapoints_to_alarm"),
        threshold=reader.number("threshold"),
        threshold_metric_id=reader.text("threshold_metric_id"),
        comparison_operator=reader.text("comparison_operator"),
        treat_missing_data=reader.text("treat_missing_data"),
        unit=reader.text("unit"),
        metric_queries=_blocks(attribute.get("metric_query"), lambda block: _metric_query(reader, block)),
        actions_enabled=attribute.get("actions_enabled").boolean(),
        alarm_actions=reader.texts("alarm_actions"),
        promql_query=_promql_query(reader),
    )


def _nested(attribute: AttributeReader, name: str) -> AttributeReader:
    """Return the one nested block of a name, or the attribute that is unknown or absent in its place."""
    found = attribute.get(name)
    blocks = [] if found.unknown else found.blocks()
    return blocks[0] if blocks else found


def _promql_query(reader: Reader) -> Text:
    criteria = _nested(reader.attributes, "evaluation_criteria")
    for block in (criteria, _nested(criteria, "promql_criteria")) if criteria.value else ():
        if isinstance(block.value, Unknown):
            return block.value
    return reader.text("query", _nested(criteria, "promql_criteria")) if criteria.value else None


def _mute_rule(reader: Reader) -> MuteRule:
    rule, targets = _nested(reader.attributes, "rule"), _nested(reader.attributes, "mute_targets")
    schedule = rule if isinstance(rule.value, Unknown) or not rule.value else _nested(rule, "schedule")

    def of(block: AttributeReader, name: str) -> Text:
        return block.value if isinstance(block.value, Unknown) else reader.text(name, block) if block.value else None

    return MuteRule(
        **reader.declared(),
        name=reader.references.own(reader.instance, "name"),
        expression=of(schedule, "expression"),
        duration=of(schedule, "duration"),
        start_date=reader.computed("start_date"),
        expire_date=reader.computed("expire_date"),
        alarm_names=targets.value
        if isinstance(targets.value, Unknown)
        else reader.texts("alarm_names", targets)
        if targets.value
        else (),
    )


def _metric_query(reader: Reader, block: AttributeReader) -> MetricQuery:
    query = MetricQuery(
        id=reader.text("id", block),
        expression=reader.text("expression", block),
        return_data=block.get("return_data").boolean(),
    )
    metrics = block.get("metric").blocks() if not block.get("metric").unknown else []
    if not metrics:
        return query
    metric = metrics[0]
    return replace(
        query,
        metric_name=reader.text("metric_name", metric),
        namespace=reader.text("namespace", metric),
        stat=reader.text("stat", metric),
        period=reader.number("period", metric),
        unit=reader.text("unit", metric),
        dimensions=reader.mapping("dimensions", metric),
    )


def _composite_alarm(reader: Reader) -> CompositeAlarm:
    suppressor = _blocks(reader.attributes.get("actions_suppressor"), lambda block: reader.text("alarm", block))
    return CompositeAlarm(
        **reader.declared(),
        alarm_name=reader.references.own(reader.instance, "alarm_name"),
        alarm_rule=reader.text("alarm_rule"),
        actions_enabled=reader.attributes.get("actions_enabled").boolean(),
        alarm_actions=reader.texts("alarm_actions"),
        actions_suppressor=suppressor if isinstance(suppressor, Unknown) else suppressor[0] if suppressor else None,
    )


def _subscription(reader: Reader) -> Subscription:
    attribute = reader.attributes
    pending = attribute.get("pending_confirmation").boolean()
    return Subscription(
        **reader.declared(),
        topic_arn=reader.text("topic_arn"),
        protocol=reader.text("protocol"),
        endpoint=reader.text("endpoint"),
        filter_policy=attribute.get("filter_policy").text(),
        filter_policy_scope=reader.computed("filter_policy_scope"),
        pending_confirmation=None if isinstance(pending, Unknown) else pending,
    )


def _event_rule(reader: Reader) -> EventRule:
    enabled = reader.attributes.get("is_enabled").boolean()
    state = reader.text("state")
    if (state is None or isinstance(state, Unknown)) and enabled is not None:
        state = enabled if isinstance(enabled, Unknown) else "ENABLED" if enabled else "DISABLED"
    return EventRule(
        **reader.declared(),
        name=reader.references.own(reader.instance, "name"),
        event_pattern=reader.attributes.get("event_pattern").text(),
        state=state,
        event_bus_name=reader.text("event_bus_name"),
    )


def _event_target(reader: Reader) -> EventTarget:
    return EventTarget(
        **reader.declared(arn=False),
        rule=reader.text("rule"),
        target=reader.text("arn"),
        event_bus_name=reader.text("event_bus_name"),
    )


_READERS: dict[str, Callable[[Reader], Declared]] = {
    "aws_cloudtrail": _trail,
    "aws_cloudwatch_log_group": _log_group,
    "aws_cloudwatch_log_metric_filter": _metric_filter,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_cloudwatch_composite_alarm": _composite_alarm,
    "aws_cloudwatch_alarm_mute_rule": _mute_rule,
    "aws_sns_topic_subscription": _subscription,
    "aws_cloudwatch_event_rule": _event_rule,
    "aws_cloudwatch_event_target": _event_target,
}

_IDENTITY = "aws_caller_identity"
TYPES: frozenset[str] = frozenset(_READERS) | monitoring_access.TYPES | {_IDENTITY}
"""Resource types that become facts of the chain, and the data source that plans and states tell the account by."""


def monitoring(model: ModelBuilder, instances: Iterable[ResourceInstance]) -> Monitoring:
    """Return the chain that the instances declare; add malformed parts to ``model.skipped``."""
    everything = list(instances)
    relevant = [instance for instance in everything if instance.mode == "managed" and instance.type in TYPES]
    if not relevant:
        return Monitoring()
    references = References(relevant, _account(everything))
    found: dict[type, list[Any]] = {}
    access = monitoring_access.Access()
    for instance in sorted(relevant, key=attrgetter("address")):
        if instance.status == "deposed" or instance.actions == ("delete",):
            continue
        reader = Reader(model, references, instance, attributes_of(instance))
        try:
            if instance.type in _READERS:
                fact = _READERS[instance.type](reader)
                found.setdefault(type(fact), []).append(fact)
            else:
                access.add(reader)
        except MalformedAttribute as error:
            model.skip(instance, str(error))
    return Monitoring(
        trails=tuple(found.get(Trail, ())),
        log_groups=tuple(found.get(LogGroup, ())),
        metric_filters=tuple(found.get(MetricFilter, ())),
        alarms=tuple(found.get(Alarm, ())),
        composite_alarms=tuple(found.get(CompositeAlarm, ())),
        topics=access.topics(),
        subscriptions=tuple(found.get(Subscription, ())),
        event_rules=_with_targets(found.get(EventRule, []), found.get(EventTarget, [])),
        roles=access.roles(),
        keys=access.keys(),
        config_recorders=access.config_recorders(),
        mute_rules=tuple(found.get(MuteRule, ())),
        exact=model.kind != "plan",
        complete=all(skipped.complete for skipped in model.skipped),
    )


def _account(instances: Iterable[ResourceInstance]) -> str | None:
    """Return the account that plans and states know from aws_caller_identity, when they know of one alone."""
    accounts = {
        reveal(instance.attributes.get("account_id"))
        for instance in instances
        if instance.mode == "data" and instance.type == _IDENTITY
    }
    known = {account for account in accounts if isinstance(account, str)}
    return known.pop() if len(accounts) == len(known) == 1 else None


def _with_targets(rules: list[EventRule], targets: list[EventTarget]) -> tuple[EventRule, ...]:
    """Return each rule with the targets that name it, and those that may."""

    def of(rule: EventRule, target: EventTarget) -> bool:
        return rule.name is not None and target.rule is not None and same(target.rule, rule.name) is True

    return tuple(replace(rule, targets=tuple(target for target in targets if of(rule, target))) for rule in rules)
