"""The code and the state of one root module side by side, and what they say about an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.drift.declared import NO_TAGS, Declared, DeclaredSource, IgnoredTags
from sgwarden.drift.differences import Pending
from sgwarden.drift.resolve_declared.match_states import Root, block
from sgwarden.model.security_groups import Direction, Peer, Rule, SecurityGroup
from sgwarden.model.values import Unknown


class Side(Struct):
    """Code or state, by address."""

    source: DeclaredSource
    groups: dict[str, SecurityGroup] = field(default_factory=dict)
    inline: dict[tuple[str, Direction], list[Rule]] = field(default_factory=lambda: defaultdict(list))
    resources: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    """Rules of rule resources by the address of the resource."""
    blocks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, source: DeclaredSource) -> Side:
        side = cls(source)
        for group in source.infrastructure.security_groups:
            side.groups[group.address] = group
        for rule in source.infrastructure.rules:
            if rule.style == "inline":
                side.inline[rule.address, rule.direction].append(rule)
            else:
                side.resources[rule.address].append(rule)
        side.blocks = frozenset(block(address) for address in (*side.groups, *side.resources))
        return side

    @property
    def whole(self) -> bool:
        """Whether everything of it was read, so that what is not there is not declared."""
        return all(skipped.complete for skipped in self.source.infrastructure.skipped)


class RootSides:
    """Code and state of one root module; what code and state disagree about is noted in ``declared.pending``."""

    def __init__(self, root: Root, declared: Declared) -> None:
        self.code = Side.of(root.code) if root.code is not None else None
        self.state = Side.of(root.state) if root.state is not None else None
        self.declared = declared
        self.ids: dict[str, str] = {}
        """Ids of groups and prefix lists by address."""
        for side in (self.code, self.state):
            if side is not None:
                self._add_ids(side)
        self._ignored: Mapping[str, tuple[str, ...]] = {}
        self._ignored_blocks: dict[str, tuple[str, ...]] = {}
        self._open_blocks: frozenset[str] = frozenset()
        """Blocks of the code whose instances are not known."""
        self._group_blocks: dict[str, str] = {}
        """Address of a group of the code by its block."""
        if self.code is not None:
            self._ignored = self.code.source.ignore_changes
            addresses = (*self.code.groups, *self.code.resources)
            self._open_blocks = frozenset(block(address) for address in addresses if "?" in address)
            self._group_blocks = {block(address): address for address in self.code.groups if "?" in address}
            self._ignored_blocks = {block(address): paths for address, paths in self._ignored.items()}

    def _add_ids(self, side: Side) -> None:
        for group in side.groups.values():
            if group.id is not None:
                self.ids[group.address] = group.id
        for entry in side.source.infrastructure.prefix_lists:
            if entry.id is not None:
                self.ids[entry.address] = entry.id

    def ignored_changes(self, address: str) -> tuple[str, ...]:
        """Return ``lifecycle.ignore_changes`` of the resource at ``address``."""
        return self._ignored.get(address) or self._ignored_blocks.get(block(address), ())

    def ignored_tags(self, address: str) -> IgnoredTags:
        """Return ``ignore_tags`` of a group's provider; instances of one block have the same."""
        if self.code is None:
            return NO_TAGS
        by_address = self.code.source.ignored_tags
        found = by_address.get(address)
        if found is None and by_address:
            found = next((each for other, each in by_address.items() if block(other) == block(address)), None)
        return found or NO_TAGS

    def is_removed(self, address: str) -> bool:
        """Return whether the code certainly does not hold what the state holds at ``address``."""
        if self.code is None or not self.code.whole:
            return False
        if block(address) not in self.code.blocks:
            return True
        return block(address) not in self._open_blocks

    def pend(self, address: str, what: str, detail: str) -> None:
        """Note a change that is in the code and not applied."""
        assert self.code is not None
        self.declared.pending.append(Pending(address, what, detail, self.code.source.path))

    def group_in_code(self, address: str) -> str:
        """Return the address of the same group in the code: itself, else an instance of its block."""
        if self.code is None or address in self.code.groups:
            return address
        return self._group_blocks.get(block(address), address)

    def with_ids(self, rule: Rule, group_id: str | None) -> Rule:
        """Return the rule with ids in place of addresses; its own group is ``self``."""
        if rule.peer.kind not in ("security_group", "prefix_list"):
            return rule
        owner = group_id or (rule.security_group if isinstance(rule.security_group, str) else "")
        value = rule.peer.value
        if isinstance(value, Unknown) and value.address is not None and value.address in self.ids:
            value = self.ids[value.address]
        elif isinstance(value, str):
            value = self.ids.get(value, value)
            known = value.startswith(("sg-", "pl-")) or "/" in value
            if not known and self._is_address(value):
                value = Unknown(f"{value} has no id yet", value, "id", not_null=True)
        if value == rule.peer.value:
            return rule
        if rule.peer.kind == "security_group" and value == owner:
            return replace(rule, peer=Peer("self", None))
        return replace(rule, peer=Peer(rule.peer.kind, value))

    def _is_address(self, value: str) -> bool:
        return any(
            side is not None
            and (value in side.groups or any(value == each.address for each in side.source.infrastructure.prefix_lists))
            for side in (self.code, self.state)
        )
