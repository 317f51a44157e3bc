"""One security group with its rules, and the questions that a team's own checks ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sgwarden.api.assertions import Undecided, at, require, why
from sgwarden.api.group_rules import may_admit, open_ports, peer_addresses, widest
from sgwarden.errors import UsageError
from sgwarden.findings import Verdict
from sgwarden.model import traffic
from sgwarden.model.addresses import AddressSet, PortSet, Reach
from sgwarden.model.globs import covers, matches
from sgwarden.model.locations import Location
from sgwarden.model.rules import Entries, expand_prefix_list, rule_text, unknown_reasons, with_effective_ports
from sgwarden.model.security_groups import Direction, Rule, SecurityGroup
from sgwarden.model.sources import Skipped
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings

_ALL_PORTS = (0, 65535)
SENSITIVE = "(sensitive)"
_TIP = "(allow_undecided=True asks about what is certain alone)"


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
        """Return whether address, id or name match; ``*`` is any text, and an address covers its instances."""
        names = [self.name, self.declared.id if self.declared is not None else None]
        return covers(pattern, self.address) or any(matches(pattern, name) for name in names if name)

    def certain(self, direction: Direction = "ingress") -> tuple[Rule, ...]:
        """Return the rules of one direction that exist and are wholly known, prefix lists as their entries."""
        return tuple(
            piece
            for rule in self.rules
            if rule.direction == direction and not unknown_reasons(rule)
            for piece in map(with_effective_ports, expand_prefix_list(rule, self.entries))
        )

    def undecided(self, direction: Direction = "ingress") -> tuple[Rule, ...]:
        """Return the rules of one direction that may not exist, or hold what is unknown."""
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
        """Return whether it has a tag of that key, and of that value; ``*`` is any text in both."""
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
        """Return whether any address of a CIDR block, or a group, prefix list or ``self``, is admitted to one port."""
        if port in self.ports(peer, protocol, direction, allow_undecided=True):
            return True
        self._decided(direction, protocol, allow_undecided, port=port, peer=peer)
        return False

    def reach(self, direction: Direction = "ingress") -> Reach:
        """Return the addresses that are certainly admitted, by port."""
        return Reach.of(self.certain(direction), direction)

    def addresses(
        self, port: int, protocol: str = "tcp", direction: Direction = "ingress", *, allow_undecided: bool = False
    ) -> AddressSet:
        """Return all addresses that are admitted to one port of ``tcp`` or ``udp``."""
        self._decided(direction, protocol, allow_undecided, port=port)
        return self.reach(direction).addresses(protocol, port)

    def peers(
        self, port: int, protocol: str = "tcp", direction: Direction = "ingress", *, allow_undecided: bool = False
    ) -> tuple[str, ...]:
        """Return who is admitted to one port: CIDR blocks, then groups, ``self`` and prefix lists, sorted.

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
        """Return the ports of ``tcp`` or ``udp`` to which a peer is admitted.

        A peer is a CIDR block (any address of it), the address or id of a group or prefix list, or ``self``.
        """
        self._decided(direction, protocol, allow_undecided, peer=peer)
        wanted = peer_addresses(peer)
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
        """Return where the group admits the internet, over all its rules together.

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
