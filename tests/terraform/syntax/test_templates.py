"""Quoted strings, heredocs, directives and strip markers."""

from __future__ import annotations

import pytest

from sgwarden.terraform.syntax.ast import (
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    Unary,
    Variable,
)
from sgwarden.terraform.syntax.parse import (
    parse_template,
)
from sgwarden.terraform.syntax.relocate import with_span
from tests.terraform.syntax.building import A, B, C, S, bare, items, lit, op, text, var


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
    assert with_span(found, S) == text('say "', A, '"\n', TemplateIf(S, B, lit("  yes\n"), lit("")))
    assert with_span(parse_template("plain \\n"), S) == lit("plain \\n")
    assert with_span(parse_template(""), S) == lit("")
    assert with_span(parse_template("${-a}"), S) == text(Unary(S, "-", A))
    assert parse_template("x${a}") == Template((1, 1, 1, 6), (Literal((1, 1, 1, 2), "x"), Variable((1, 4, 1, 5), "a")))
