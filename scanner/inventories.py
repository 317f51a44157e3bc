"""What was read, as questions and rules of a team's own: which groups there are, and who reaches them where.

What is not known is never left out in silence: openings and widenings that the input does not decide carry the verdict
``UNDECIDED`` and the reasons, and the checks fail on them unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from policies import traffic, wording
from scanner.config.globs import covers, matches
from scanner.drift.exposure import Exposure, expanded
from scanner.findings import Verdict
from scanner.inventory_rules import known_entries, open_ports, reasons_of, widest, with_ports
from scanner.model.addresses import AddressSet, PortSet, Reach
from scanner.model.infrastructure import Infrastructure
from scanner.model.locations import Location
from scanner.model.security_groups import Direction, Rule, SecurityGroup
from scanner.model.sources import Skipped
from scanner.model.values import Unknown
from scanner.settings import Settings

_ALL_PORTS = (0, 65535)
SENSITIVE = "(sensitive)"


class Violation(AssertionError):
    """A rule of the team does not hold; the text says where and why, a finding a line."""


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
        return f"{_at(self.locations)}{self.group} {verb} open to the internet: {protocol}{ports}{_why(self.unknowns)}"


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
        return f"{_at(place)}{self.group} {verb} widened: {self.rule} ({self.address}){_why(self.unknowns)}"


def _at(places: tuple[Location, ...]) -> str:
    return f"{places[0].file}:{places[0].line}: " if places else ""


def _why(reasons: tuple[str, ...]) -> str:
    return f"; unknown: {wording.reasons(reasons)}" if reasons else ""


@dataclass(frozen=True, slots=True)
class Group:
    """One security group with its rules. Its questions are answered by what is certain; ``undecided`` has the rest."""

    address: str
    """Resource address; the id where the input holds rules of a group alone."""
    declared: SecurityGroup | None = field(repr=False)
    """None where the input holds rules of a group alone."""
    rules: tuple[Rule, ...] = field(repr=False)
    """May hold sensitive values, as may the answers of ``addresses`` and ``reach``; what is shown must not."""
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """CIDR blocks of prefix lists, by address and id, where all are known."""
    root: str = ""

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
            if rule.direction == direction and not reasons_of(rule)
            for piece in map(with_ports, expanded(rule, self.entries))
        )

    def undecided(self, direction: Direction = "ingress") -> tuple[Rule, ...]:
        """The rules of one direction that may not exist, or hold what is unknown."""
        return tuple(rule for rule in self.rules if rule.direction == direction and self._reasons(rule))

    def reach(self, direction: Direction = "ingress") -> Reach:
        """The addresses that are admitted, by port."""
        return Reach.of(self.certain(direction), direction)

    def addresses(self, port: int, protocol: str = "tcp", direction: Direction = "ingress") -> AddressSet:
        """All addresses that are admitted to one port of ``tcp`` or ``udp``."""
        return self.reach(direction).addresses(protocol, port)

    def peers(self, port: int, protocol: str = "tcp", direction: Direction = "ingress") -> tuple[str, ...]:
        """Whoever is admitted to one port: CIDR blocks, then groups, ``self`` and prefix lists, sorted.

        Sensitive ones are not named: ``(sensitive)`` stands for all of them.
        """
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

    def ports(self, peer: str, protocol: str = "tcp", direction: Direction = "ingress") -> PortSet:
        """The ports of ``tcp`` or ``udp`` to which a peer is admitted: a CIDR block (any address of it), or the address
        or id of a group or prefix list, or ``self``."""
        if "/" in peer:
            wanted = AddressSet.from_cidrs([peer])
            bands = self.reach(direction).bands[protocol]
            return PortSet.of(*(ports for ports, addresses in bands if addresses & wanted))
        found = [
            _ALL_PORTS if rule.protocol == "all" else (int(str(rule.from_port)), int(str(rule.to_port)))
            for rule in self.certain(direction)
            if rule.protocol in (protocol, "all")
            and (rule.peer.kind == "self" if peer == "self" else rule.peer.value == peer)
        ]
        return PortSet.of(*found)

    def open_to_internet(self, settings: Settings | None = None) -> tuple[Opening, ...]:
        """Where the group admits the internet, over all its rules together.

        The internet is as much of the public addresses as the settings say (default: an IPv4 /8, an IPv6 /16).
        """
        settings = settings or Settings()
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
            and (verdict is Verdict.UNDECIDED or (not reasons_of(rule) and self._has_part(rule, protocol, ports)))
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
        for piece in map(with_ports, expanded(rule, self.entries)):
            if not piece.peer.kind.startswith("cidr") or piece.protocol not in (protocol, "all"):
                continue
            if not AddressSet.from_cidrs([str(piece.peer.value)]).public():
                continue
            own = _ALL_PORTS if piece.protocol == "all" else (piece.from_port, piece.to_port)
            if not ports or PortSet.of((int(str(own[0])), int(str(own[1])))) & ports:
                return True
        return False

    def _reasons(self, rule: Rule) -> tuple[str, ...]:
        reasons = reasons_of(rule)
        if not reasons and rule.peer.kind == "prefix_list" and rule.peer.value not in self.entries:
            return (f"the entries of prefix list {rule.peer.value}",)
        return reasons


class Inventory(tuple[Infrastructure, ...]):
    """Everything that was read: one infrastructure for each root module, plan, state, and account of a snapshot."""

    settings: Settings
    """What counts as the internet, unless a question says otherwise."""

    def __new__(cls, places: Iterable[Infrastructure] = (), settings: Settings | None = None) -> Inventory:
        """An inventory of these; without settings the defaults hold."""
        made = super().__new__(cls, places)
        made.settings = settings or Settings()
        return made

    def __repr__(self) -> str:
        """Without the rules, which may hold sensitive values."""
        return f"<Inventory of {', '.join(each.source.path for each in self) or 'nothing'}>"

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be read."""
        return tuple(skipped for each in self for skipped in each.skipped if not skipped.complete)

    def groups(self, pattern: str = "*") -> tuple[Group, ...]:
        """The security groups whose address, id or name match; ``*`` is any text."""
        return tuple(group for each in self for group in _groups(each) if group.is_called(pattern))

    def group(self, pattern: str) -> Group:
        """The one security group of that address, id or name. Raises LookupError for none and for several."""
        found = self.groups(pattern)
        if len(found) != 1:
            names = ", ".join(group.address for group in found or self.groups())
            raise LookupError(
                f"{len(found) or 'no'} security groups are called {pattern!r}; there are: {names or 'none'}"
            )
        return found[0]

    def open_to_internet(self, settings: Settings | None = None) -> tuple[Opening, ...]:
        """Where any group admits the internet, rules whose group is not known last."""
        found = [opening for group in self.groups() for opening in group.open_to_internet(settings)]
        for each in self:
            for rule in each.rules:
                if isinstance(rule.security_group, Unknown):
                    stray = Group(rule.address, None, (rule,), known_entries(each), each.source.path)
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
        _require(wrong, () if allow_incomplete else self.skipped)


@dataclass(frozen=True, slots=True)
class PlanSides:
    """What a plan starts from, and what it leads to."""

    before: Inventory
    after: Inventory

    def widened(self, new_groups: bool = False) -> tuple[Widening, ...]:
        """The rules that admit what their group did not admit before; of groups that are new only when asked."""
        return tuple(_widened(self.before, self.after, new_groups))

    def widens_nothing(
        self, *, new_groups: bool = False, allow_undecided: bool = False, allow_incomplete: bool = False
    ) -> None:
        """Raise Violation when the plan widens a group, or may do so."""
        found = [
            each for each in self.widened(new_groups) if not (allow_undecided and each.verdict is Verdict.UNDECIDED)
        ]
        _require([str(each) for each in found], () if allow_incomplete else (*self.before.skipped, *self.after.skipped))


def _require(wrong: Iterable[str], skipped: Iterable[Skipped]) -> None:
    lines = list(dict.fromkeys([*wrong, *(f"not read: {each.what}: {each.reason}" for each in skipped)]))
    if lines:
        raise Violation("\n".join(lines))


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
    known = Exposure([with_ports(rule) for rule in rules if not reasons_of(rule)], entries)
    for rule in group.rules:
        reasons = reasons_of(rule)
        if reasons and _same(rule, rules):
            continue
        if reasons or not all(known.covers(with_ports(piece)) for piece in expanded(rule, group.entries)):
            yield _widening(group.address, rule, reasons)


def _same(rule: Rule, former: tuple[Rule, ...]) -> bool:
    """Whether the rule was there before as it is: a plan that leaves a resource alone widens nothing by it."""
    return (
        bool(rule.actions)
        and set(rule.actions) <= {"no-op", "read"}
        and any(each.address == rule.address for each in former)
    )


def _widening(group: str, rule: Rule, unknowns: tuple[str, ...]) -> Widening:
    verdict = Verdict.UNDECIDED if unknowns else Verdict.FAIL
    return Widening(group, wording.rule(rule), rule.address, verdict, unknowns, rule.location)


def _groups(infrastructure: Infrastructure) -> Iterator[Group]:
    rules: dict[str, list[Rule]] = {group.address: [] for group in infrastructure.security_groups}
    for rule in infrastructure.rules:
        if not isinstance(rule.security_group, Unknown):
            rules.setdefault(rule.security_group, []).append(rule)
    declared = {group.address: group for group in infrastructure.security_groups}
    entries = known_entries(infrastructure)
    for address, own in rules.items():
        yield Group(address, declared.get(address), tuple(own), entries, infrastructure.source.path)
