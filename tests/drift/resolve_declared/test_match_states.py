"""Which code belongs to which state."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.drift.differences import Note
from sgwarden.drift.resolve_declared.match_states import block, pair
from tests.drift.models import BARE, code, group, state


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_security_group.web", "aws_security_group.web"),
        ('module.a["x]"].aws_security_group.b[0]', "module.a.aws_security_group.b"),
        ("aws_security_group.web[?]", "aws_security_group.web"),
    ],
)
def test_block(address: str, expected: str) -> None:
    assert block(address) == expected


def test_by_directory_before_the_addresses_they_share(tmp_path: Path) -> None:
    first, second = code(tmp_path, BARE, "a"), code(tmp_path, BARE, "b")
    applied = state(group(), directory="/b")
    notes: list[Note] = []
    assert [(root.code, root.state) for root in pair([first, second, applied], notes)] == [
        (second, applied),
        (first, None),
    ]
    assert notes == []


def test_a_state_that_fits_several_codes_stays_alone(tmp_path: Path) -> None:
    first, second = code(tmp_path, BARE, "a"), code(tmp_path, BARE, "b")
    applied = state(group(), directory="/elsewhere")
    notes: list[Note] = []
    roots = pair([first, second, applied], notes)
    assert [(root.code, root.state) for root in roots] == [(None, applied), (first, None), (second, None)]
    assert [note.text for note in notes] == ["terraform.tfstate may belong to any of a, b; it is taken alone"]


def test_a_plan_and_its_code_are_one(tmp_path: Path) -> None:
    written = replace(code(tmp_path, BARE), directory="/root")
    planned = replace(written, kind="plan", path="plan.json", written={})
    (root,) = pair([written, planned], [])
    assert root.code is not None
    assert (root.code.path, root.code.written) == ("plan.json", written.written)
