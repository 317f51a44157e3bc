"""What AWS answered about one account and region, made into the model."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from scanner.aws.documents import Documents
from scanner.model.infrastructure import Infrastructure, Skipped, Source, SourceKind
from scanner.model.monitoring import Monitoring
from scanner.sources import live_attachments, live_rules
from scanner.sources.live_monitoring import monitoring
from scanner.sources.resources import rule_order

_NEEDED = {
    "security_groups": "SecurityGroups",
    "rules": "SecurityGroups",
    "prefix_lists": "PrefixLists",
    "network_acl_rules": "NetworkAcls",
    "attachments": "NetworkInterfaces",
}
"""The list that each field of the model is made of."""


def infrastructure(documents: Documents, source: Source) -> Infrastructure:
    """The model of one account and region. What was not read is in ``unread`` and ``skipped``."""
    lists = documents.lists
    found = live_rules.Found(documents.account, documents.region)
    unread = {kind for kind, name in _NEEDED.items() if name not in lists} | {each.kind for each in documents.failures}
    if "SecurityGroups" in lists:
        live_rules.security_groups(found, lists["SecurityGroups"], lists.get("SecurityGroupRules"))
        live_rules.associate(found, lists.get("SecurityGroupVpcAssociations"))
    elif "SecurityGroupRules" in lists:
        found.rules += live_rules.listed_rules(found, lists["SecurityGroupRules"])
        unread.discard("rules")
    prefix_lists = live_rules.prefix_lists(found, lists.get("PrefixLists", ()), lists.get("PrefixListEntries", {}))
    acl_rules = live_rules.network_acl_rules(found, lists.get("NetworkAcls", ()))
    uses = live_attachments.attachments(lists.get("NetworkInterfaces", ()))
    chain = monitoring(documents, found)
    if chain is None or not chain.complete:
        unread.add("monitoring")
    where = "/".join(filter(None, (documents.account, documents.region))) or source.path
    failures = [
        Skipped(f"{where} {each.what}", each.reason, complete=each.complete)
        for each in documents.failures
        if not (each.kind == "rules" and "rules" not in unread)
    ]
    found.skipped = [
        Skipped(f"{where} {each.what}", each.reason, each.location, each.complete) for each in found.skipped
    ]
    return Infrastructure(
        source=source,
        security_groups=tuple(sorted(found.groups, key=attrgetter("address"))),
        rules=tuple(sorted(found.rules, key=rule_order)),
        prefix_lists=tuple(sorted(prefix_lists, key=attrgetter("address"))),
        network_acl_rules=tuple(
            sorted(acl_rules, key=lambda rule: (rule.address, rule.direction, rule.rule_number, str(rule.cidr)))
        ),
        attachments=tuple(sorted(uses, key=attrgetter("address", "resource_type"))),
        monitoring=Monitoring(complete=False) if chain is None else chain,
        resources_seen=len(found.groups) + len(found.rules) + len(prefix_lists) + len(uses) + _count(chain),
        skipped=tuple(sorted({*failures, *found.skipped}, key=lambda item: (item.what, item.reason))),
        account=documents.account or None,
        region=documents.region or None,
        unread=frozenset(unread - {""}),
    )


def _count(chain: Monitoring | None) -> int:
    if chain is None:
        return 0
    return sum(len(getattr(chain, name)) for name in ("trails", "log_groups", "metric_filters", "alarms", "topics"))


SourceOf = Callable[[Documents], Source]


def named(kind: SourceKind, path: str = "") -> SourceOf:
    """Sources that say which account and region, after ``path`` when there is one."""
    prefix = f"{path}#" if path else ""
    return lambda documents: Source(kind, prefix + "/".join(filter(None, (documents.account, documents.region))))
