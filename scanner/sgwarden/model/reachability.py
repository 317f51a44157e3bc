"""Who can be reached from whom: resources through the groups that trust one another, and forwarding."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.model import traffic
from sgwarden.model.rules import rule_text

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Attachment, Infrastructure
    from sgwarden.model.security_groups import Rule


class Step(Struct, frozen=True):
    """One resource that can be reached, and the way there from the internet."""

    address: str
    path: tuple[str, ...]


class ReachabilityGraph:
    """The certain ways between resources: a rule that admits a group the other one is in."""

    def __init__(self, infrastructure: Infrastructure, rules: dict[str, list[Rule]]) -> None:
        self._attachments = {attachment.address: attachment for attachment in infrastructure.attachments}
        self._members: dict[str, list[Attachment]] = {}
        for attachment in infrastructure.attachments:
            for group in _known_groups(attachment):
                self._members.setdefault(group, []).append(attachment)
        self._trusting: dict[str, list[Rule]] = {}
        """Ingress rules by the group they admit."""
        for group, its_rules in rules.items():
            for rule in its_rules:
                if rule.direction != "ingress" or traffic.exists(rule) is not True:
                    continue
                if rule.peer.kind == "self":
                    self._trusting.setdefault(group, []).append(rule)
                elif rule.peer.kind == "security_group" and isinstance(rule.peer.value, str):
                    self._trusting.setdefault(rule.peer.value, []).append(rule)

    def beyond(self, start: Attachment) -> list[Step]:
        """Return everything that can certainly be reached from ``start``, the nearest first."""
        seen = {start.address}
        steps: list[Step] = []
        queue: deque[tuple[Attachment, tuple[str, ...]]] = deque([(start, ("internet", start.address))])
        while queue:
            here, path = queue.popleft()
            for there, via in self._next(here):
                if there.address not in seen:
                    seen.add(there.address)
                    way = (*path, via, there.address)
                    steps.append(Step(there.address, way))
                    queue.append((there, way))
        return steps

    def _next(self, here: Attachment) -> list[tuple[Attachment, str]]:
        found = [(self._attachments[target], "forwards to") for target in here.targets if target in self._attachments]
        for group in _known_groups(here):
            for rule in self._trusting.get(group, ()):
                for member in self._members.get(str(rule.security_group), ()):
                    found.append((member, f"{rule_text(rule)} of {rule.security_group}"))
        return found


def _known_groups(attachment: Attachment) -> list[str]:
    if not isinstance(attachment.groups, tuple):
        return []
    return [group for group in attachment.groups if isinstance(group, str)]
