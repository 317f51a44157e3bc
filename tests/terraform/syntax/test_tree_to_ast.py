"""Native syntax as a tree; what python-hcl2's grammar cannot read by itself has a test of its own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from sgwarden.terraform.syntax.ast import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    GetAttr,
    Index,
    Literal,
    Splat,
    Template,
    Unary,
    Variable,
)
from sgwarden.terraform.syntax.parse import (
    parse_expression,
    read_file,
)
from tests.terraform.syntax.building import ITEM, A, B, C, S, at, attr, bare, items, lit, obj, op, text, var


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("null", lit(None)),
        ("true", lit(True)),
        ("12", lit(12)),
        ("1.5", lit(Fraction(3, 2))),
        ("1e3", lit(1000)),
        ("25E-2", lit(Fraction(1, 4))),
        ("0.125", lit(Fraction(1, 8))),
        ("12345678901234567890123", lit(12345678901234567890123)),
        ("a", A),
        ("a-b", var("a-b")),
        ("a.b.c", attr(A, "b", "c")),
        ("a[0].b", attr(at(A, 0), "b")),
        ('a["k"]', at(A, lit("k"))),
        ("a[b]", at(A, B)),
        ("a . b", attr(A, "b")),
        ("f()", Call(S, "f", (), False)),
        ("f(a, 1)", Call(S, "f", (A, lit(1)), False)),
        ("f(a...)", Call(S, "f", (A,), True)),
        ("f(\n a,\n 1,\n)", Call(S, "f", (A, lit(1)), False)),
        ("[]", items()),
        ("[a, b,]", items(A, B)),
        ("{}", obj()),
        ("{ a = b }", obj(("a", B))),
        ("{ a : b, c = 1 }", obj(("a", B), ("c", lit(1)))),
        ("{\n a = 1 # x\n\n b = 2,\n}", obj(("a", lit(1)), ("b", lit(2)))),
        ('{ "a" = 1, (b) = 2, "x${c}" = 3 }', obj(("a", lit(1)), (B, lit(2)), (text("x", C), lit(3)))),
        ("{ true = 1, null = 2, 3 = 4 }", obj(("true", lit(1)), ("null", lit(2)), (lit(3), lit(4)))),
        ("{ aws.west = aws }", obj((attr(var("aws"), "west"), var("aws")))),
        ("a ? b : c", Conditional(S, A, B, C)),
        ("a ? b : c ? 1 : 2", Conditional(S, A, B, Conditional(S, C, lit(1), lit(2)))),
        ("a ? b ? 1 : 2 : c", Conditional(S, A, Conditional(S, B, lit(1), lit(2)), C)),
        ("[for x in a : x]", For(S, None, "x", A, None, var("x"), None, False)),
        ("[for k, v in a : v if k]", For(S, "k", "v", A, None, var("v"), var("k"), False)),
        ("{ for k, v in a : k => v }", For(S, "k", "v", A, var("k"), var("v"), None, False)),
        ("{ for v in a : b => v... if c }", For(S, None, "v", A, B, var("v"), C, True)),
        ('"x"', lit("x")),
        ('""', lit("")),
        ('"${a}"', text(A)),
        ('"x${a}y${b}"', text("x", A, "y", B)),
        ('"x${"y${a}"}"', text("x", text("y", A))),
        ('"${f("}", { a = "{" })}"', text(Call(S, "f", (lit("}"), obj(("a", lit("{")))), False))),
    ],
)
def test_expressions(source: str, expected: Expression) -> None:
    assert bare(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b * c", op(A, "+", op(B, "*", C))),
        ("a * b + c", op(op(A, "*", B), "+", C)),
        ("a - b - c", op(op(A, "-", B), "-", C)),
        ("a - (b - c)", op(A, "-", op(B, "-", C))),
        ("a || b && c == 1", op(A, "||", op(B, "&&", op(C, "==", lit(1))))),
        ("a < b == c >= 1", op(op(A, "<", B), "==", op(C, ">=", lit(1)))),
        ("a != b % 2", op(A, "!=", op(B, "%", lit(2)))),
        ("a / b > 1 && c", op(op(op(A, "/", B), ">", lit(1)), "&&", C)),
        ("-a + b", op(Unary(S, "-", A), "+", B)),
        ("-a.b[0]", Unary(S, "-", at(attr(A, "b"), 0))),
        ("!a == b", op(Unary(S, "!", A), "==", B)),
        ("-1", Unary(S, "-", lit(1))),
        ("-12", Unary(S, "-", lit(12))),
        ("(\n a\n + b\n)", op(A, "+", B)),
        ("[\n a\n == b\n ,\n c]", items(op(A, "==", B), C)),
    ],
)
def test_operators_bind_as_in_hcl(source: str, expected: Expression) -> None:
    assert bare(source) == expected


def test_a_minus_before_a_digit_is_an_operator_when_an_operand_stands_before_it() -> None:
    assert bare("5 -22") == op(lit(5), "-", lit(22))
    assert bare("[5 -22]") == items(op(lit(5), "-", lit(22)))
    assert bare("{ a = 5 -22 }") == obj(("a", op(lit(5), "-", lit(22))))
    assert bare("5 - -22") == op(lit(5), "-", Unary(S, "-", lit(22)))


def test_prefix_operators_chain() -> None:
    assert bare("!!a") == Unary(S, "!", Unary(S, "!", A))
    assert bare("!-(a)") == Unary(S, "!", Unary(S, "-", A))
    assert bare("a + - - b") == op(A, "+", Unary(S, "-", Unary(S, "-", B)))


def test_legacy_index() -> None:
    assert bare("a.0.b") == attr(at(A, 0), "b")


def test_an_attribute_splat_takes_attributes_and_legacy_indexes_only() -> None:
    assert bare("a.*.b[0].c") == attr(at(Splat(S, A, attr(ITEM, "b"), False), 0), "c")
    assert bare("a.*.b.0") == Splat(S, A, at(attr(ITEM, "b"), 0), False)
    assert bare("a.*.0") == Splat(S, A, at(ITEM, 0), False)
    assert bare("a.*") == Splat(S, A, ITEM, False)
    assert bare("a . * . b") == Splat(S, A, attr(ITEM, "b"), False)


def test_a_full_splat_takes_all_that_follows() -> None:
    assert bare("a[*].b[0].c") == Splat(S, A, attr(at(attr(ITEM, "b"), 0), "c"), True)
    assert bare("a[*].b[*].c") == Splat(S, A, Splat(S, attr(ITEM, "b"), attr(ITEM, "c"), True), True)
    assert bare("a[ * ]") == Splat(S, A, ITEM, True)


def test_keywords_are_names_where_they_are_not_keywords() -> None:
    assert bare("var.for.in.if.null.true") == attr(var("var"), "for", "in", "if", "null", "true")
    assert bare("{ if = 1, in = else, endif = 2 }") == obj(("if", lit(1)), ("in", var("else")), ("endif", lit(2)))
    assert bare("[for in in if : if if in]") == For(S, None, "in", var("if"), None, var("if"), var("in"), False)
    assert bare("for_each") == var("for_each")


def test_identifiers_with_letters_outside_ascii() -> None:
    assert bare("größe.höhe") == attr(var("größe"), "höhe")
    assert bare("{ été = 1 }") == obj(("été", lit(1)))
    found = read_file(Path("x.tf"), 'module "é" {\n  naïve = 1\n}\n').blocks[0]
    assert (found.labels, list(found.body.attributes if found.body else ())) == (("é",), ["naïve"])


def test_namespaced_functions() -> None:
    for name in ("provider::aws::arn_parse", "core::max"):
        assert bare(f"{name}(a)") == Call(S, name, (A,), False)
    assert bare("core :: max(a)") == Call(S, "core::max", (A,), False)


def test_newlines_and_comments_inside_brackets_mean_nothing() -> None:
    assert bare("[ # one\n for x # two\n in /* three */ a\n :\n x // four\n if\n b\n]") == For(
        S, None, "x", A, None, var("x"), B, False
    )
    assert bare("{\n for x in a :\n x\n => b\n if c\n}") == For(S, None, "x", A, var("x"), B, C, False)
    assert bare("(a\n ?\n b\n :\n c)") == Conditional(S, A, B, C)
    assert bare("a[\n 0\n]") == at(A, 0)
    assert bare('"${\n a\n}"') == text(A)


def test_spans() -> None:
    assert parse_expression("a + (\n  b.c)") == Binary(
        (1, 1, 2, 7), "+", Variable((1, 1, 1, 2), "a"), GetAttr((1, 5, 2, 7), Variable((2, 3, 2, 4), "b"), "c")
    )
    assert parse_expression("é[0]") == Index((1, 1, 1, 5), Variable((1, 1, 1, 2), "é"), Literal((1, 3, 1, 4), 0))
    source = 'a "b" {\n  x = <<E\n${y}\nE\n  c { z = -1 }\n}'
    assert read_file(Path("x.tf"), source).blocks[0].block == Block(
        (1, 1, 6, 2),
        "a",
        ("b",),
        Body(
            {
                "x": Attribute(
                    (2, 3, 4, 2),
                    "x",
                    Template((2, 7, 4, 2), (Variable((3, 3, 3, 4), "y"), Literal((3, 5, 4, 1), "\n"))),
                )
            },
            (
                Block(
                    (5, 3, 5, 15),
                    "c",
                    (),
                    Body({"z": Attribute((5, 7, 5, 13), "z", Unary((5, 11, 5, 13), "-", Literal((5, 12, 5, 13), 1)))}),
                ),
            ),
        ),
    )
