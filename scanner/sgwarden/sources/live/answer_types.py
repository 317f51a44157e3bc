"""The parts of answers of AWS that are read, as msgspec types: recorded documents are held to them.

Fields without a default must be there. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Types.html and the
API references of CloudTrail, CloudWatch, CloudWatch Logs, SNS and EventBridge.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Tag(Struct):
    """A tag of EC2."""

    Key: str
    Value: str | None = None


class IpRange(Struct):
    """A peer of a permission by IPv4 block."""

    CidrIp: str
    Description: str | None = None


class Ipv6Range(Struct):
    """A peer of a permission by IPv6 block."""

    CidrIpv6: str
    Description: str | None = None


class PrefixListId(Struct):
    """A peer of a permission by prefix list."""

    PrefixListId: str
    Description: str | None = None


class UserIdGroupPair(Struct):
    """A peer of a permission by group."""

    GroupId: str | None = None
    GroupName: str | None = None
    UserId: str | None = None
    Description: str | None = None
    PeeringStatus: str | None = None


class IpPermission(Struct):
    """Rules of one protocol and port range."""

    IpProtocol: str
    FromPort: int | None = None
    ToPort: int | None = None
    IpRanges: list[IpRange] | None = None
    Ipv6Ranges: list[Ipv6Range] | None = None
    PrefixListIds: list[PrefixListId] | None = None
    UserIdGroupPairs: list[UserIdGroupPair] | None = None


class SecurityGroup(Struct):
    """One of DescribeSecurityGroups."""

    GroupId: str
    GroupName: str | None = None
    Description: str | None = None
    OwnerId: str | None = None
    VpcId: str | None = None
    SecurityGroupArn: str | None = None
    IpPermissions: list[IpPermission] | None = None
    IpPermissionsEgress: list[IpPermission] | None = None
    Tags: list[Tag] | None = None


class ReferencedGroupInfo(Struct):
    """The group that a rule refers to."""

    GroupId: str | None = None
    UserId: str | None = None
    PeeringStatus: str | None = None


class SecurityGroupRule(Struct):
    """One of DescribeSecurityGroupRules."""

    GroupId: str
    IpProtocol: str
    SecurityGroupRuleId: str | None = None
    GroupOwnerId: str | None = None
    SecurityGroupRuleArn: str | None = None
    IsEgress: bool | None = None
    FromPort: int | None = None
    ToPort: int | None = None
    CidrIpv4: str | None = None
    CidrIpv6: str | None = None
    PrefixListId: str | None = None
    ReferencedGroupInfo: ReferencedGroupInfo | None = None
    Description: str | None = None
    Tags: list[Tag] | None = None


class VpcAssociation(Struct):
    """One of DescribeSecurityGroupVpcAssociations."""

    GroupId: str
    VpcId: str
    State: str | None = None


class PrefixList(Struct):
    """One of DescribeManagedPrefixLists."""

    PrefixListId: str
    PrefixListName: str | None = None
    PrefixListArn: str | None = None
    OwnerId: str | None = None


class PrefixListEntry(Struct):
    """One of GetManagedPrefixListEntries."""

    Cidr: str


class Association(Struct):
    """A public address."""

    PublicIp: str | None = None


class PrivateAddress(Struct):
    """An address of an interface."""

    Association: Association | None = None


class InterfaceAttachment(Struct):
    """What an interface is attached to."""

    InstanceId: str | None = None


class InterfaceGroup(Struct):
    """A group of an interface."""

    GroupId: str


class NetworkInterface(Struct):
    """One of DescribeNetworkInterfaces."""

    NetworkInterfaceId: str
    Groups: list[InterfaceGroup] | None = None
    Association: Association | None = None
    Attachment: InterfaceAttachment | None = None
    PrivateIpAddresses: list[PrivateAddress] | None = None
    Ipv6Addresses: list[Any] | None = None
    Description: str | None = None
    InterfaceType: str | None = None
    RequesterId: str | None = None
    RequesterManaged: bool | None = None
    OwnerId: str | None = None
    AvailabilityZone: str | None = None


class IcmpTypeCode(Struct):
    """ICMP of an entry."""

    Type: int | None = None
    Code: int | None = None


class PortRange(Struct):
    """Ports of an entry."""

    From: int = 0
    To: int = 0


class NetworkAclEntry(Struct):
    """A rule of a network ACL."""

    RuleNumber: int
    RuleAction: str
    Protocol: str
    Egress: bool | None = None
    CidrBlock: str | None = None
    Ipv6CidrBlock: str | None = None
    IcmpTypeCode: IcmpTypeCode | None = None
    PortRange: PortRange | None = None


class NetworkAcl(Struct):
    """One of DescribeNetworkAcls."""

    NetworkAclId: str
    Entries: list[NetworkAclEntry] | None = None
    OwnerId: str | None = None


class Trail(Struct):
    """One of DescribeTrails."""

    TrailARN: str
    Name: str | None = None
    HomeRegion: str | None = None
    IsMultiRegionTrail: bool | None = None
    IncludeGlobalServiceEvents: bool | None = None
    IsOrganizationTrail: bool | None = None
    CloudWatchLogsLogGroupArn: str | None = None
    CloudWatchLogsRoleArn: str | None = None


class EventSelector(Struct):
    """A basic selector of a trail."""

    ReadWriteType: str | None = None
    IncludeManagementEvents: bool | None = None
    ExcludeManagementEventSources: list[str] | None = None


class FieldSelector(Struct):
    """A condition of an advanced selector."""

    Field: str | None = None
    Equals: list[str] | None = None
    NotEquals: list[str] | None = None
    StartsWith: list[str] | None = None
    NotStartsWith: list[str] | None = None
    EndsWith: list[str] | None = None
    NotEndsWith: list[str] | None = None


class AdvancedEventSelector(Struct):
    """An advanced selector of a trail."""

    FieldSelectors: list[FieldSelector] | None = None


class EventSelectors(Struct):
    """The answer of GetEventSelectors."""

    TrailARN: str
    EventSelectors: list[EventSelector] | None = None
    AdvancedEventSelectors: list[AdvancedEventSelector] | None = None


class LogGroup(Struct):
    """One of DescribeLogGroups."""

    logGroupName: str
    arn: str | None = None
    logGroupArn: str | None = None
    logGroupClass: str | None = None
    retentionInDays: int | None = None
    kmsKeyId: str | None = None


class MetricTransformation(Struct):
    """What a metric filter counts."""

    metricName: str | None = None
    metricNamespace: str | None = None
    metricValue: str | None = None
    defaultValue: float | None = None
    dimensions: dict[str, str] | None = None
    unit: str | None = None


class MetricFilter(Struct):
    """One of DescribeMetricFilters."""

    filterName: str
    logGroupName: str
    filterPattern: str | None = None
    metricTransformations: list[MetricTransformation] | None = None
    fieldSelectionCriteria: str | None = None
    emitSystemFieldDimensions: list[str] | None = None
    applyOnTransformedLogs: bool | None = None


class Dimension(Struct):
    """A dimension of a metric."""

    Name: str
    Value: str


class Metric(Struct):
    """A metric of a query."""

    MetricName: str | None = None
    Namespace: str | None = None
    Dimensions: list[Dimension] | None = None


class MetricStat(Struct):
    """A statistic of a query."""

    Metric: Metric | None = None
    Stat: str | None = None
    Period: int | None = None
    Unit: str | None = None


class MetricQuery(Struct):
    """A query of an alarm."""

    Id: str | None = None
    Expression: str | None = None
    ReturnData: bool | None = None
    MetricStat: MetricStat | None = None


class LogAlarm(Struct):
    """One log alarm of DescribeAlarms."""

    AlarmArn: str
    AlarmName: str
    ActionsEnabled: bool | None = None
    AlarmActions: list[str] | None = None
    StateValue: str | None = None


class Alarm(Struct):
    """One metric alarm of DescribeAlarms."""

    AlarmArn: str
    AlarmName: str
    MetricName: str | None = None
    Namespace: str | None = None
    Dimensions: list[Dimension] | None = None
    Statistic: str | None = None
    ExtendedStatistic: str | None = None
    Period: int | None = None
    EvaluationPeriods: int | None = None
    DatapointsToAlarm: int | None = None
    Threshold: float | None = None
    ThresholdMetricId: str | None = None
    ComparisonOperator: str | None = None
    TreatMissingData: str | None = None
    Unit: str | None = None
    Metrics: list[MetricQuery] | None = None
    ActionsEnabled: bool | None = None
    AlarmActions: list[str] | None = None
    StateValue: str | None = None


class CompositeAlarm(Struct):
    """One composite alarm of DescribeAlarms."""

    AlarmArn: str
    AlarmName: str
    AlarmRule: str | None = None
    ActionsEnabled: bool | None = None
    AlarmActions: list[str] | None = None
    ActionsSuppressor: str | None = None


class Subscription(Struct):
    """One of ListSubscriptions."""

    SubscriptionArn: str
    TopicArn: str
    Protocol: str | None = None
    Endpoint: str | None = None


class EventRule(Struct):
    """One rule of EventBridge."""

    Arn: str
    Name: str
    EventPattern: str | None = None
    State: str | None = None
    EventBusName: str | None = None


class TopicAttributes(Struct):
    """The attributes of GetTopicAttributes."""

    TopicArn: str
    FifoTopic: str | None = None
    KmsMasterKeyId: str | None = None
    Policy: str | None = None


LISTS: dict[str, type[Struct]] = {
    "SecurityGroups": SecurityGroup,
    "SecurityGroupRules": SecurityGroupRule,
    "SecurityGroupVpcAssociations": VpcAssociation,
    "PrefixLists": PrefixList,
    "Entries": PrefixListEntry,
    "NetworkInterfaces": NetworkInterface,
    "NetworkAcls": NetworkAcl,
    "trailList": Trail,
    "logGroups": LogGroup,
    "metricFilters": MetricFilter,
    "MetricAlarms": Alarm,
    "CompositeAlarms": CompositeAlarm,
    "LogAlarms": LogAlarm,
    "Subscriptions": Subscription,
    "Rules": EventRule,
}
"""What each list of an answer holds."""
