"""Damaged plans and states end in InputError or in a model, never in anything else."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Source
from sgwarden.model.values import Unknown
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.resources import build
from sgwarden.sources.state import read_state

CASES = Path(__file__).parents[2] / "fixtures" / "sources"
PLAN = (CASES / "separate_rules" / "plan.json").read_bytes()
STATE = (CASES / "inline_rules" / "terraform.tfstate").read_bytes()


def read(data: bytes) -> None:
    """Both readers, and the model of what they find."""
    for reader in (read_plan, read_state):
        with contextlib.suppress(InputError):
            build(reader(data, "file").instances, Source("plan", "file"))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([PLAN, STATE]), st.data())
def test_truncated(document: bytes, data: st.DataObject) -> None:
    end = data.draw(st.integers(1, len(document.rstrip()) - 1))
    with pytest.raises(InputError):
        (read_plan if document is PLAN else read_state)(document[:end], "file")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([PLAN, STATE]), st.data())
def test_changed_bytes(document: bytes, data: st.DataObject) -> None:
    damaged = bytearray(document)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.sampled_from(list(b'"{}[],:0nt\\\xff\x00')))
    read(bytes(damaged))


WORDS = [
    b'"create"',
    b"true",
    b"null",
    b'"security_group_id"',
    b'"references"',
    b'"index"',
    b'"values"',
    b'"cidr_blocks"',
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([PLAN, STATE]),
    st.sampled_from(WORDS),
    st.sampled_from([*WORDS, b"[]", b"{}", b"7", b'""']),
    st.integers(0, 40),
)
def test_exchanged_words(document: bytes, old: bytes, new: bytes, which: int) -> None:
    parts = document.split(old)
    at = which % max(len(parts) - 1, 1)
    read(old.join(parts[: at + 1]) + new + old.join(parts[at + 1 :]))


@pytest.mark.parametrize("depth", [100, 600, 900, 5000])
def test_nested_values(depth: int) -> None:
    deep = b'{"ingress":' + b"[" * depth + b"]" * depth + b"}"
    head = b'{"address":"aws_security_group.a","type":"aws_security_group","name":"a","mode":"managed",'
    read(
        b'{"format_version":"1.2","resource_changes":['
        + head
        + b'"change":{"actions":["create"],"after":'
        + deep
        + b"}}]}"
    )
    read(b'{"version":4,"resources":[' + head + b'"instances":[{"attributes":' + deep + b"}]}]}")


def test_references_that_fan_out_end() -> None:
    """Every module of forty hands its input on twice: followed naively, a trillion ways."""
    module: dict[str, object] = {}
    rule = {
        "address": "aws_security_group_rule.r",
        "expressions": {"security_group_id": {"references": ["var.a", "var.b"]}},
    }
    for depth in range(40):
        inputs = {name: {"references": ["var.a", "var.b"]} for name in "ab"}
        module = {
            "resources": [] if depth else [rule],
            "module_calls": {"m": {"expressions": inputs, "module": module}} if depth else {},
        }
    address = ".".join(["module.m"] * 39)
    change = {
        "address": f"{address}.aws_security_group_rule.r", "module_address": address, "mode": "managed",
        "type": "aws_security_group_rule", "name": "r",
        "change": {"actions": ["create"], "after": {}, "after_unknown": {"security_group_id": True}},
    }  # fmt: skip
    plan = {"format_version": "1.2", "resource_changes": [change], "configuration": {"root_module": module}}
    (found,) = read_plan(json.dumps(plan).encode(), "plan.json").instances
    assert isinstance(found.attributes["security_group_id"], Unknown)
