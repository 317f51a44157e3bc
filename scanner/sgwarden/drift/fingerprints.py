"""Fingerprints: what a difference is about, stable from run to run, free of times, lines and order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from msgspec.structs import replace

from sgwarden.drift.differences import Difference
from sgwarden.model.rules import rule_key


def fingerprinted(differences: Iterable[Difference]) -> list[Difference]:
    """Every difference with its fingerprint; equal ones are numbered."""
    seen: dict[str, int] = {}
    done = []
    for each in differences:
        parts = _parts(each)
        text = json.dumps(parts, default=str)
        count = seen[text] = seen.get(text, 0) + 1
        full = text if count == 1 else f"{text}#{count}"
        done.append(replace(each, fingerprint=hashlib.sha256(full.encode()).hexdigest()[:32]))
    return done


def _parts(each: Difference) -> list[object]:
    content = [list(rule_key(rule)) if rule is not None else None for rule in (each.rule_declared, each.rule_live)]
    values = each.live if each.kind in ("attribute_changed", "prefix_list_changed") else None
    texts = [rule.description if rule is not None else None for rule in (each.rule_declared, each.rule_live)]
    return [
        each.kind, each.account, each.region, each.group_id, each.attribute, content,
        texts if each.kind == "rule_changed" else None, values,
    ]  # fmt: skip
