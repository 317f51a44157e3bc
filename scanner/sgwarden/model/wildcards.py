"""Whether one text matches another when parts of both may be unknown.

Texts are taken apart into characters and holes. A hole is an unknown part; two holes are the same only when
they stand for the same attribute of the same resource, for the same variable without a value, or for the account,
region or partition that the code asks AWS for (aws_caller_identity, aws_region, aws_partition: one provider
configuration is assumed).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Union

from msgspec import Struct

from sgwarden.model import globs
from sgwarden.model.refinements import parts_of
from sgwarden.model.truth import Maybe, Truth, first_decision, maybe
from sgwarden.model.values import Unknown

Text = Union[str, Unknown]

ACCOUNT = Unknown("the AWS account is not in the code", "account", "id", not_null=True)
REGION = Unknown("the region is not in the code", "region", "name", not_null=True)
PARTITION = "aws"
"""The partition where the code does not name one: the ARNs that people write out have it too, and other partitions
follow from the region of the provider (`partition_of`)."""
_SURROUNDINGS: dict[tuple[str, str], Text] = {
    ("aws_caller_identity", "account_id"): ACCOUNT,
    ("aws_caller_identity", "id"): ACCOUNT,
    ("aws_region", "name"): REGION,
    ("aws_region", "id"): REGION,
    ("aws_region", "region"): REGION,
    ("aws_partition", "partition"): PARTITION,
    ("aws_partition", "id"): PARTITION,
}
_ALPHABETS = {
    "account": frozenset("0123456789"),
    "region": frozenset("abcdefghijklmnopqrstuvwxyz0123456789-"),
}
_UNIQUE = frozenset({"arn", "id"})
_LONGEST = 4_096


class _Hole(Struct, frozen=True):
    key: tuple[str, str] | None
    """What it stands for; None if that is not known."""


class _Wildcard(Struct, frozen=True):
    many: bool


_Symbol = Union[str, _Hole, _Wildcard]
_STAR, _ONE = _Wildcard(True), _Wildcard(False)


def partition_of(region: Text | None) -> str:
    """Return the partition of a region.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    if isinstance(region, str):
        for prefix, partition in _PARTITIONS:
            if region.startswith(prefix):
                return partition
    return PARTITION


_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-iso-", "aws-iso"),
    ("eusc-", "aws-eusc"),
)


def surroundings(value: Unknown) -> Text:
    """Return the account, region or partition that a data source reads; any other unknown as it is."""
    if value.address is None or value.attribute is None or not value.address.rpartition("module.")[2].count("data."):
        return value
    kind = value.address.rpartition("data.")[2].partition(".")[0]
    return _SURROUNDINGS.get((kind, value.attribute), value)


def same(first: Text, second: Text) -> Truth:
    """Return whether two texts are equal."""
    return _compare(first, second, wildcards=False)


def matches(pattern: Text, subject: Text) -> Truth:
    """Return whether ``subject`` matches; ``*`` stands for any text, ``?`` for any character."""
    return _compare(pattern, subject, wildcards=True)


def same_in_any(value: Text, spellings: Iterable[Text]) -> Truth:
    """Return whether ``value`` is the one text with these spellings; the first that decides, decides."""
    return first_decision(same(value, spelling) for spelling in spellings)


def _compare(pattern: Text, subject: Text, *, wildcards: bool) -> Truth:
    if isinstance(pattern, str) and isinstance(subject, str):
        if not wildcards or ("*" not in pattern and "?" not in pattern):
            return pattern == subject
        if max(len(pattern), len(subject)) <= _LONGEST:
            return globs.matches(pattern, subject)
    left, right = _symbols(pattern, wildcards), _symbols(subject, False)
    if len(left) > _LONGEST or len(right) > _LONGEST:
        return maybe("the text is too long to compare")
    if _run(left, right, open_holes=False):
        return True
    if not any(isinstance(symbol, _Hole) for symbol in (*left, *right)):
        return False
    if _distinct(left, right) or not _run(*_without_common_ends(left, right), open_holes=True):
        return False
    return _reason(pattern, subject)


def _symbols(value: Text, wildcards: bool) -> list[_Symbol]:
    symbols: list[_Symbol] = []
    for part in parts_of(value):
        if isinstance(part, Unknown):
            known = surroundings(part)
            if isinstance(known, str):
                symbols += known
                continue
            hole = _hole(known)
            if hole.key is not None and hole.key[1] == "arn":
                symbols += "arn:"  # whatever else it is
            symbols.append(hole)
        elif wildcards:
            symbols += [_STAR if c == "*" else _ONE if c == "?" else c for c in part]
        else:
            symbols += part
    return symbols


def _hole(value: Unknown) -> _Hole:
    if value.address is not None and value.attribute is not None:
        return _Hole((value.address, value.attribute))
    if value.type == "string" and value.reason.startswith('variable "'):
        # A variable of type string without a value, handed on as it is: one object, one value.
        return _Hole(("variable", str(id(value))))
    return _Hole(None)


def _distinct(left: Sequence[_Symbol], right: Sequence[_Symbol]) -> bool:
    """Return whether both are ids or ARNs of two resources that cannot be the same."""
    if any(len(side) > len("arn:") + 1 for side in (left, right)) or not left or not right:
        return False
    a, b = left[-1], right[-1]
    if not isinstance(a, _Hole) or not isinstance(b, _Hole) or a.key is None or b.key is None or a.key == b.key:
        return False
    managed = not any(key[0].rpartition("module.")[2].count("data.") for key in (a.key, b.key))
    return managed and a.key[0] != b.key[0] and a.key[1] in _UNIQUE and b.key[1] in _UNIQUE


def _without_common_ends(left: list[_Symbol], right: list[_Symbol]) -> tuple[list[_Symbol], list[_Symbol]]:
    """Return both without what they certainly share at the start and at the end."""

    def shared(a: _Symbol, b: _Symbol) -> bool:
        return a == b and not isinstance(a, _Wildcard) and not (isinstance(a, _Hole) and a.key is None)

    start = 0
    while start < min(len(left), len(right)) and shared(left[start], right[start]):
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and shared(left[-1 - end], right[-1 - end]):
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def _reason(pattern: Text, subject: Text) -> Maybe:
    for value in (pattern, subject):
        for part in parts_of(value):
            if isinstance(part, Unknown):
                return maybe(part.reason)
    raise AssertionError("a comparison without unknown parts is decided")


def _run(pattern: Sequence[_Symbol], subject: Sequence[_Symbol], *, open_holes: bool) -> bool:
    """Match by sets of positions; with ``open_holes`` a hole of either side takes any text of its alphabet."""
    reached = [False] * (len(subject) + 1)
    reached[0] = True
    _slide_subject(subject, reached, open_holes)
    for symbol in pattern:
        following = [False] * (len(subject) + 1)
        if symbol == _STAR:
            first = reached.index(True) if True in reached else len(reached)
            following = [place >= first for place in range(len(reached))]
        elif open_holes and isinstance(symbol, _Hole):
            for place, here in enumerate(reached):
                if here:
                    following[place] = True
                if following[place] and place < len(subject) and _fits(symbol, subject[place]):
                    following[place + 1] = True
        else:
            for place, here in enumerate(reached):
                if not here or place == len(subject):
                    continue
                other = subject[place]
                equal = symbol == other and not (isinstance(other, _Hole) and other.key is None)
                if equal or (symbol == _ONE and not isinstance(other, _Hole)):
                    following[place + 1] = True
                elif open_holes and isinstance(other, _Hole) and (symbol == _ONE or _fits(other, symbol)):
                    following[place] = True  # the hole takes this character and may take more
        reached = following
        _slide_subject(subject, reached, open_holes)
    return reached[-1]


def _slide_subject(subject: Sequence[_Symbol], reached: list[bool], open_holes: bool) -> None:
    """Go past the holes of the subject that may be empty, or done."""
    if open_holes:
        for place, symbol in enumerate(subject):
            if reached[place] and isinstance(symbol, _Hole):
                reached[place + 1] = True


def _fits(hole: _Hole, symbol: _Symbol) -> bool:
    alphabet = _ALPHABETS.get(hole.key[0]) if hole.key is not None else None
    return not isinstance(symbol, str) or alphabet is None or symbol in alphabet
