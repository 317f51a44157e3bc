"""How bad a difference is: the policies that the live side now fails, and a severity from that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.drift.declared import Declared
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.infrastructure import Attachment, Infrastructure, Source
from sgwarden.model.rules import canonical_peer, rule_identity
from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden.model.values import Unknown

Judge = Callable[[Infrastructure], tuple[Sequence[Finding], Sequence[str]]]
"""Findings of the policies about one infrastructure, and the policies that raised."""

Identity = tuple[str, ...]
_SHORTEST = 4
"""Parts of an identity that is about a rule: at least direction, protocol and ports; with the peer six."""


class _Verdict(Struct):
    """What one side fails that the other does not, of one group."""

    by_rule: dict[Identity, dict[str, Severity]]
    """By the content of the rule that the finding is about."""
    of_group: dict[str, Severity]


def with_risk(comparison: Comparison, declared: Declared, live: Sequence[Infrastructure], judge: Judge) -> Comparison:
    """Return the comparison with ``risk`` and ``severity`` of every difference.

    The policies check twice, both sides of the groups that differ; both sides have what uses the
    groups live, so that a finding that is only in the live one is made by the drift.
    """
    wanted = {
        each.group_id for each in comparison.differences if each.kind not in ("group_missing", "prefix_list_changed")
    }
    attachments = [use for place in live for use in place.attachments if _concerns(use, wanted)]
    now = _live_side(live, wanted, attachments)
    then = _declared_side(declared, now, wanted, attachments)
    failures: list[str] = []
    found: list[dict[tuple[str, str, Identity], Finding]] = []
    for side in (then, now):
        findings, broken = judge(side) if wanted else ((), ())
        failures += broken
        found.append(
            {
                (each.policy, each.security_group or each.address, each.identity): each
                for each in findings
                if each.verdict is Verdict.FAIL
            }
        )
    fresh: dict[str, _Verdict] = defaultdict(lambda: _Verdict({}, {}))
    for place, finding in found[1].items():
        if place not in found[0]:
            policy, group, identity = place
            verdict = fresh[group]
            if len(identity) >= _SHORTEST and identity[0] in ("ingress", "egress"):
                verdict.by_rule.setdefault(identity, {})[policy] = finding.severity
            else:
                verdict.of_group[policy] = finding.severity
    differences = tuple(_with_risk(each, fresh.get(each.group_id)) for each in comparison.differences)
    return replace(comparison, differences=differences, failures=tuple(sorted(set(failures))))


def _concerns(use: Attachment, wanted: set[str]) -> bool:
    return not isinstance(use.groups, Unknown) and any(group in wanted for group in use.groups)


def _live_side(live: Sequence[Infrastructure], wanted: set[str], attachments: list[Attachment]) -> Infrastructure:
    rules = [rule for place in live for rule in place.rules if rule.security_group in wanted]
    groups = {group.address: group for place in live for group in place.security_groups}
    return _side("live", wanted, rules, groups, live, attachments)


def _declared_side(
    declared: Declared, now: Infrastructure, wanted: set[str], attachments: list[Attachment]
) -> Infrastructure:
    groups = {group.address: group for group in now.security_groups}
    rules: list[Rule] = []
    managed: set[str] = set()
    for group in declared.groups:
        identity = group.id
        if identity in wanted and identity is not None:
            managed.add(identity)
            account = group.account
            for each in group.rules:
                rule = canonical_peer(each.rule, identity, account, lambda _: None)
                rules.append(replace(rule, security_group=identity, style="live"))
            if group.group is not None and identity in groups:
                groups[identity] = replace(groups[identity], description=group.group.description)
    fresh = wanted - managed
    return _side(
        "declared", wanted - fresh, rules, {k: v for k, v in groups.items() if k not in fresh}, (now,), attachments
    )


def _side(
    name: str,
    wanted: set[str],
    rules: Iterable[Rule],
    groups: Mapping[str, SecurityGroup],
    live: Sequence[Infrastructure],
    attachments: list[Attachment],
) -> Infrastructure:
    """Return the groups in question and those that their rules refer to, so that no reference dangles."""
    kept = list(rules)
    named = {str(rule.peer.value) for rule in kept if rule.peer.kind == "security_group"}
    return Infrastructure(
        Source("live", name),
        security_groups=tuple(
            sorted((g for k, g in groups.items() if k in wanted or k in named), key=lambda g: g.address)
        ),
        rules=tuple(kept),
        prefix_lists=tuple(entry for place in live for entry in place.prefix_lists),
        attachments=tuple(attachments),
        resources_seen=len(kept),
    )


def _with_risk(difference: Difference, verdict: _Verdict | None) -> Difference:
    risk: dict[str, Severity] = {}
    if verdict is not None:
        if difference.kind == "group_unmanaged":
            for found in verdict.by_rule.values():
                _worst(risk, found)
            _worst(risk, verdict.of_group)
        elif difference.rule_live is not None and difference.kind in ("rule_added", "rule_changed"):
            whole = rule_identity(difference.rule_live)
            for length in range(_SHORTEST, len(whole) + 1):
                _worst(risk, verdict.by_rule.get(whole[:length], {}))
            if difference.exposure_changes:
                _worst(risk, verdict.of_group)
        elif difference.attribute == "description" and "missing-description" in verdict.of_group:
            _worst(risk, {"missing-description": verdict.of_group["missing-description"]})
    return replace(
        difference, risk=tuple(sorted(risk)), severity=severity(difference, max(risk.values(), default=None))
    )


def _worst(risk: dict[str, Severity], found: Mapping[str, Severity]) -> None:
    for policy, level in found.items():
        risk[policy] = max(level, risk.get(policy, level))


def severity(difference: Difference, risk: Severity | None) -> Severity:
    """Return how severe a difference is.

    A description is low; what opens to the internet at least high; between them, what changes the reachable set
    is medium and what does not is low."""
    level = Severity.LOW
    kind = difference.kind
    if kind == "group_missing":
        level = Severity.HIGH if difference.exposure_changes else Severity.MEDIUM
    elif kind == "group_unmanaged":
        # Every VPC has a default group, and services make theirs: only what is open about them is news.
        level = Severity.MEDIUM if difference.service is None and difference.exposure_changes else Severity.LOW
    elif kind != "rule_recreated" and difference.exposure_changes:
        level = Severity.MEDIUM
    if risk is not None and kind != "rule_recreated":
        level = max(level, risk)
    if difference.opens_to_internet:
        level = max(level, Severity.HIGH)
    return level
