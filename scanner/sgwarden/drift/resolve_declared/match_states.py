"""Which code belongs to which state: by the directory they lie in, else by the addresses they share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sgwarden.drift.declared import DeclaredSource
from sgwarden.drift.differences import Note

_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')


class Root(Struct, frozen=True):
    """One root module: what is desired and what was applied; at least one of them."""

    code: DeclaredSource | None
    state: DeclaredSource | None


def block(address: str) -> str:
    """Return an address without instance keys: ``module.a.b.c`` for ``module.a["x"].b.c[0]``."""
    return _KEY.sub("", address) if "[" in address else address


def pair(sources: Sequence[DeclaredSource], notes: list[Note]) -> list[Root]:
    """Return every source once; a state that fits several codes equally well stays alone, with a note."""
    codes = _merged([source for source in sources if source.is_code])
    states = [source for source in sources if not source.is_code]
    blocks = {id(code): _blocks(code) for code in codes}
    roots: list[Root] = []
    used: set[int] = set()
    for state in states:
        code = _best(state, codes, blocks, len(states), notes)
        if code is not None:
            used.add(id(code))
        roots.append(Root(code, state))
    return roots + [Root(code, code.prior) for code in codes if id(code) not in used]


def _best(
    state: DeclaredSource,
    codes: list[DeclaredSource],
    blocks: dict[int, frozenset[str]],
    states: int,
    notes: list[Note],
) -> DeclaredSource | None:
    own = _blocks(state)
    scored = []
    for code in codes:
        shared = len(own & blocks[id(code)])
        beside = code.directory == state.directory
        if shared or beside:
            scored.append((beside and (shared > 0 or not own), shared, -len(blocks[id(code)] - own), code))
    if not scored:
        return codes[0] if len(codes) == 1 and states == 1 and not (own and blocks[id(codes[0])]) else None
    best = max(scored, key=lambda item: item[:3])
    equal = [item for item in scored if item[:3] == best[:3]]
    if len(equal) > 1:
        names = ", ".join(sorted(item[3].path for item in equal))
        notes.append(Note("code_ambiguous", "", f"{state.path} may belong to any of {names}; it is taken alone"))
        return None
    return best[3]


def _blocks(source: DeclaredSource) -> frozenset[str]:
    model = source.infrastructure
    items: Iterable[str] = [
        *(group.address for group in model.security_groups),
        *(rule.address for rule in model.rules),
    ]
    return frozenset(block(address) for address in items)


def _merged(codes: list[DeclaredSource]) -> list[DeclaredSource]:
    """Merge a plan and the code it was made of: the plan knows values, the code knows what is written."""
    plans = {code.directory: code for code in codes if code.kind == "plan"}
    merged = []
    for code in codes:
        plan = plans.get(code.directory)
        if code.kind == "hcl" and plan is not None and _blocks(code) & _blocks(plan):
            plans[code.directory] = replace(
                plan,
                written={**plan.written, **code.written},
                ignore_changes={**plan.ignore_changes, **code.ignore_changes},
            )
        elif code.kind == "hcl":
            merged.append(code)
    return [*merged, *plans.values(), *(c for c in codes if c.kind == "plan" and plans[c.directory].path != c.path)]
