"""The links of a chain, and the checks that decide them; at the end those that several links share."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Declared, Key, Monitoring, Text
from sgwarden.model.truth import Maybe, Truth, all_of, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import same
from sgwarden.monitoring.arns import display


class LinkKind(StrEnum):
    """The links, in the order in which an event passes them."""

    TRAIL = "trail"
    DELIVERY = "delivery"
    LOG_GROUP = "log group"
    METRIC_FILTER = "metric filter"
    ALARM = "alarm"
    TOPIC = "topic"
    SUBSCRIPTION = "subscription"


ORDER = tuple(LinkKind)


class Check(Struct, frozen=True):
    """One thing that a link needs."""

    answer: Truth
    found: str = ""
    """If it fails: what was found instead, as a sentence without a full stop."""
    fix: str = ""
    """If it fails: the shortest change that fixes it."""
    argument: str = ""
    """The argument that decides, for its location."""


class Link(Struct, frozen=True):
    """One link and whether it holds."""

    kind: LinkKind
    address: str | None
    """The resource that is the link; None: there is none."""
    answer: Truth
    found: str = ""
    fix: str = ""
    location: Location | None = None
    about: str = ""
    """What the link does, for reports, when it holds."""

    @property
    def broken(self) -> bool:
        """True if it certainly does not hold."""
        return self.answer is False

    @property
    def reason(self) -> str:
        """Why it is undecided; empty if it is decided."""
        return self.answer.reason if isinstance(self.answer, Maybe) else ""


def decide_link(kind: LinkKind, resource: Declared, checks: Iterable[Check], about: str = "") -> Link:
    """Return the link that ``resource`` is: the first failing check decides, else the first undecided one."""
    listed = [*_existence(resource), *checks]
    decisive = next((check for check in listed if check.answer is False), None)
    if decisive is None:
        decisive = next((check for check in listed if isinstance(check.answer, Maybe)), Check(True))
    place = resource.origins.get(decisive.argument, resource.location)
    return Link(kind, resource.address, decisive.answer, decisive.found, decisive.fix, place, about)


def _existence(resource: Declared) -> Iterable[Check]:
    if resource.may_exist is not None:
        yield Check(truth_of(resource.may_exist), f"whether {resource.address} exists is not known")


def missing_link(kind: LinkKind, answer: Truth, found: str, fix: str, near: Link | None = None) -> Link:
    """Return a link without a resource; ``near`` gives the location where one would look for it."""
    return Link(kind, None, answer, found, fix, near.location if near is not None else None)


class LinkPath(Struct, frozen=True):
    """Links one after the other, from the first to the last or to the one behind which there is nothing."""

    links: tuple[Link, ...]

    @property
    def answer(self) -> Truth:
        """Whether every link holds; Unknown if that is undecided."""
        return all_of(*(each.answer for each in self.links))

    @property
    def first_break(self) -> Link | None:
        """The first broken link; if there is none, the first undecided one."""
        broken = next((each for each in self.links if each.broken), None)
        return broken or next((each for each in self.links if each.answer is not True), None)

    def rank(self) -> tuple[int, int, int, str]:
        """Return a sort key: the fewest broken links first, then the fewest undecided ones, then the longest."""
        broken = sum(each.broken for each in self.links)
        undecided = sum(isinstance(each.answer, Maybe) for each in self.links)
        absent = len(ORDER) - len(self.links)
        return broken + absent, undecided, absent, " ".join(each.address or "" for each in self.links)

    def then(self, other: LinkPath) -> LinkPath:
        """Return this path followed by another."""
        return LinkPath(self.links + other.links)


def best_path(paths: Iterable[LinkPath]) -> LinkPath:
    """Return the path that is closest to complete; an empty one if there is none."""
    return min(paths, key=LinkPath.rank, default=LinkPath(()))


def region_check(region: Text, other: Text, name: str) -> Check:
    """Return the check that both are in one region, as far as the code shows."""
    if region is None or other is None:
        return Check(True)
    answer = same(region, other)
    # Both regions are unknown in a module without a provider of its own.
    return Check(
        answer is not False,
        f"it is in {display(region)}, and {name} is in {display(other)}",
        f"create it in {display(other)}",
        "provider",
    )


def key_of(identifier: Text, monitoring: Monitoring) -> Key | None:
    """Return the key that an id, ARN or alias names; None if it is not in the code."""
    if identifier is None:
        return None
    for key in monitoring.keys:
        if any(name is not None and same(identifier, name) is True for name in (key.key_id, key.arn, *key.aliases)):
            return key
    return None


def key_check(key: Key, argument: str) -> Check:
    """Return the check that the key is enabled."""
    enabled = True if key.is_enabled is None else key.is_enabled
    return Check(
        truth_of(enabled), f"the key {key.address} is disabled", f"set is_enabled = true in {key.address}", argument
    )


def number_in(value: Text) -> float | None:
    """Return the number that a text contains."""
    try:
        return None if value is None or isinstance(value, Unknown) else float(value)
    except ValueError:
        return None
