"""Any value that a field of the model may hold, by its declared type."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from sgwarden.model.infrastructure import NetworkAclRule, PrefixList
from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Unknown

WORDS = st.text(max_size=3)
KEYS = WORDS | st.sampled_from(["unknown", "sensitive", "map"])
UNKNOWN = st.builds(
    Unknown, WORDS, st.none() | WORDS, st.none() | WORDS, not_null=st.booleans(), parts=st.lists(WORDS, max_size=2).map(tuple)
)  # fmt: skip
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Unknown: UNKNOWN,
    Any: WORDS | UNKNOWN,
}


CIDRS = st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "::/0", "2001:db8::/32"])
_PROTOCOLS = {"protocol": st.sampled_from(["all", "tcp", "udp", "icmp", "50"]) | UNKNOWN}
_MEANINGFUL: dict[Any, dict[str, st.SearchStrategy[Any]]] = {
    Rule: _PROTOCOLS,
    NetworkAclRule: {**_PROTOCOLS, "cidr": CIDRS | UNKNOWN, "action": st.sampled_from(["allow", "deny"]) | UNKNOWN},
    PrefixList: {"cidrs": st.lists(CIDRS | UNKNOWN, max_size=2).map(tuple) | UNKNOWN},
}
"""Fields that are no arbitrary text."""
_PEERS: dict[str, st.SearchStrategy[Any]] = {
    "cidr_ipv4": st.sampled_from(["0.0.0.0/0", "10.0.0.0/8"]) | UNKNOWN,
    "cidr_ipv6": st.sampled_from(["::/0", "2001:db8::/32"]) | UNKNOWN,
    "prefix_list": WORDS | UNKNOWN,
    "security_group": WORDS | UNKNOWN,
    "self": st.none(),
}


def _with_ports(rule: Any) -> Any:
    ported = rule.protocol in ("tcp", "udp")
    return replace(rule, from_port=0 if ported and rule.from_port is None else rule.from_port,
                   to_port=0 if ported and rule.to_port is None else rule.to_port)  # fmt: skip


@cache
def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type; sensitive fields excepted, which are never written."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Union or origin is types.UnionType:
        return st.one_of([values(each) for each in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is frozenset:
        return st.frozensets(WORDS, max_size=1)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=1).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(each) for each in arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(KEYS, values(arguments[1]), max_size=1)
    assert issubclass(hint, Struct), hint
    return facts(hint)


def facts(cls: Any) -> st.SearchStrategy[Any]:
    """Instances of a class of the model, most optional fields at their default now and then."""
    hints = get_type_hints(cls)
    given = {name: values(hints[name]) for name in cls.__struct_fields__ if name not in ("sensitive", "management")}
    given |= _MEANINGFUL.get(cls, {})
    if cls is Peer:
        return st.one_of([st.builds(Peer, st.just(kind), value) for kind, value in _PEERS.items()])
    if cls in (Rule, NetworkAclRule):
        return st.builds(cls, **given).map(_with_ports)
    return st.builds(cls, **given)
