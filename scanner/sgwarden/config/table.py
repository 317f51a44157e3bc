"""Every key of the configuration: its kind, its default and what it means. Schema, checks and documentation follow it."""

from __future__ import annotations

from typing import Any

from sgwarden.config.kinds import Boolean, Choice, Date, Integer, Key, ListOf, MapOf, Network, OneOrMore, Table, Text
from sgwarden.reports.formats import FINDINGS_FORMATS
from sgwarden.settings import Settings

SEVERITIES = ("low", "medium", "high", "critical")
TOOLS = ("checkov", "tfsec", "trivy")
SOURCE_KINDS = ("hcl", "plan", "state", "snapshot", "live")
DIFFERENCE_KINDS = (
    "rule_added", "rule_removed", "rule_changed", "rule_recreated", "group_missing", "group_unmanaged",
    "attribute_changed", "prefix_list_changed",
)  # fmt: skip
BENCHMARKS = tuple(f"cis-aws-{version}.0" for version in ("1.4", "1.5", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0"))
"""Those of the catalogue, whose import would slow every start down."""
DRIFT = "drift"
"""What differences of a drift are called where findings have a policy."""

_POLICY = Text("the id of a policy", "[a-z0-9]+(?:-[a-z0-9]+)*")
_POLICY_OR_ALL = Text('the id of a policy, or "*"', r"\*|[a-z0-9]+(?:-[a-z0-9]+)*")
_PORTS = ListOf(Integer(0, 65535))
_GLOB = Text("a text that is not empty", r"[\s\S]*\S[\s\S]*")
_PATH = Text("a path relative to the configuration", r"(?!/)[\s\S]*\S[\s\S]*")
_ACCOUNT = Text("an account id of twelve digits", "[0-9]{12}")
_REGION = Text('a region such as "eu-west-1"', "[a-z]{2}(?:-[a-z]+)+-[0-9]+")
_ENABLE = Key(ListOf(_POLICY), "Policies that are asked; an empty list: all.", [])
_DISABLE = Key(ListOf(_POLICY), "Policies that are not asked.", [])
_SEVERITY = Key(MapOf(_POLICY, Choice(SEVERITIES)), "Severity of the findings of a policy.", {})
_DIRECTORIES = Key(ListOf(_PATH), "Directories with policies of your own, as with `--policies`.", [])
CRITERIA = {
    "policy": Key(OneOrMore(_POLICY_OR_ALL), 'Policies; "drift" is every difference of a drift, "*" everything.'),
    "address": Key(OneOrMore(_GLOB), "Addresses; * is any text. An address covers its instances, a module all in it."),
    "id": Key(OneOrMore(_GLOB), "Ids of security groups; * is any text."),
    "account": Key(OneOrMore(_ACCOUNT), "Account ids."),
    "region": Key(OneOrMore(_REGION), "Regions."),
    "tag": Key(OneOrMore(_GLOB), 'Tags of the security group: "name" or "name=value"; * is any text.'),
    "workspace": Key(OneOrMore(_GLOB), "Terraform workspaces; * is any text."),
    "kind": Key(OneOrMore(Choice((*SOURCE_KINDS, *DIFFERENCE_KINDS))), "Kinds of sources, or of differences."),
    "path": Key(
        OneOrMore(_PATH), "Files and root modules, relative to the configuration; * is a part of a name, ** any path."
    ),
}
_DEFAULTS = Settings()

KEYS: dict[str, Key] = {
    "fail_on": Key(Choice((*SEVERITIES, "never")), "Lowest severity that gives exit code 1.", "medium"),
    "fail_on_undecided": Key(Boolean(), "Undecided findings count like failed ones.", False),
    "allow_incomplete": Key(Boolean(), "Exit code 0 although not everything was read.", False),
    "format": Key(Choice(FINDINGS_FORMATS), "Format of the report.", "text"),
    "diff_base": Key(
        Text("a git reference, or nothing", r"(?:[^\s-]\S*)?"),
        "Git reference that code is compared with: only new findings count, as with `--diff-base`.", "",
    ),
    "baseline": Key(
        Text("a path relative to the configuration, or nothing", r"(?:(?!/)[\s\S]*\S[\s\S]*)?"),
        "File of findings that do not count, as with `--baseline`.", "",
    ),
    "admin_ports": Key(_PORTS, "Ports of remote administration.", list(_DEFAULTS.admin_ports)),
    "high_risk_ports": Key(_PORTS, "Ports that must not be open to the internet.", list(_DEFAULTS.high_risk_ports)),
    "public_ports": Key(_PORTS, "Ports that may be open to the internet.", list(_DEFAULTS.public_ports)),
    "trusted_cidrs": Key(
        ListOf(Network()), "Public ranges that do not count as the internet.", list(_DEFAULTS.trusted_cidrs)
    ),
    "internet_ipv4_prefix": Key(
        Integer(0, 32), "A rule that admits as many addresses as a network of this length is open to the internet.",
        _DEFAULTS.internet_ipv4_prefix,
    ),
    "internet_ipv6_prefix": Key(Integer(0, 128), "The same for IPv6.", _DEFAULTS.internet_ipv6_prefix),
    "benchmark": Key(
        Choice(BENCHMARKS),
        "Version of the CIS AWS Foundations Benchmark that the monitoring policies follow.",
        _DEFAULTS.benchmark,
    ),
    "monitoring_asked": Key(
        Boolean(), "Ask the monitoring policies also where nothing of a monitoring chain is.", _DEFAULTS.monitoring_asked
    ),
    "accounts": Key(ListOf(_ACCOUNT), "Accounts that are judged when live ones are read; an empty list: all.", []),
    "regions": Key(ListOf(_REGION), "Regions that are read of live accounts; an empty list: all that are enabled.", []),
    "comments": Key(Boolean(), "Comments in the code may suppress findings.", True),
    "honor": Key(ListOf(Choice(TOOLS)), "Tools whose ignore comments count for policies that mean the same.", []),
    "require_reason": Key(Boolean(), "A suppression without a reason does not apply.", False),
    "policies": Key(
        Table({"enable": _ENABLE, "disable": _DISABLE, "severity": _SEVERITY, "directories": _DIRECTORIES}),
        "Which policies are asked, how bad they are, and where those of your own lie.",
        {},
    ),
    "paths": Key(
        ListOf(
            Table(
                {"path": CRITERIA["path"], "enable": _ENABLE, "disable": _DISABLE, "severity": _SEVERITY},
                required=("path",),
            )
        ),
        "The same for some files and root modules; a later entry wins over an earlier one.",
        [],
    ),
    "exemptions": Key(
        ListOf(
            Table(
                {
                    **CRITERIA,
                    "until": Key(Date(), "The last day on which it applies."),
                    "reason": Key(_GLOB, "Why."),
                },
                any_of=tuple(CRITERIA),
            )
        ),
        "Suppressions: a finding that meets every criterion of an entry does not count.",
        [],
    ),
}  # fmt: skip

WHOLE = Table(KEYS)
"""The whole configuration."""


def schema() -> dict[str, Any]:
    """The published JSON Schema of the configuration."""
    document = WHOLE.schema()
    for name, key in KEYS.items():
        document["properties"][name]["default"] = key.default
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sgwarden configuration",
        "description": "sgwarden.toml, or the table tool.sgwarden of pyproject.toml.",
        **document,
    }
