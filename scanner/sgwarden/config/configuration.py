"""The configuration as typed structs: every key with its type, its default and what it means.

Checks, JSON Schema and documentation all follow these annotations.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Union, get_args

from msgspec import UNSET, Meta, UnsetType, field

from sgwarden.config.field_types import Date, Network, NonBlank, PolicyId, Severity, pattern
from sgwarden.config.validate import T, Table
from sgwarden.model.sources import SourceKind
from sgwarden.settings import ADMIN_PORTS, HIGH_RISK_PORTS, PUBLIC_PORTS, Format, Settings

Tool = Literal["checkov", "tfsec", "trivy"]
DifferenceKind = Literal[
    "rule_added", "rule_removed", "rule_changed", "rule_recreated", "group_missing", "group_unmanaged",
    "attribute_changed", "prefix_list_changed",
]  # fmt: skip
Benchmark = Literal[
    "cis-aws-1.4.0", "cis-aws-1.5.0", "cis-aws-2.0.0", "cis-aws-3.0.0", "cis-aws-4.0.0", "cis-aws-5.0.0",
    "cis-aws-6.0.0", "cis-aws-7.0.0",
]  # fmt: skip
"""Those of the catalogue, whose import would slow every start down."""
TOOLS: tuple[str, ...] = get_args(Tool)
SOURCE_KINDS: tuple[str, ...] = get_args(SourceKind)
DIFFERENCE_KINDS: tuple[str, ...] = get_args(DifferenceKind)
CRITERIA = ("policy", "address", "id", "account", "region", "tag", "workspace", "kind", "path")
"""Of exemptions."""
DRIFT = "drift"
"""The name of differences of a drift where findings have the id of a policy."""

Port = Annotated[int, Meta(ge=0, le=65535)]
PolicyOrAll = Annotated[str, Meta(title='the id of a policy, or "*"', pattern=pattern(r"\*|[a-z0-9]+(?:-[a-z0-9]+)*"))]
RelativePath = Annotated[
    str, Meta(title="a path relative to the configuration", pattern=pattern(r"(?!/)[\s\S]*\S[\s\S]*"))
]
PathOrNothing = Annotated[
    str,
    Meta(title="a path relative to the configuration, or nothing", pattern=pattern(r"(?:(?!/)[\s\S]*\S[\s\S]*)?")),
]
Reference = Annotated[str, Meta(title="a git reference, or nothing", pattern=pattern(r"(?:[^\s-]\S*)?"))]
Account = Annotated[str, Meta(title="an account id of twelve digits", pattern=pattern("[0-9]{12}"))]
Region = Annotated[str, Meta(title='a region such as "eu-west-1"', pattern=pattern("[a-z]{2}(?:-[a-z]+)+-[0-9]+"))]
FailOn = Literal[Severity, "never"]
Kind = Literal[SourceKind, DifferenceKind]
OneOrMore = Union[T, Annotated[tuple[T, ...], Meta(min_length=1)]]
Paths = Annotated[
    OneOrMore[RelativePath],
    Meta(description="Files and root modules, relative to the configuration; * is a part of a name, ** any path."),
]
Enabled = Annotated[tuple[PolicyId, ...], Meta(description="Policies that are asked; an empty list: all.")]
Disabled = Annotated[tuple[PolicyId, ...], Meta(description="Policies that are not asked.")]
Severities = Annotated[dict[PolicyId, Severity], Meta(description="Severity of the findings of a policy.")]
_DEFAULTS = Settings()


class Policies(Table, frozen=True, omit_defaults=True):
    """The choice of policies of a whole run."""

    enable: Enabled = ()
    disable: Disabled = ()
    severity: Severities = field(default_factory=dict)
    directories: Annotated[
        tuple[RelativePath, ...], Meta(description="Directories with policies of your own, as with `--policies`.")
    ] = ()


class PathPolicies(Table, frozen=True):
    """The choice of policies for some files and root modules."""

    path: Paths
    enable: Enabled = ()
    disable: Disabled = ()
    severity: Severities = field(default_factory=dict)


class Exemption(Table, frozen=True):
    """A suppression: criteria, all of which a finding must meet, until when it holds, and why."""

    policy: Annotated[
        OneOrMore[PolicyOrAll] | UnsetType,
        Meta(description='Policies; "drift" is every difference of a drift, "*" everything.'),
    ] = UNSET
    address: Annotated[
        OneOrMore[NonBlank] | UnsetType,
        Meta(description="Addresses; * is any text. An address covers its instances, a module all in it."),
    ] = UNSET
    id: Annotated[OneOrMore[NonBlank] | UnsetType, Meta(description="Ids of security groups; * is any text.")] = UNSET
    account: Annotated[OneOrMore[Account] | UnsetType, Meta(description="Account ids.")] = UNSET
    region: Annotated[OneOrMore[Region] | UnsetType, Meta(description="Regions.")] = UNSET
    tag: Annotated[
        OneOrMore[NonBlank] | UnsetType,
        Meta(description='Tags of the security group: "name" or "name=value"; * is any text.'),
    ] = UNSET
    workspace: Annotated[OneOrMore[NonBlank] | UnsetType, Meta(description="Terraform workspaces; * is any text.")] = (
        UNSET
    )
    kind: Annotated[OneOrMore[Kind] | UnsetType, Meta(description="Kinds of sources, or of differences.")] = UNSET
    path: Paths | UnsetType = UNSET
    until: Annotated[Date | UnsetType, Meta(description="The last day on which it applies.")] = UNSET
    reason: Annotated[NonBlank | UnsetType, Meta(description="Why.")] = UNSET

    any_of: ClassVar[tuple[str, ...]] = CRITERIA

    def criteria(self) -> dict[str, tuple[str, ...]]:
        """Return the values of each criterion that is there."""
        return {name: each(value) for name in CRITERIA if (value := getattr(self, name)) is not UNSET}


class Configuration(Table, frozen=True):
    """Every key of the configuration."""

    fail_on: Annotated[FailOn, Meta(description="Lowest severity that gives exit code 1.")] = "medium"
    fail_on_undecided: Annotated[bool, Meta(description="Undecided findings count like failed ones.")] = False
    allow_incomplete: Annotated[bool, Meta(description="Exit code 0 although not everything was read.")] = False
    format: Annotated[Format, Meta(description="Format of the report.")] = "text"
    diff_base: Annotated[
        Reference,
        Meta(description="Git reference that code is compared with: only new findings count, as with `--diff-base`."),
    ] = ""
    baseline: Annotated[
        PathOrNothing, Meta(description="File of findings that do not count, as with `--baseline`.")
    ] = ""
    admin_ports: Annotated[tuple[Port, ...], Meta(description="Ports of remote administration.")] = ADMIN_PORTS
    high_risk_ports: Annotated[tuple[Port, ...], Meta(description="Ports that must not be open to the internet.")] = (
        HIGH_RISK_PORTS
    )
    public_ports: Annotated[tuple[Port, ...], Meta(description="Ports that may be open to the internet.")] = (
        PUBLIC_PORTS
    )
    trusted_cidrs: Annotated[
        tuple[Network, ...], Meta(description="Public ranges that do not count as the internet.")
    ] = ()
    internet_ipv4_prefix: Annotated[
        int,
        Meta(
            ge=0,
            le=32,
            description="A rule that admits as many addresses as a network of this length is open to the internet.",
        ),
    ] = _DEFAULTS.internet_ipv4_prefix
    internet_ipv6_prefix: Annotated[int, Meta(ge=0, le=128, description="The same for IPv6.")] = (
        _DEFAULTS.internet_ipv6_prefix
    )
    benchmark: Annotated[
        Benchmark,
        Meta(description="Version of the CIS AWS Foundations Benchmark that the monitoring policies follow."),
    ] = "cis-aws-3.0.0"
    monitoring_asked: Annotated[
        bool, Meta(description="Ask the monitoring policies also where nothing of a monitoring chain is.")
    ] = _DEFAULTS.monitoring_asked
    accounts: Annotated[
        tuple[Account, ...],
        Meta(description="Accounts that are judged when live ones are read; an empty list: all."),
    ] = ()
    regions: Annotated[
        tuple[Region, ...],
        Meta(description="Regions that are read of live accounts; an empty list: all that are enabled."),
    ] = ()
    comments: Annotated[bool, Meta(description="Comments in the code may suppress findings.")] = True
    honor: Annotated[
        tuple[Tool, ...], Meta(description="Tools whose ignore comments count for policies that mean the same.")
    ] = ()
    require_reason: Annotated[bool, Meta(description="A suppression without a reason does not apply.")] = False
    policies: Annotated[
        Policies, Meta(description="Which policies are asked, how bad they are, and where those of your own lie.")
    ] = Policies()
    paths: Annotated[
        tuple[PathPolicies, ...],
        Meta(description="The same for some files and root modules; a later entry wins over an earlier one."),
    ] = ()
    exemptions: Annotated[
        tuple[Exemption, ...],
        Meta(description="Suppressions: a finding that meets every criterion of an entry does not count."),
    ] = ()

    def settings(self) -> Settings:
        """Return the settings of the policies."""
        values = {name: getattr(self, name) for name in Settings.__struct_fields__}
        return Settings(**values | {"trusted_cidrs": tuple(map(str, self.trusted_cidrs))})


def each(value: T | tuple[T, ...]) -> tuple[T, ...]:
    """Return the values of a key that takes one value or an array."""
    return value if isinstance(value, tuple) else (value,)
