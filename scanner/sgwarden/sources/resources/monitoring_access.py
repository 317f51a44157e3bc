"""What lets one link of the monitoring chain hand on to the next: topics, roles, keys and their policies.

Policies stand in the resource they belong to or in resources of their own; they are gathered first and joined at
the end. Also AWS Config, whose recorder, status and delivery channel are three resources.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.model.monitoring import (
    ConfigRecorder,
    Document,
    Flag,
    Key,
    Policy,
    Role,
    RolePolicy,
    Statement,
    Text,
    Topic,
)
from sgwarden.model.policy_statements import parse_document
from sgwarden.model.truth import Maybe
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.sources.resources.attribute_reader import MalformedAttribute

if TYPE_CHECKING:
    from sgwarden.sources.resources.monitoring_reader import Reader

_KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")
TYPES = frozenset({
    "aws_sns_topic", "aws_sns_topic_policy", "aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment", "aws_iam_policy", *_KEYS, "aws_kms_key_policy", "aws_kms_alias",
    "aws_config_configuration_recorder", "aws_config_configuration_recorder_status", "aws_config_delivery_channel",
})  # fmt: skip

MANAGED = {
    "CloudWatchLogsFullAccess": ("logs:*",),
    "AdministratorAccess": ("*",),
    "PowerUserAccess": ("logs:*",),
    "ReadOnlyAccess": (),
    "CloudWatchLogsReadOnlyAccess": (),
    "service-role/AWSLambdaBasicExecutionRole": ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs": ("logs:CreateLogStream", "logs:PutLogEvents"),
}
"""Actions on logs that policies managed by AWS allow on every resource.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""


class _Attached(Struct, frozen=True):
    """A policy given to something that is named elsewhere."""

    to: Text
    policy: RolePolicy


class Access(Struct):
    """Gathers, then joins."""

    _topics: list[Topic] = field(default_factory=list)
    _topic_policies: list[_Attached] = field(default_factory=list)
    _roles: list[Role] = field(default_factory=list)
    _role_policies: list[_Attached] = field(default_factory=list)
    _attachments: list[tuple[Text, Text, str, Unknown | None]] = field(default_factory=list)
    _policies: list[tuple[Text, RolePolicy]] = field(default_factory=list)
    _keys: list[Key] = field(default_factory=list)
    _key_policies: list[_Attached] = field(default_factory=list)
    _aliases: list[tuple[Text, tuple[Text, ...]]] = field(default_factory=list)
    _recorders: list[ConfigRecorder] = field(default_factory=list)
    _statuses: list[tuple[Text, Flag]] = field(default_factory=list)
    _channels: list[tuple[object, Text]] = field(default_factory=list)
    _places: dict[str, object] = field(default_factory=dict)

    def add(self, reader: Reader) -> None:
        """Take in one resource of ``TYPES``. Raises MalformedAttribute."""
        kind = reader.instance.type
        adder = _ADDERS.get(kind)
        if adder is not None:
            adder(self, reader)

    def _topic(self, reader: Reader) -> None:
        self._topics.append(
            Topic(
                **reader.declared(),
                name=reader.references.own(reader.instance, "name"),
                fifo_topic=reader.attributes.get("fifo_topic").boolean(),
                kms_master_key_id=reader.text("kms_master_key_id"),
                policy=_policy(reader, "policy", computed=True),
            )
        )

    def _topic_policy(self, reader: Reader) -> None:
        self._topic_policies.append(_Attached(reader.text("arn"), _role_policy(reader)))

    def _role(self, reader: Reader) -> None:
        attribute, instance = reader.attributes, reader.instance
        policies: list[RolePolicy] = []
        inline = attribute.get("inline_policy")
        computed = instance.declared is not None and "inline_policy" not in instance.declared
        if inline.unknown and not computed:
            policies.append(RolePolicy(instance.address, inline.value))
        elif not inline.unknown:
            for block in inline.blocks():
                if block.unknown:
                    policies.append(RolePolicy(instance.address, block.value))
                elif not block.get("policy").empty:
                    policies.append(RolePolicy(instance.address, _document(reader, block.get("policy").text())))
        managed = reader.texts("managed_policy_arns")
        computed = instance.declared is not None and "managed_policy_arns" not in instance.declared
        for arn in () if isinstance(managed, Unknown) else managed:
            self._attachments.append((reader.references.own(instance, "name"), arn, instance.address, None))
        if isinstance(managed, Unknown) and not computed:
            policies.append(RolePolicy(instance.address, managed))
        self._roles.append(
            Role(
                **reader.declared(),
                name=reader.references.own(instance, "name"),
                assume_role_policy=_policy(reader, "assume_role_policy"),
                policies=tuple(policies),
            )
        )

    def _inline_policy(self, reader: Reader) -> None:
        self._role_policies.append(_Attached(reader.text("role"), _role_policy(reader)))

    def _attachment(self, reader: Reader) -> None:
        where = reader.instance
        self._attachments.append((reader.text("role"), reader.text("policy_arn"), where.address, where.may_exist))

    def _group_attachment(self, reader: Reader) -> None:
        where, roles = reader.instance, reader.texts("roles")
        for role in (roles,) if isinstance(roles, Unknown) else roles:
            self._attachments.append((role, reader.text("policy_arn"), where.address, where.may_exist))

    def _managed_policy(self, reader: Reader) -> None:
        self._policies.append((reader.references.own(reader.instance, "arn"), _role_policy(reader)))

    def _key(self, reader: Reader) -> None:
        enabled = reader.attributes.get("is_enabled" if reader.instance.type == "aws_kms_key" else "enabled").boolean()
        self._keys.append(
            Key(
                **reader.declared(),
                key_id=reader.references.own(reader.instance, "key_id"),
                is_enabled=enabled,
                policy=_policy(reader, "policy", computed=True),
            )
        )

    def _key_policy(self, reader: Reader) -> None:
        self._key_policies.append(_Attached(reader.text("key_id"), _role_policy(reader)))

    def _alias(self, reader: Reader) -> None:
        names = (reader.references.own(reader.instance, "name"), reader.references.own(reader.instance, "arn"))
        self._aliases.append((reader.text("target_key_id"), names))

    def _recorder(self, reader: Reader) -> None:
        group = reader.attributes.get("recording_group")
        blocks = [] if group.unknown else group.blocks()
        types: tuple[str | Unknown, ...] | Unknown = ()
        everything: Flag = True
        if blocks:
            written = blocks[0].get("all_supported").boolean()
            everything = True if written is None else written
            types = reader.texts("resource_types", blocks[0])
        self._places[reader.instance.address] = _place(reader)
        self._recorders.append(
            ConfigRecorder(
                **reader.declared(arn=False),
                name=reader.references.own(reader.instance, "name"),
                all_supported=everything,
                resource_types=types,
            )
        )

    def _recorder_status(self, reader: Reader) -> None:
        self._statuses.append((reader.text("name"), reader.attributes.get("is_enabled").boolean()))

    def _channel(self, reader: Reader) -> None:
        self._channels.append((_place(reader), reader.text("sns_topic_arn")))

    def topics(self) -> tuple[Topic, ...]:
        """Return the topics, each with the policy in force."""
        return tuple(
            replace(topic, policy=_in_force(topic.policy, self._topic_policies, (topic.arn,))) for topic in self._topics
        )

    def keys(self) -> tuple[Key, ...]:
        """Return the keys, each with its aliases and the policy in force."""
        joined = []
        for key in self._keys:
            names = (key.key_id, key.arn)
            aliases = tuple(
                alias
                for target, spelled in self._aliases
                if target is not None and any(name is not None and same(target, name) is True for name in names)
                for alias in spelled
                if alias is not None
            )
            joined.append(replace(key, policy=_in_force(key.policy, self._key_policies, names), aliases=aliases))
        return tuple(joined)

    def roles(self) -> tuple[Role, ...]:
        """Return the roles, each with every policy that it has or may have."""
        given = [*self._role_policies, *self._attached()]
        return tuple(
            replace(
                role,
                policies=(
                    *role.policies,
                    *(policy for each in given for policy in _if_given(each.to, role, each.policy)),
                ),
            )
            for role in self._roles
        )

    def _attached(self) -> Iterator[_Attached]:
        """Yield every attachment with the policy that it attaches."""
        by_arn = dict(reversed(self._policies))
        for to, arn, address, may_exist in self._attachments:
            policy = by_arn.get(arn) or self._managed(arn)
            yield _Attached(to, RolePolicy(address, policy.document, may_exist or policy.may_exist))

    def _managed(self, arn: Text) -> RolePolicy:
        """Return the managed policy of an ARN."""
        if arn is None:
            return RolePolicy("", Unknown("the policy of an attachment is missing"))
        for known, policy in self._policies:
            if known is not None and same(known, arn) is True:
                return policy
        if isinstance(arn, str) and ":iam::aws:policy/" in arn:
            actions = MANAGED.get(arn.partition(":policy/")[2])
            if actions is not None:
                statement = Statement("Allow", actions, None, ("*",), None, None, None, ())
                return RolePolicy(arn, Document((statement,)))
        text = arn if isinstance(arn, str) else arn.reason
        return RolePolicy("", Unknown(f"the managed policy {text}" if isinstance(arn, str) else text))

    def config_recorders(self) -> tuple[ConfigRecorder, ...]:
        """Return the recorders, each with its status and the one delivery channel of its region."""
        joined = []
        for recorder in self._recorders:
            enabled = [
                flag
                for name, flag in self._statuses
                if name is not None and recorder.name is not None and same(name, recorder.name) is True
            ]
            here = self._places[recorder.address]
            topics = [topic for place, topic in self._channels if topic is not None and place == here]
            joined.append(
                replace(
                    recorder, is_enabled=enabled[0] if enabled else None, sns_topic_arn=topics[0] if topics else None
                )
            )
        return tuple(joined)


_ADDERS: dict[str, Any] = {
    "aws_sns_topic": Access._topic,
    "aws_sns_topic_policy": Access._topic_policy,
    "aws_iam_role": Access._role,
    "aws_iam_role_policy": Access._inline_policy,
    "aws_iam_role_policy_attachment": Access._attachment,
    "aws_iam_policy_attachment": Access._group_attachment,
    "aws_iam_policy": Access._managed_policy,
    **dict.fromkeys(_KEYS, Access._key),
    "aws_kms_key_policy": Access._key_policy,
    "aws_kms_alias": Access._alias,
    "aws_config_configuration_recorder": Access._recorder,
    "aws_config_configuration_recorder_status": Access._recorder_status,
    "aws_config_delivery_channel": Access._channel,
}


def _place(reader: Reader) -> object:
    """Return a key that is equal for a recorder and a channel of one account and region."""
    instance = reader.instance
    region = instance.region if isinstance(instance.region, str) else None
    return instance.provider, region, instance.module_path


def _role_policy(reader: Reader) -> RolePolicy:
    return RolePolicy(reader.instance.address, _policy(reader, "policy"), reader.instance.may_exist)


def _policy(reader: Reader, name: str, *, computed: bool = False) -> Policy:
    """Return the policy in an argument; one that the service fills in is None where nobody wrote it."""
    instance = reader.instance
    value = reader.attributes.get(name).text()
    unwritten = instance.declared is not None and name not in instance.declared
    if computed and unwritten and isinstance(value, Unknown):
        return None
    return _document(reader, value)


def _document(reader: Reader, value: Text) -> Policy:
    try:
        return _resolved(parse_document(value), reader)
    except ValueError as error:
        raise MalformedAttribute(f"a policy is no policy document: {error}") from None


def _resolved(document: Policy, reader: Reader) -> Policy:
    """Return the document with the references in it resolved."""
    if not isinstance(document, Document):
        return document
    resolve = reader.references.resolved

    def texts(values: tuple[str | Unknown, ...] | None) -> tuple[str | Unknown, ...] | None:
        return None if values is None else tuple(resolve(value) for value in values)

    return Document(
        tuple(
            statement
            if isinstance(statement, Unknown)
            else replace(
                statement,
                resources=texts(statement.resources),
                not_resources=texts(statement.not_resources),
                conditions=tuple(replace(each, values=texts(each.values) or ()) for each in statement.conditions),
            )
            for statement in document.statements
        )
    )


def _in_force(own: Policy, attached: list[_Attached], names: tuple[Text, ...]) -> Policy:
    """Return the policy in force: a policy resource replaces the argument, a doubtful one hides it."""
    doubt: Unknown | None = None
    for each in attached:
        for name in names:
            answer = False if each.to is None or name is None else same(each.to, name)
            if answer is True:
                if each.policy.may_exist is None:
                    return each.policy.document
                doubt = each.policy.may_exist
            elif isinstance(answer, Maybe):
                doubt = doubt or Unknown(f"whether {each.policy.address} is about it ({answer.reason})")
    return own if doubt is None else doubt


def _if_given(to: Text, role: Role, policy: RolePolicy) -> Iterator[RolePolicy]:
    """Yield the policy when it is given to the role; when that is not known, an unknown one."""
    if to is None or role.name is None:
        return
    answer = same(to, role.name)
    if answer is True and policy.may_exist is None:
        yield policy
    elif answer is True:
        yield RolePolicy(policy.address, policy.may_exist)
    elif isinstance(answer, Maybe) and policy.document is not None:
        yield RolePolicy(policy.address, Unknown(f"whether {policy.address} is given to the role ({answer.reason})"))
