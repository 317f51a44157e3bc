"""What AWS answered about one account and region, made into the model."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from sgwarden.aws.answers import Documents
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source, SourceKind
from sgwarden.model.monitoring import Monitoring
from sgwarden.sources.live import attachments, rules
from sgwarden.sources.live.monitoring import monitoring
from sgwarden.sources.resources import rule_order

_NEEDED = {
    "security_groups": "SecurityGroups",
    "rules": "SecurityGroups",
    "prefix_lists": "PrefixLists",
    "network_acl_rules": "NetworkAcls",
    "attachments": "NetworkInterfaces",
}
"""The list that each field of the model is made of."""


def infrastructure(documents: Documents, source: Source) -> Infrastructure:
    """Return the model of one account and region. What was not read is in ``unread`` and ``skipped``."""
    lists = documents.lists
    found = rules.Found(documents.account, documents.region)
    unread = {kind for kind, name in _NEEDED.items() if name not in lists} | {each.kind for each in documents.failures}
    if "SecurityGroups" in lists:
        rules.security_groups(found, lists["SecurityGroups"], lists.get("SecurityGroupRules"))
        rules.associate(found, lists.get("SecurityGroupVpcAssociations"))
    elif "SecurityGroupRules" in lists:
        found.rules += rules.listed_rules(found, lists["SecurityGroupRules"])
        unread.discard("rules")
    prefix_lists = rules.prefix_lists(found, lists.get("PrefixLists", ()), lists.get("PrefixListEntries", {}))
    acl_rules = rules.network_acl_rules(found, lists.get("NetworkAcls", ()))
    uses = attachments.attachments(lists.get("NetworkInterfaces", ()))
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
    """Return a function that names the source by account and region, after ``path`` if any."""
    prefix = f"{path}#" if path else ""
    return lambda documents: Source(kind, prefix + "/".join(filter(None, (documents.account, documents.region))))
