"""Top-level blocks found without parsing them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.terraform.syntax import grammar
from sgwarden.terraform.syntax.ast import (
    Block,
    Body,
    Problem,
)
from sgwarden.terraform.syntax.parse import (
    read_file,
)
from sgwarden.terraform.syntax.relocate import with_span
from sgwarden.terraform.syntax.split_blocks import split
from tests.terraform.syntax.building import S, lit
from tests.terraform.syntax.texts import EXPRESSIONS, around, problems

LAYOUTS = {
    "byte-order mark": b'\xef\xbb\xbfa "b" {\n  x = 1\n}\n',
    "carriage returns": b'a "b" {\r\n  x = 1\r\n}\r\n',
    "one line": b'a "b" { x = 1 }',
    "bare label": b"a b {\n  x = 1\n}\n",
    "comments": b'/* l */ a /* m */ "b" { // n\n # o\n x /* p */ = 1 # q\n /* r\n s */\n} // t',
    "no final newline": b'a "b" {\n  x = 1\n}',
    "blank lines": b'\n\n\ta "b" {\n\n\n  x = 1\n\n}\n\n',
}


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layouts_of_a_block(data: bytes) -> None:
    found = read_file(Path("x.tf"), data)
    assert found.problems == []
    shown = [
        (
            stub.type,
            stub.labels,
            stub.problem,
            stub.body and {n: with_span(a.expression, S) for n, a in stub.body.attributes.items()},
        )
        for stub in found.blocks
    ]
    assert shown == [("a", ("b",), None, {"x": lit(1)})]


@pytest.mark.parametrize("data", [b"", b"# only\n/* comments */\n// here", b"\n\n", b"\xef\xbb\xbf"])
def test_files_without_blocks(data: bytes) -> None:
    found = read_file(Path("x.tf"), data)
    assert (found.blocks, found.problems) == ([], [])


def test_one_broken_block_loses_no_other() -> None:
    found = read_file(
        Path("x.tf"),
        'a {\n  x = 1\n}\nb {\n  x = [1 2]\n}\nstray = 1\nc {\n  y = "open\n}\nd {\n  z = {\n}\ne {\n  x = 2\n}\n',
    )
    assert found.problems == [Problem(7, 1, "attribute 'stray' stands outside of any block")]
    assert [(stub.type, stub.line, stub.problem) for stub in found.blocks] == [
        ("a", 1, None),
        ("b", 4, Problem(5, 10, "a newline, comma or operator is missing here")),
        ("c", 8, Problem(9, 7, "this string is not closed on its line")),
        ("d", 11, Problem(11, 3, "this block is never closed")),
        ("e", 14, None),
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=6), st.sampled_from(["\n", "\n\n# c\n", " // c\n"]))
def test_block_by_block_is_the_whole_file(expressions: list[str], between: str) -> None:
    kept = [item for item in expressions if not problems(around(item))]
    text = between.join(f'a "l{number}" {{\n  x = {item}\n}}' for number, item in enumerate(kept)) + "\n"
    whole = grammar.parse_body(text)
    assert split(text)[1] == []
    assert tuple(stub.block for stub in read_file(Path("x.tf"), text).blocks) == whole.blocks
    assert isinstance(whole, Body)
    assert all(isinstance(block, Block) for block in whole.blocks)
