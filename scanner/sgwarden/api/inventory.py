"""What was read, as questions and rules of a team's own: which groups there are, and who reaches them where.

What is not known is never left out in silence: openings and widenings that the input does not decide carry the verdict
``UNDECIDED`` and the reasons, and the checks fail on them by default.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from sgwarden.api.assertions import Undecided, require
from sgwarden.api.group import SENSITIVE, Group, Opening
from sgwarden.api.group_rules import known_entries
from sgwarden.errors import UsageError
from sgwarden.findings import Verdict
from sgwarden.model.addresses import PortSet
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.rules import rules_by_group, rules_of_unknown_group
from sgwarden.model.security_groups import Rule
from sgwarden.model.sources import Skipped
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings


class NoSuchGroup(UsageError, LookupError):
    """No security group, or several, where one is asked for."""


class Inventory(tuple[Infrastructure, ...]):
    """Everything that was read: one infrastructure for each root module, plan, state, and account of a snapshot."""

    settings: Settings
    """What counts as the internet, unless a question says otherwise."""

    all_tags: Mapping[tuple[str, str], object]
    """Tags of groups with the default tags of their provider, by path of the source and address."""

    def __new__(
        cls,
        places: Iterable[Infrastructure] = (),
        settings: Settings | None = None,
        all_tags: Mapping[tuple[str, str], object] | None = None,
    ) -> Inventory:
        """Return an inventory of these; without settings the defaults hold."""
        made = super().__new__(cls, places)
        made.settings = settings or Settings()
        made.all_tags = all_tags or {}
        return made

    def __repr__(self) -> str:
        """Return the paths, without the rules, which may hold sensitive values."""
        return f"<Inventory of {', '.join(each.source.path for each in self) or 'nothing'}>"

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be read."""
        return tuple(skipped for each in self for skipped in each.skipped if not skipped.complete)

    def groups(self, pattern: str = "*", *, tag: str | None = None, allow_undecided: bool = False) -> tuple[Group, ...]:
        """Return the security groups whose address, id or name match; ``*`` is any text.

        With ``tag``, as ``KEY`` or ``KEY=VALUE``, those alone that have it. Raises Undecided where that is unknown.
        """
        found = (
            group for each in self for group in _groups(each, self.settings, self.all_tags) if group.is_called(pattern)
        )
        if tag is None:
            return tuple(found)
        key, equals, value = tag.partition("=")
        wanted = value if equals else None
        return tuple(group for group in found if group.has_tag(key, wanted, allow_undecided=allow_undecided))

    def group(self, pattern: str) -> Group:
        """Return the one security group of that address, id or name.

        Raises NoSuchGroup for none and for several.
        """
        found = self.groups(pattern)
        if len(found) != 1:
            names = ", ".join(group.address for group in found or self.groups())
            raise NoSuchGroup(
                f"{len(found) or 'no'} security groups are called {pattern!r}",
                next_step=f"there are: {names or 'none'}",
            )
        return found[0]

    def reachable_from(
        self, peer: str, port: int, protocol: str = "tcp", *, allow_undecided: bool = False
    ) -> tuple[Group, ...]:
        """Return the groups that admit any address of a CIDR block, or a group, prefix list or ``self``, to one port.

        Raises Undecided where that is unknown.
        """
        return tuple(
            group for group in self.groups() if group.admits(peer, port, protocol, allow_undecided=allow_undecided)
        )

    def groups_have_tags(self, *keys: str, allow_undecided: bool = False, allow_incomplete: bool = False) -> None:
        """Raise Violation for every group that lacks a tag, or may lack it; default groups are passed over."""
        wrong = []
        for group in self.groups():
            if group.declared is None or group.declared.default:
                continue
            for key in keys:
                try:
                    if not group.has_tag(key, allow_undecided=allow_undecided):
                        wrong.append(f"{group.place}{group.address} has no tag {key}")
                except Undecided as error:
                    wrong.append(str(error).partition("\n")[0])
        require(wrong, () if allow_incomplete else self.skipped)

    def open_to_internet(self, settings: Settings | None = None) -> tuple[Opening, ...]:
        """Return where any group admits the internet, rules whose group is not known last."""
        found = [opening for group in self.groups() for opening in group.open_to_internet(settings)]
        for each in self:
            for rule in each.rules:
                if isinstance(rule.security_group, Unknown):
                    stray = Group(
                        rule.address, None, (rule,), known_entries(each), each.source.path, settings=self.settings
                    )
                    found += [
                        replace(
                            opening, verdict=Verdict.UNDECIDED, unknowns=(rule.security_group.reason, *opening.unknowns)
                        )
                        for opening in stray.open_to_internet(settings)
                    ]
        return tuple(found)

    def only_open_to_internet(
        self,
        *patterns: str,
        ports: Collection[int] | None = None,
        protocols: Collection[str] | None = None,
        settings: Settings | None = None,
        allow_undecided: bool = False,
        allow_incomplete: bool = False,
    ) -> None:
        """Raise Violation when a group that no pattern matches is open to the internet, or may be.

        With ``ports``, the groups that are named may be open at those ports of TCP and UDP alone; with ``protocols``,
        the others are passed over for every group.
        """
        named = {group.address for pattern in patterns for group in self.groups(pattern)}
        wrong = []
        for opening in self.open_to_internet(settings):
            if protocols is not None and opening.protocol not in (*protocols, "all", SENSITIVE):
                continue
            if allow_undecided and opening.verdict is Verdict.UNDECIDED:
                continue
            if opening.group in named:
                beyond = opening.ports - PortSet.of(*((port, port) for port in ports or ()))
                if ports is None or (opening.ports and not beyond):
                    continue
                opening = replace(opening, ports=beyond)
            wrong.append(str(opening))
        require(wrong, () if allow_incomplete else self.skipped)


def _groups(
    infrastructure: Infrastructure, settings: Settings, all_tags: Mapping[tuple[str, str], object]
) -> Iterator[Group]:
    rules: dict[str, list[Rule]] = {group.address: [] for group in infrastructure.security_groups}
    rules |= rules_by_group(infrastructure)
    declared = {group.address: group for group in infrastructure.security_groups}
    entries = known_entries(infrastructure)
    strays = tuple(rules_of_unknown_group(infrastructure))
    unread = tuple(skipped for skipped in infrastructure.skipped if not skipped.complete)
    for address, own in rules.items():
        root = infrastructure.source.path
        tags = all_tags.get((root, address))
        yield Group(address, declared.get(address), tuple(own), entries, root, strays, unread, settings, tags)
