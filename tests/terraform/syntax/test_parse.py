"""Native syntax read into nodes; what python-hcl2's grammar cannot read by itself has a test of its own."""

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
    ObjectCons,
    Problem,
    Splat,
    SplatItem,
    Template,
    TemplateFor,
    TemplateIf,
    TupleCons,
    Unary,
    Variable,
)
from sgwarden.terraform.syntax.parse import (
    InvalidSyntax,
    comments,
    parse_expression,
    parse_template,
    read_attributes,
    read_file,
    references,
)
from sgwarden.terraform.syntax.relocate import placed

S = (0, 0, 0, 0)
ITEM = SplatItem(S)


def lit(value: bool | int | Fraction | str | None) -> Literal:
    return Literal(S, value)


def var(name: str) -> Variable:
    return Variable(S, name)


def attr(target: Expression, *names: str) -> Expression:
    for name in names:
        target = GetAttr(S, target, name)
    return target


def at(target: Expression, key: Expression | int) -> Index:
    return Index(S, target, lit(key) if isinstance(key, int) else key)


def op(left: Expression, operator: str, right: Expression) -> Binary:
    return Binary(S, operator, left, right)


def text(*parts: Expression | str) -> Template:
    return Template(S, tuple(lit(part) if isinstance(part, str) else part for part in parts))


def items(*values: Expression) -> TupleCons:
    return TupleCons(S, values)


def obj(*pairs: tuple[Expression | str, Expression]) -> ObjectCons:
    return ObjectCons(S, tuple((lit(key) if isinstance(key, str) else key, value) for key, value in pairs))


def bare(source: str) -> Expression:
    """The nodes of an expression without their spans."""
    return placed(parse_expression(source), S)


A, B, C = var("a"), var("b"), var("c")


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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r'"\n\r\t\"\\"', '\n\r\t"\\'),
        (r'"\u00e9\U0001F600"', "é😀"),
        ('"$${a} %%{if}"', "${a} %{if}"),
        ('"$$${a}"', "$${a}"),
        ('"$$ $x %y 5%"', "$$ $x %y 5%"),
        ('"# // /* */"', "# // /* */"),
        ('"e\u0301"', "é"),
        ('"${"a"}${"b"}"', "ab"),
    ],
)
def test_escapes_in_quoted_strings(source: str, expected: str) -> None:
    assert bare(source) == lit(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<<EOT\n a\n  b\nEOT", " a\n  b\n"),
        ("<<-EOT\n    a\n      b\n\n    c\n  EOT", "a\n  b\n\nc\n"),
        ("<<-EOT\n\ta\n\t\tb\nEOT", "a\n\tb\n"),
        ("<<EOT\nEOT", ""),
        ('<<EOT\n\\n "q" $${a} %%{b}\nEOT', '\\n "q" ${a} %{b}\n'),
        ("<<E\nE E\n E\n", "E E\n"),
        ("<<A-b_1\r\nx\r\nA-b_1\r\n", "x\r\n"),
    ],
)
def test_heredocs_without_templates(source: str, expected: str) -> None:
    assert bare(source) == lit(expected)


def test_heredocs_hold_templates() -> None:
    assert bare("<<EOT\nx ${a}\n%{ if b }y%{ endif }\nEOT") == text(
        "x ", A, "\n", TemplateIf(S, B, lit("y"), lit("")), "\n"
    )
    assert bare("<<-EOT\n    x\n  ${a}\n    EOT") == text("  x\n", A, "\n")
    assert bare("<<-EOT\n    x${ a }\n      ${b}\n  EOT") == text("x", A, "\n  ", B, "\n")
    assert bare("<<A\n${<<B\n${b}\nB\n}\nA") == text(text(B, "\n"), "\n")
    assert bare("[<<A\na\nA\n, <<B\nb\nB\n]") == items(lit("a\n"), lit("b\n"))


def test_directives_and_strip_markers() -> None:
    assert bare('"%{ if a }x%{ else }${b}%{ endif }"') == text(TemplateIf(S, A, lit("x"), text(B)))
    assert bare('"%{ for k, v in a ~}  ${k}=${v}  %{~ endfor }"') == text(
        TemplateFor(S, "k", "v", A, text(var("k"), "=", var("v")))
    )
    assert bare('"x\\n  ${~ a ~}  y"') == text("x", A, "y")
    assert bare('"%{ if a }%{ for x in b }%{ if c }1%{ endif }%{ endfor }%{ endif }"') == text(
        TemplateIf(S, A, text(TemplateFor(S, None, "x", B, text(TemplateIf(S, C, lit("1"), lit(""))))), lit(""))
    )
    assert bare('"%{ if "x" == a }y%{ endif }"') == text(TemplateIf(S, op(lit("x"), "==", A), lit("y"), lit("")))


def test_a_trimmed_text_still_makes_a_string() -> None:
    assert bare('" ${~ a}"') == text("", A)


def test_templates_without_quotes() -> None:
    found = parse_template('say "${a}"\n%{ if b ~}\n  yes\n%{ endif ~}\n')
    assert placed(found, S) == text('say "', A, '"\n', TemplateIf(S, B, lit("yes\n"), lit("")))
    assert placed(parse_template("plain \\n"), S) == lit("plain \\n")
    assert placed(parse_template(""), S) == lit("")
    assert placed(parse_template("${-a}"), S) == text(Unary(S, "-", A))
    assert parse_template("x${a}") == Template((1, 1, 1, 6), (Literal((1, 1, 1, 2), "x"), Variable((1, 4, 1, 5), "a")))


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
            stub.body and {n: placed(a.expression, S) for n, a in stub.body.attributes.items()},
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
    assert {name: placed(value.expression, S) for name, value in values.items()} == {"a": lit(1), "b": items(lit("x"))}
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
