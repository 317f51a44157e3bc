"""An argument told from a block's text is the one that the parser finds, or is left to the parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.terraform.syntax.parse import read_file
from sgwarden.terraform.syntax.peek import UNCLEAR, argument


@pytest.mark.parametrize(
    "body",
    [
        "count = 1",
        "  count = local.create ? length(var.rules) : 0",
        "\tcount\t=\tvar.n\r",
        'name = "a"\n  count    = var.rules[0].n # why\n other = { a = 1 }',
        "# count the rules\nname = 1\n",
        'text = "}"\n count = 2',
        'count = "${var.a}-b"',
        "/* { */ a = 1\n/* } */\ncount = 3",
    ],
)
def test_what_is_plain_equals_what_the_parser_finds(body: str) -> None:
    stub = read_file(Path("main.tf"), f'\n  resource "a" "b" {{\n{body}\n}}\n').blocks[0]
    seen = argument(stub, "count")
    assert stub.body is not None
    assert seen is UNCLEAR or seen == stub.body.attributes.get("count")
    assert (seen is UNCLEAR) == body.startswith("# count")


def test_an_argument_that_is_not_there() -> None:
    stub = read_file(Path("main.tf"), 'resource "a" "b" {\n  name = 1\n}\n').blocks[0]
    assert argument(stub, "count") is None


@pytest.mark.parametrize(
    "body",
    [
        "settings = {\n count = 1\n }",
        "settings = { # }\n count = 1\n }",
        "text = <<EOT\ncount = 1\nEOT\n",
        "count = foo(\n1)",
        "count = 1 /* one */",
        "count = count.index",
        "/*\ncount = 1\n*/",
        "nested {\n count = 1\n}",
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(body: str) -> None:
    stub = read_file(Path("main.tf"), f'resource "a" "b" {{\n{body}\n}}\n').blocks[0]
    assert argument(stub, "count") is UNCLEAR


def test_one_line_blocks_are_left_to_the_parser() -> None:
    stub = read_file(Path("main.tf"), 'resource "a" "b" { count = 1 }\n').blocks[0]
    assert argument(stub, "count") is UNCLEAR
