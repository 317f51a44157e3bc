"""Findings of an assessment split into new, existing and fixed ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from msgspec import Struct

from sgwarden.gate.finding_key import FindingKey, Side


class Split(Struct, frozen=True):
    """Positions in the keys that were compared."""

    existing: frozenset[int]
    """Of those now: what was there before, or moved without changing a rule."""
    pairs: Mapping[int, int]
    """Positions before by positions now, of whatever was recognised."""
    fixed: tuple[int, ...]
    """Of those before: what is there no more."""


def split(
    before: Sequence[FindingKey],
    now: Sequence[FindingKey],
    base: Side | None,
    head: Side,
    hidden: frozenset[int] = frozenset(),
) -> Split:
    """Match findings one to one, the closest first.

    First those at the same address of the same root that open the same group. Then, where the address changed, those
    of the same policy about the same rule of the same group: of the same id, of the same group in the code, or of one that is called the same when
    the old one has gone and the new one was not there (``base`` None: not known), be it in another root module. Roots
    count as moved when the old one has gone and the new one was not there. What is known to be in another partition,
    account or region is never the same. A resource that several rules
    opened is no news as long as some of them do, and a monitoring chain that was broken and breaks at another link is
    broken as it was. What is there no more is fixed, unless the root lacks something that the base had read.
    ``hidden`` are positions in ``now`` of suppressed findings: they
    keep a finding from counting as fixed, and excuse no other.
    """
    matching = _Matching(before, now)
    shown = [position for position in range(len(now)) if position not in hidden]
    for positions in (shown, sorted(hidden)):
        matching.match(positions, lambda m: (m.root, m.policy, m.address, m.subject), _opens_the_same(base))
        matching.match(positions, lambda m: (m.policy, m.group_id, m.subject), lambda old, new: bool(new.group_id))
        matching.match(positions, lambda m: (m.policy, m.group_name, m.subject), _may_have_moved(base, head))
        matching.match(positions, lambda m: (m.root, m.policy, m.address), _rests_on_fewer)
        matching.match(positions, lambda m: (m.root, m.policy, m.chain), lambda old, new: bool(new.chain))
    excused = frozenset(position for position in matching.found if position not in hidden)
    taken = set(matching.found.values())
    fixed = [i for i, key in enumerate(before) if i not in taken and not head.lacks_more(key.root, base)]
    return Split(excused, matching.found, tuple(fixed))


class _Matching:
    def __init__(self, before: Sequence[FindingKey], now: Sequence[FindingKey]) -> None:
        self._before = before
        self._now = now
        self.found: dict[int, int] = {}
        """Positions before by positions now."""
        self._left = set(range(len(before)))

    def match(
        self,
        positions: Sequence[int],
        part: Callable[[FindingKey], Hashable],
        fits: Callable[[FindingKey, FindingKey], bool],
    ) -> None:
        """Match what is left of ``positions`` with what is left before and has the same ``part``."""
        by_part: dict[Hashable, list[int]] = {}
        for old in sorted(self._left):
            by_part.setdefault(part(self._before[old]), []).append(old)
        for new in positions:
            if new in self.found:
                continue
            key = self._now[new]
            candidates = [
                old
                for old in by_part.get(part(key), ())
                if old in self._left
                and self._before[old].excuses(key)
                and self._before[old].place.may_be(key.place, self._before[old].root == key.root)
                and fits(self._before[old], key)
            ]
            if candidates:
                best = min(candidates, key=lambda old: (self._before[old].verdict is not key.verdict, old))
                self.found[new] = best
                self._left.discard(best)


def _opens_the_same(base: Side | None) -> Callable[[FindingKey, FindingKey], bool]:
    def fits(old: FindingKey, new: FindingKey) -> bool:
        if old.security_group == new.security_group or not new.is_of_rule:
            return True
        # Baselines of old name no network ACL and no group that is unknown.
        return base is None and old.security_group == old.address

    return fits


def _rests_on_fewer(old: FindingKey, new: FindingKey) -> bool:
    """Return True if a finding rests on fewer rules than before, and on no other."""
    return bool(new.rules) and new.rules < old.rules


def _may_have_moved(base: Side | None, head: Side) -> Callable[[FindingKey, FindingKey], bool]:
    def fits(old: FindingKey, new: FindingKey) -> bool:
        if old.root != new.root:
            if old.root not in head.roots and (base is None or new.root not in base.roots):
                return True
            if base is None or head.lacks_more(old.root, base):
                return False  # it may be there all the same
        elif old.security_group == new.security_group:
            return True
        gone = (old.root, old.security_group) not in head.addresses
        return gone and (base is None or (new.root, new.security_group) not in base.addresses)

    return fits
