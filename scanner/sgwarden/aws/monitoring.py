"""The monitoring chain of one account in one region: trails, log groups, filters, alarms, topics, event rules.

Only what can be part of the chain is read in detail: topics that the alarms and rules kept here name, the log groups
and roles of trails, keys of those topics and groups. The answers are kept by these names:

``trailList``, ``TrailStatus`` and ``Selectors`` (by trail ARN), ``logGroups``, ``metricFilters``, ``MetricAlarms``,
``CompositeAlarms``, ``LogAlarms``, ``AlarmMuteRules``, ``TopicAttributes`` (by ARN), ``Subscriptions``, ``SubscriptionAttributes`` (by ARN), ``Rules``,
``Targets`` (by rule name), ``Roles`` and ``Keys`` (by what names them), ``ConfigurationRecorders``,
``ConfigurationRecordersStatus``, ``DeliveryChannels``, and ``Failed``: why something named was not read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sgwarden.aws.answers import Documents, Failure
from sgwarden.aws.calls import Account
from sgwarden.aws.failures import NotRead

_SNS = ":sns:"
_UNKNOWN_VALUE = frozenset({"ValidationError", "ValidationException", "InvalidParameterValue"})
"""Codes by which an endpoint refuses a type of alarm that it does not know."""


def reader(regions: Sequence[str]) -> Callable[[Account, str], Documents]:
    """Read the chain of a region, when ``regions`` are all that the run reads."""
    return lambda account, region: _Chain(account, region, regions).read()


class _Chain:
    """One reading; every method adds to the documents."""

    def __init__(self, account: Account, region: str, regions: Sequence[str]) -> None:
        self._account = account
        self._region = region
        self._regions = regions
        self._found = Documents(account.id, region)
        self._failed: dict[str, str] = {}

    def read(self) -> Documents:
        """Return the whole chain, trails first: they name what else is needed."""
        lists = self._found.lists
        self._trails()
        self._log_groups()
        self._list("logs", "describe_metric_filters", "metricFilters", "metric filters")
        self._list("cloudwatch", "describe_alarms", "MetricAlarms", "alarms", AlarmTypes=["MetricAlarm"])
        self._list(
            "cloudwatch", "describe_alarms", "CompositeAlarms", "composite alarms", AlarmTypes=["CompositeAlarm"]
        )
        self._newer_list("cloudwatch", "describe_alarms", "LogAlarms", "log alarms", AlarmTypes=["LogAlarm"])
        lists = self._found.lists
        if lists.get("MetricAlarms") != [] or lists.get("CompositeAlarms") != [] or lists.get("LogAlarms"):
            self._mute_rules()  # without alarms there is nothing to mute
        if "MetricAlarms" in lists:
            lists["MetricAlarms"] = relevant_alarms(lists["MetricAlarms"], lists.get("CompositeAlarms", ()))
        self._event_rules()
        self._list("config", "describe_configuration_recorders", "ConfigurationRecorders", "recorders of AWS Config")
        if lists.get("ConfigurationRecorders"):
            what = "the status of AWS Config"
            self._list("config", "describe_configuration_recorder_status", "ConfigurationRecordersStatus", what)
            self._list("config", "describe_delivery_channels", "DeliveryChannels", "delivery channels of AWS Config")
        self._topics()
        self._keys()
        lists["Failed"] = self._failed
        return self._found

    def _list(self, service: str, operation: str, key: str, what: str, **arguments: Any) -> None:
        try:
            self._found.lists[key] = self._account.pages(service, self._region, operation, key, **arguments)
        except NotRead as error:
            self._fail(what, error)

    def _newer_list(self, service: str, operation: str, key: str, what: str, **arguments: Any) -> None:
        """Read a list of a call that older endpoints and older releases of boto3 lack: it is empty there."""
        try:
            self._found.lists[key] = self._account.pages(service, self._region, operation, key, **arguments)
        except NotRead as error:
            if not error.not_offered and error.code not in _UNKNOWN_VALUE:
                self._fail(what, error)
        except (AttributeError, KeyError):
            return

    def _mute_rules(self) -> None:
        """Read the mute rules, each of them in full: the list has neither schedules nor targets."""
        self._newer_list("cloudwatch", "list_alarm_mute_rules", "AlarmMuteRuleSummaries", "alarm mute rules")
        rules: list[object] = []
        for summary in self._found.lists.pop("AlarmMuteRuleSummaries", ()):
            arn = str(summary["AlarmMuteRuleArn"])
            name = arn.rpartition(":")[2]
            rule = self._one(arn, "mute rule", self._call, "cloudwatch", "get_alarm_mute_rule", AlarmMuteRuleName=name)
            rules.append(rule or summary)
        if rules:
            self._found.lists["AlarmMuteRules"] = rules

    def _fail(self, what: str, error: NotRead) -> None:
        self._found.failures.append(Failure("monitoring", what, str(error)))

    def _one(self, name: str, what: str, read: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Return the result of ``read``; None and a note when it is refused, None when nothing is there."""
        try:
            return read(*arguments, **named)
        except NotRead as error:
            if not error.missing:
                self._failed[name] = str(error)
                self._fail(f"{what} {name}", error)
            return None

    def _trails(self) -> None:
        try:
            answer = self._account.call("cloudtrail", self._region, "describe_trails", includeShadowTrails=True)
        except NotRead as error:
            self._fail("trails", error)
            return
        trails = [each for each in answer.get("trailList") or () if self._ours(str(each.get("HomeRegion")))]
        self._found.lists["trailList"] = trails
        status: dict[str, object] = {}
        selectors: dict[str, object] = {}
        for trail in trails:
            arn = str(trail["TrailARN"])
            home = str(trail.get("HomeRegion") or self._region)
            call = self._account.call
            answer = self._one(arn, "the status of trail", call, "cloudtrail", home, "get_trail_status", Name=arn)
            what = "the selectors of trail"
            chosen = self._one(arn, what, call, "cloudtrail", home, "get_event_selectors", TrailName=arn)
            if answer is not None:
                status[arn] = answer
            if chosen is not None:
                selectors[arn] = chosen
        self._found.lists["TrailStatus"] = status
        self._found.lists["Selectors"] = selectors
        self._roles(trails)

    def _ours(self, home: str) -> bool:
        """Return True if a trail is read here: in its home region, or once when that is not read."""
        return home == self._region or (home not in self._regions and self._region == min(self._regions))

    def _roles(self, trails: Iterable[dict[str, object]]) -> None:
        roles: dict[str, object] = {}
        for arn in sorted({str(each["CloudWatchLogsRoleArn"]) for each in trails if each.get("CloudWatchLogsRoleArn")}):
            if arn.split(":")[4] == self._account.id:
                role = self._one(arn, "the role", self._role, arn.rpartition("/")[2])
                if role is not None:
                    roles[arn] = role
        self._found.lists["Roles"] = roles

    def _role(self, name: str) -> dict[str, object]:
        """Return a role with its policies: pairs of address and document."""
        account, home = self._account, self._account.home
        role = account.call("iam", home, "get_role", RoleName=name)["Role"]
        policies: list[tuple[str, object]] = []
        for policy in account.pages("iam", home, "list_role_policies", "PolicyNames", RoleName=name):
            answer = account.call("iam", home, "get_role_policy", RoleName=name, PolicyName=policy)
            policies.append((f"{name}:{policy}", answer["PolicyDocument"]))
        for attached in account.pages("iam", home, "list_attached_role_policies", "AttachedPolicies", RoleName=name):
            arn = attached["PolicyArn"]
            version = account.call("iam", home, "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
            answer = account.call("iam", home, "get_policy_version", PolicyArn=arn, VersionId=version)
            policies.append((arn, answer["PolicyVersion"]["Document"]))
        return {"Role": role, "Policies": policies}

    def _log_groups(self) -> None:
        """Read the log groups that trails deliver to; a metric filter names its own group."""
        groups: list[object] = []
        names = set()
        for trail in self._found.lists.get("trailList", ()):
            pieces = str(trail.get("CloudWatchLogsLogGroupArn") or "").split(":")
            if len(pieces) > 6 and pieces[3] == self._region and pieces[4] == self._account.id:
                names.add(pieces[6])
        for name in sorted(names):
            try:
                found = self._account.pages(
                    "logs", self._region, "describe_log_groups", "logGroups", logGroupNamePrefix=name
                )
            except NotRead as error:
                self._fail(f"log group {name}", error)
                return
            groups += [each for each in found if each.get("logGroupName") == name]
        if "trailList" in self._found.lists:
            self._found.lists["logGroups"] = groups

    def _event_rules(self) -> None:
        """Read the rules of the default event bus, and those of buses that they forward events to."""
        buses: list[str | None] = [None]
        rules: list[object] = []
        targets: dict[str, Any] = {}
        for bus in buses:
            on_bus: dict[str, Any] = {} if bus is None else {"EventBusName": bus}
            try:
                listed = self._account.pages("events", self._region, "list_rules", "Rules", **on_bus)
            except NotRead as error:
                if not error.missing:
                    self._fail("event rules" if bus is None else f"event rules of the bus {bus}", error)
                if bus is None:
                    return
                continue
            for rule in (rule for rule in listed if sees_calls(rule.get("EventPattern"))):
                rules.append(rule)
                name = rule_key(rule)
                what = "the targets of event rule"
                own = {"Rule": str(rule["Name"]), **on_bus}
                found = self._one(name, what, self._pages, "events", "list_targets_by_rule", "Targets", **own)
                if found is not None:
                    targets[name] = found
                    named = (self._bus_of(str(target["Arn"])) for target in found)
                    buses += dict.fromkeys(each for each in named if each is not None and each not in buses)
        self._found.lists["Rules"] = rules
        self._found.lists["Targets"] = targets

    def _bus_of(self, arn: str) -> str | None:
        """Return the name of an event bus of this account and region, of which the rules are not read yet."""
        pieces = arn.split(":", 5)
        if len(pieces) < 6 or pieces[3:5] != [self._region, self._account.id] or not pieces[5].startswith("event-bus/"):
            return None
        name = pieces[5].removeprefix("event-bus/")
        return None if name == "default" else name

    def _topics(self) -> None:
        attributes: dict[str, object] = {}
        subscriptions: list[object] = []
        more: dict[str, object] = {}
        for arn in sorted(self._named_topics()):
            topic = self._one(arn, "topic", self._call, "sns", "get_topic_attributes", TopicArn=arn)
            if topic is None:
                continue
            attributes[arn] = topic["Attributes"]
            what = "the subscriptions of topic"
            listed = self._one(
                arn, what, self._pages, "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn
            )
            for each in listed or ():
                subscriptions.append(each)
                own = str(each["SubscriptionArn"])
                if own.startswith("arn:"):
                    answer = self._one(
                        own, "subscription", self._call, "sns", "get_subscription_attributes", SubscriptionArn=own
                    )
                    if answer is not None:
                        more[own] = answer["Attributes"]
        lists = self._found.lists
        lists["TopicAttributes"], lists["Subscriptions"], lists["SubscriptionAttributes"] = (
            attributes,
            subscriptions,
            more,
        )

    def _call(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        return self._account.call(service, self._region, operation, **arguments)

    def _pages(self, service: str, operation: str, key: str, **arguments: Any) -> list[object]:
        return self._account.pages(service, self._region, operation, key, **arguments)

    def _named_topics(self) -> set[str]:
        """Return the topics of this region that something of the chain sends to."""
        lists = self._found.lists
        alarms = [*lists.get("MetricAlarms", ()), *lists.get("CompositeAlarms", ()), *lists.get("LogAlarms", ())]
        named = {str(action) for alarm in alarms for action in alarm.get("AlarmActions") or ()}
        named |= {str(target["Arn"]) for targets in lists.get("Targets", {}).values() for target in targets}
        named |= {str(channel.get("snsTopicARN")) for channel in lists.get("DeliveryChannels", ())}
        return {arn for arn in named if _SNS in arn and arn.split(":")[3] == self._region}

    def _keys(self) -> None:
        lists = self._found.lists
        named = {
            str(topic["KmsMasterKeyId"]) for topic in lists["TopicAttributes"].values() if topic.get("KmsMasterKeyId")
        }
        named |= {str(group["kmsKeyId"]) for group in lists.get("logGroups", ()) if group.get("kmsKeyId")}
        keys: dict[str, object] = {}
        for identifier in sorted(named):
            key = self._one(identifier, "key", self._key, identifier)
            if key is not None:
                keys[identifier] = key
        lists["Keys"] = keys

    def _key(self, identifier: str) -> dict[str, object]:
        metadata = self._call("kms", "describe_key", KeyId=identifier)["KeyMetadata"]
        arn = metadata["Arn"]
        policy = self._call("kms", "get_key_policy", KeyId=arn, PolicyName="default")["Policy"]
        aliases = self._account.pages("kms", self._region, "list_aliases", "Aliases", KeyId=arn)
        return {"KeyMetadata": metadata, "Policy": policy, "Aliases": aliases}


def rule_key(rule: Mapping[str, Any]) -> str:
    """Return the name by which the targets of a rule are kept: names are unique within one event bus."""
    bus = str(rule.get("EventBusName") or "default")
    return str(rule["Name"]) if bus == "default" else f"{bus}/{rule['Name']}"


def relevant_alarms(
    alarms: Iterable[dict[str, object]], composites: Iterable[dict[str, object]]
) -> list[dict[str, object]]:
    """Return the alarms that can watch the metric of a filter, and those that a composite alarm names.

    A metric filter cannot publish into a namespace that begins with ``AWS/``.
    """
    rules = " ".join(str(each.get("AlarmRule")) for each in composites)
    return [alarm for alarm in alarms if _custom(alarm) or str(alarm["AlarmName"]) in rules]


def _custom(alarm: dict[str, Any]) -> bool:
    metrics = alarm.get("Metrics")
    if not metrics:
        return not str(alarm.get("Namespace") or "").startswith("AWS/")
    stats = [each["MetricStat"]["Metric"] for each in metrics if each.get("MetricStat")]
    return not stats or any(not str(metric.get("Namespace") or "").startswith("AWS/") for metric in stats)


def sees_calls(pattern: str | None) -> bool:
    """Return True if an event pattern can match API calls that CloudTrail records.

    Their detail-type is "AWS API Call via CloudTrail" (or "AWS Console Sign In via CloudTrail").
    """
    if not pattern:
        return False
    try:
        content = json.loads(pattern)
    except ValueError:
        return True
    wanted = content.get("detail-type") if isinstance(content, dict) else None
    if not isinstance(wanted, list):
        return True
    return any(not isinstance(each, str) or "CloudTrail" in each for each in wanted)
