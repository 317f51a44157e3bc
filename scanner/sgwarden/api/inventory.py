"""What was read, as questions and rules of a team's own: which groups there are, and who reaches them where.

What is not known is never left out in silence: openings and widenings that the input does not decide carry the verdict
``UNDECIDED`` and the reasons, and the checks fail on them unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sgwarden.api.assertions import Undecided, at, require, why
from sgwarden.api.group_rules import known_entries, open_ports, widest
from sgwarden.api.possible_peers import may_admit, network
from sgwarden.errors import UsageError
from sgwarden.findings import Verdict
from sgwarden.model import traffic
from sgwarden.model.addresses import AddressSet, PortSet, Reach
from sgwarden.model.globs import covers, matches
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.locations import Location
from sgwarden.model.rules import (
    Entries,
    expand_prefix_list,
    rule_text,
    rules_by_group,
    rules_of_unknown_group,
    unknown_reasons,
    with_effective_ports,
)
from sgwarden.model.security_groups import Direction, Rule, SecurityGroup
from sgwarden.model.sources import Skipped
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings

_ALL_PORTS = (0, 65535)
SENSITIVE = "(sensitive)"
_TIP = "(allow_undecided=True asks about what is certain alone)"


class NoSuchGroup(UsageError, LookupError):
    """No security group, or several, where one is asked for."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One protocol at which a security group is open to the internet."""

    group: str
    """Address or id of the group; of the rule where its group is not known."""
    name: str | None
    """The group's name, where it is known."""
    protocol: str
    """``all``, ``tcp``, ``udp``, ``icmp``, ``icmpv6`` or a protocol number; ``(sensitive)``."""
    ports: PortSet
    """Empty for protocols without ports, for ``all``, and where they are sensitive."""
    verdict: Verdict
    unknowns: tuple[str, ...] = ()
    """For UNDECIDED: what is unknown."""
    locations: tuple[Location, ...] = ()
    """Of the rules that have a part in it, sorted."""
    root: str = ""
    """Path of the root module, plan, state or snapshot."""
    sensitive: bool = False
    """Whether the ports are sensitive."""

    def __str__(self) -> str:
        ports = " (sensitive ports)" if self.sensitive else f" {self.ports}" if self.ports else ""
        protocol = "all protocols" if self.protocol == "all" else self.protocol
        verb = "may be" if self.verdict is Verdict.UNDECIDED else "is"
        return f"{at(self.locations)}{self.group} {verb} open to the internet: {protocol}{ports}{why(self.unknowns)}"


@dataclass(frozen=True, slots=True)
class Group:
    """One security group with its rules.

    Its questions raise Undecided where a rule that is not wholly known, a rule whose group is not known, or something
    that was not read may change the answer; with ``allow_undecided`` they are answered by what is certain.
    """

    address: str
    """Resource address; the id where the input holds rules of a group alone."""
    declared: SecurityGroup | None = field(repr=False)
    """None where the input holds rules of a group alone."""
    rules: tuple[Rule, ...] = field(repr=False)
    """May hold sensitive values, as may the answers of ``addresses`` and ``reach``; what is shown must not."""
    entries: Entries = field(default_factory=dict, repr=False)
    """CIDR blocks of prefix lists, by address and id, where all are known."""
    root: str = ""
    strays: tuple[Rule, ...] = field(default=(), repr=False)
    """Rules of the same input whose group is not known."""
    unread: tuple[Skipped, ...] = field(default=(), repr=False)
    """What of the same input could not be read."""
    settings: Settings = field(default=Settings(), repr=False)
    """What counts as the internet."""
    all_tags: object = field(default=None, repr=False)
    """Its tags with the default tags of the provider; None where the input does not tell of those."""

    @property
    def name(self) -> str | None:
        """Where it is known."""
        name = self.declared.name if self.declared is not None else None
        return name if isinstance(name, str) else None

    def is_called(self, pattern: str) -> bool:
        """Whether address, id or name match; ``*`` is any text, and an address covers its instances."""
        names = [self.name, self.declared.id if self.declared is not None else None]
        return covers(pattern, self.address) or any(matches(pattern, name) for name in names if name)

    def certain(self, direction: Direction = "ingress") -> tuple[Rule, ...]:
        """The rules of one direction that exist and are wholly known, prefix lists as their entries."""
        return tuple(
            piece
            for rule in self.rules
            if rule.direction == direction and not unknown_reasons(rule)
            for piece in map(with_effective_ports, expand_prefix_list(rule, self.entries))
        )

    def undecided(self, direction: Direction = "ingress") -> tuple[Rule, ...]:
        """The rules of one direction that may not exist, or hold what is unknown."""
        return tuple(rule for rule in self.rules if rule.direction == direction and self._reasons(rule))

    @property
    def tags(self) -> Mapping[str, str]:
        """Those that are known, with the default tags of the provider where the input tells them."""
        return {key: value for key, value in self._tags().items() if isinstance(value, str)}

    @property
    def location(self) -> Location | None:
        """Where it is declared."""
        return self.declared.location if self.declared is not None else None

    def has_tag(self, key: str, value: str | None = None, *, allow_undecided: bool = False) -> bool:
        """Whether it has a tag of that key, and of that value; ``*`` is any text in both."""
        fitting = [text for name, text in self._tags().items() if name == "*" or matches(key, name)]  # "*": all unknown
        texts = [text for text in fitting if isinstance(text, str)]
        if any(value is None or matches(value, text) for text in texts):
            return True
        reasons = [text.reason for text in fitting if isinstance(text, Unknown)]
        unknown = (
            [
                f"{self.place}{self.address} may have the tag {key if value is None else f'{key}={value}'}{why(tuple(reasons))}"
            ]
            if reasons
            else []
        )
        unread = () if self.declared is not None else self.unread
        if not allow_undecided:
            require(unknown, unread, Undecided, _TIP)
        return False

    def admits(
        self,
        peer: str,
        port: int,
        protocol: str = "tcp",
        direction: Direction = "ingress",
        *,
        allow_undecided: bool = False,
    ) -> bool:
        """Whether any address of a CIDR block, or a group, prefix list or ``self``, is admitted to one port."""
        if port in self.ports(peer, protocol, direction, allow_undecided=True):
            return True
        self._decided(direction, protocol, allow_undecided, port=port, peer=peer)
        return False

    def reach(self, direction: Direction = "ingress") -> Reach:
        """The addresses that are certainly admitted, by port."""
        return Reach.of(self.certain(direction), direction)

    def addresses(
        self, port: int, protocol: str = "tcp", direction: Direction = "ingress", *, allow_undecided: bool = False
    ) -> AddressSet:
        """All addresses that are admitted to one port of ``tcp`` or ``udp``."""
        self._decided(direction, protocol, allow_undecided, port=port)
        return self.reach(direction).addresses(protocol, port)

    def peers(
        self, port: int, protocol: str = "tcp", direction: Direction = "ingress", *, allow_undecided: bool = False
    ) -> tuple[str, ...]:
        """Whoever is admitted to one port: CIDR blocks, then groups, ``self`` and prefix lists, sorted.

        Sensitive ones are not named: ``(sensitive)`` stands for all of them.
        """
        self._decided(direction, protocol, allow_undecided, port=port)
        admitted = [
            rule
            for rule in self.certain(direction)
            if traffic.admits_port(rule.protocol, rule.from_port, rule.to_port, port) is True
            and rule.protocol in (protocol, "all")
        ]
        open_ = [rule for rule in admitted if "peer" not in rule.sensitive]
        networks = AddressSet.from_cidrs(str(rule.peer.value) for rule in open_ if rule.peer.kind.startswith("cidr"))
        others = {rule.peer.value or "self" for rule in open_ if not rule.peer.kind.startswith("cidr")}
        if len(open_) < len(admitted):
            others.add(SENSITIVE)
        return (*networks.cidrs(), *sorted(map(str, others)))

    def ports(
        self, peer: str, protocol: str = "tcp", direction: Direction = "ingress", *, allow_undecided: bool = False
    ) -> PortSet:
        """The ports of ``tcp`` or ``udp`` to which a peer is admitted: a CIDR block (any address of it), or the address
        or id of a group or prefix list, or ``self``."""
        self._decided(direction, protocol, allow_undecided, peer=peer)
        wanted = network(peer)
        if wanted is not None:
            bands = self.reach(direction).bands[protocol]
            return PortSet.of(*(ports for ports, addresses in bands if addresses & wanted))
        found = [
            _ALL_PORTS if rule.protocol == "all" else (int(str(rule.from_port)), int(str(rule.to_port)))
            for rule in self.certain(direction)
            if rule.protocol in (protocol, "all")
            and (rule.peer.kind == "self" if peer == "self" else rule.peer.value == peer)
        ]
        return PortSet.of(*found)

    def _decided(
        self,
        direction: Direction,
        protocol: str,
        allow_undecided: bool,
        *,
        port: int | None = None,
        peer: str | None = None,
    ) -> None:
        """Raise Undecided where something unknown may admit a port or a peer; UsageError for other protocols."""
        if protocol not in ("tcp", "udp"):
            raise UsageError(f"{protocol!r} has no ports", next_step="ask about tcp or udp, or look at rules")
        if allow_undecided:
            return
        unsure = [(rule, self._reasons(rule)) for rule in self.undecided(direction)]
        for rule in self.strays:
            if rule.direction == direction and isinstance(rule.security_group, Unknown):
                unsure.append((rule, (rule.security_group.reason, *self._reasons(rule))))
        lines = [
            f"{at((rule.location,) if rule.location else ())}{self.address} may be changed by {rule_text(rule)} "
            f"({rule.address}){why(reasons)}"
            for rule, reasons in unsure
            if may_admit(rule, protocol, port, peer, self.entries)
        ]
        require(lines, self.unread, Undecided, _TIP)

    @property
    def place(self) -> str:
        """``main.tf:5: ``, or nothing."""
        return at((self.location,) if self.location else ())

    def _tags(self) -> Mapping[str, str | Unknown]:
        if self.declared is None or "tags" in self.declared.sensitive:
            return {}
        if self.all_tags is None:
            return self.declared.tags
        if isinstance(self.all_tags, Unknown):
            return {**self.declared.tags, "*": self.all_tags}
        tags = self.all_tags if isinstance(self.all_tags, Mapping) else {}
        return {key: value for key, value in tags.items() if isinstance(value, str | Unknown)}

    def open_to_internet(self, settings: Settings | None = None) -> tuple[Opening, ...]:
        """Where the group admits the internet, over all its rules together.

        The internet is as much of the public addresses as the settings say (default: those of the configuration, else
        an IPv4 /8, an IPv6 /16).
        """
        settings = settings or self.settings
        certain = open_ports(self.certain(), settings)
        unsure = self.undecided()
        possible = [*self.certain(), *(each for rule in unsure for each in widest(rule, self.entries))]
        reasons = tuple(dict.fromkeys(reason for rule in unsure for reason in self._reasons(rule)))
        found = [self._opening(protocol, ports, Verdict.FAIL) for protocol, ports in certain.items()]
        if unsure and "all" not in certain:
            for protocol, ports in open_ports(possible, settings).items():
                left = ports - certain.get(protocol, PortSet())
                if left or protocol not in certain:
                    found.append(self._opening(protocol, left, Verdict.UNDECIDED, reasons))
        return tuple(found)

    def _opening(self, protocol: str, ports: PortSet, verdict: Verdict, unknowns: tuple[str, ...] = ()) -> Opening:
        rules = self.undecided() if verdict is Verdict.UNDECIDED else self.rules
        parts = [
            rule
            for rule in rules
            if rule.direction == "ingress"
            and (verdict is Verdict.UNDECIDED or (not unknown_reasons(rule) and self._has_part(rule, protocol, ports)))
        ]
        places = {rule.location for rule in parts if rule.location is not None}
        if any("protocol" in rule.sensitive for rule in parts):
            protocol, ports = SENSITIVE, PortSet()
        sensitive = bool(ports) and any(rule.sensitive & {"protocol", "from_port", "to_port"} for rule in parts)
        return Opening(
            self.address, self.name, protocol, PortSet() if sensitive else ports, verdict, unknowns,
            tuple(sorted(places)), self.root, sensitive,
        )  # fmt: skip

    def _has_part(self, rule: Rule, protocol: str, ports: PortSet) -> bool:
        for piece in map(with_effective_ports, expand_prefix_list(rule, self.entries)):
            if not piece.peer.kind.startswith("cidr") or piece.protocol not in (protocol, "all"):
                continue
            if not AddressSet.from_cidrs([str(piece.peer.value)]).public():
                continue
            own = _ALL_PORTS if piece.protocol == "all" else (piece.from_port, piece.to_port)
            if not ports or PortSet.of((int(str(own[0])), int(str(own[1])))) & ports:
                return True
        return False

    def _reasons(self, rule: Rule) -> tuple[str, ...]:
        reasons = unknown_reasons(rule)
        if not reasons and rule.peer.kind == "prefix_list" and rule.peer.value not in self.entries:
            return (f"the entries of prefix list {rule.peer.value}",)
        return reasons


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
        """An inventory of these; without settings the defaults hold."""
        made = super().__new__(cls, places)
        made.settings = settings or Settings()
        made.all_tags = all_tags or {}
        return made

    def __repr__(self) -> str:
        """Without the rules, which may hold sensitive values."""
        return f"<Inventory of {', '.join(each.source.path for each in self) or 'nothing'}>"

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be read."""
        return tuple(skipped for each in self for skipped in each.skipped if not skipped.complete)

    def groups(self, pattern: str = "*", *, tag: str | None = None, allow_undecided: bool = False) -> tuple[Group, ...]:
        """The security groups whose address, id or name match; ``*`` is any text.

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
        """The one security group of that address, id or name. Raises NoSuchGroup for none and for several."""
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
        """The groups that admit any address of a CIDR block, or a group, prefix list or ``self``, to one port.

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
        """Where any group admits the internet, rules whose group is not known last."""
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
