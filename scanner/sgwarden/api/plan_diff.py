"""What a plan starts from and what it leads to: the rules that admit what their group did not admit before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sgwarden.api.assertions import at, require, why
from sgwarden.api.group import Group
from sgwarden.api.inventory import Inventory
from sgwarden.drift.exposure import Exposure
from sgwarden.findings import Verdict
from sgwarden.model.locations import Location
from sgwarden.model.rules import expand_prefix_list, rule_text, unknown_reasons, with_effective_ports
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown


@dataclass(frozen=True, slots=True)
class Widening:
    """One rule that admits what its group did not admit before."""

    group: str
    rule: str
    """The rule in words: ``ingress tcp 22 from 0.0.0.0/0``."""
    address: str
    """Address of the resource that declares it."""
    verdict: Verdict
    unknowns: tuple[str, ...] = ()
    location: Location | None = None

    def __str__(self) -> str:
        verb = "may be" if self.verdict is Verdict.UNDECIDED else "is"
        place = (self.location,) if self.location else ()
        return f"{at(place)}{self.group} {verb} widened: {self.rule} ({self.address}){why(self.unknowns)}"


@dataclass(frozen=True, slots=True)
class PlanSides:
    """What a plan starts from, and what it leads to."""

    before: Inventory
    after: Inventory

    def widened(self, new_groups: bool = False) -> tuple[Widening, ...]:
        """Return the rules that admit what their group did not admit before; of groups that are new only when asked."""
        return tuple(_widened(self.before, self.after, new_groups))

    def widens_nothing(
        self, *, new_groups: bool = False, allow_undecided: bool = False, allow_incomplete: bool = False
    ) -> None:
        """Raise Violation when the plan widens a group, or may do so."""
        found = [
            each for each in self.widened(new_groups) if not (allow_undecided and each.verdict is Verdict.UNDECIDED)
        ]
        require([str(each) for each in found], () if allow_incomplete else (*self.before.skipped, *self.after.skipped))


def _widened(before: Inventory, after: Inventory, new_groups: bool) -> Iterator[Widening]:
    old: dict[str, Group] = {}
    for group in before.groups():
        old[group.address] = group
        if group.declared is not None and group.declared.id:
            old.setdefault(group.declared.id, group)
    for group in after.groups():
        own_id = group.declared.id if group.declared is not None else None
        former = old.get(group.address) or old.get(own_id or "")
        if former is None and group.declared is not None and not new_groups:
            continue
        yield from _wider(former, group)
    for each in after:
        for rule in each.rules:
            if isinstance(rule.security_group, Unknown):
                yield _widening(rule.address, rule, (rule.security_group.reason,))


def _wider(former: Group | None, group: Group) -> Iterator[Widening]:
    rules = former.rules if former is not None else ()
    entries = former.entries if former is not None else {}
    known = Exposure([with_effective_ports(rule) for rule in rules if not unknown_reasons(rule)], entries)
    for rule in group.rules:
        reasons = unknown_reasons(rule)
        if reasons and _same(rule, rules):
            continue
        if reasons or not all(
            known.covers(with_effective_ports(piece)) for piece in expand_prefix_list(rule, group.entries)
        ):
            yield _widening(group.address, rule, reasons)


def _same(rule: Rule, former: tuple[Rule, ...]) -> bool:
    """Return whether the rule was there before as it is: a plan that leaves a resource alone widens nothing by it."""
    return (
        bool(rule.actions)
        and set(rule.actions) <= {"no-op", "read"}
        and any(each.address == rule.address for each in former)
    )


def _widening(group: str, rule: Rule, unknowns: tuple[str, ...]) -> Widening:
    verdict = Verdict.UNDECIDED if unknowns else Verdict.FAIL
    return Widening(group, rule_text(rule), rule.address, verdict, unknowns, rule.location)
