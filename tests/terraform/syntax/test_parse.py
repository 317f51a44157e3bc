"""Native syntax read into nodes; what python-hcl2's grammar cannot read by itself has a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.terraform.syntax.ast import (
    Problem,
)
from sgwarden.terraform.syntax.parse import (
    InvalidSyntax,
    comments,
    parse_expression,
    read_attributes,
    references,
)
from sgwarden.terraform.syntax.relocate import with_span
from tests.terraform.syntax.building import S, items, lit


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("a +", 1, 4),
        ("a ! b", 1, 3),
        ("f(-)", 1, 4),
        ("[1, 2", 1, 1),
        ("(1]", 1, 3),
        ('"${a"', 1, 5),
        ('"\\x"', 1, 2),
        ("<<A\nb", 1, 1),
        ("1 2", 1, 3),
        ("{ a = 1 b = 2 }", 1, 9),
        ("{ a = 1\n, b = 2 }", 2, 1),
        ('"%{ if a }"', 1, 2),
        ('"%{ endif }"', 1, 2),
        ("", 1, 1),
        ("a\n@", 2, 1),
    ],
)
def test_invalid_expressions_say_where(source: str, line: int, column: int) -> None:
    with pytest.raises(InvalidSyntax) as caught:
        parse_expression(source)
    assert (caught.value.problem.line, caught.value.problem.column) == (line, column)


def test_variable_files() -> None:
    values, problems = read_attributes(Path("x.tfvars"), b'a = 1\nb = ["x"]\n')
    assert {name: with_span(value.expression, S) for name, value in values.items()} == {
        "a": lit(1),
        "b": items(lit("x")),
    }
    assert (values["b"].span, problems) == ((2, 1, 2, 10), [])
    assert read_attributes(Path("x.tfvars"), b"a = \n") == ({}, [Problem(1, 5, "unexpected end of line")])


def test_comments() -> None:
    source = (
        '# one\na {\n  x = "# no" // two\r\n  y = <<E\n# no ${ 1 /* in */ }\nE\n} /* three\nlines */\nb { "\n# after\n'
    )
    assert comments(source) == [
        (1, 1, "# one"),
        (3, 14, "// two"),
        (5, 11, "/* in */"),
        (7, 3, "/* three\nlines */"),
    ]


def test_references() -> None:
    source = '[for x in aws_vpc.main[0].id : "${x.y}${var.a[local.b]}" if f(data.c.d)[1].e == a.*.z[each.key]]'
    found = [
        (root, tuple(step if isinstance(step, str | int) else "?" for step in steps))
        for root, steps in references(parse_expression(source))
    ]
    assert found == [
        ("aws_vpc", ("main", 0, "id")),
        ("var", ("a", "?")),
        ("local", ("b",)),
        ("data", ("c", "d")),
        ("a", ()),
        ("each", ("key",)),
    ]
