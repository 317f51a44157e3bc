"""Any text gives nodes or problems with their place, in bounded time, never another error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.terraform.syntax.ast import Literal, Problem, Template
from sgwarden.terraform.syntax.parse import (
    MAX_FILE,
    InvalidSyntax,
    comments,
    parse_expression,
    parse_template,
    read_attributes,
    read_file,
)
from sgwarden.terraform.syntax.relocate import with_span
from tests.terraform.syntax.texts import around, mutated, problems

S = (0, 0, 0, 0)


DEEP = {
    "parentheses": "(" * 10_000 + "1" + ")" * 10_000,
    "open parentheses": "(" * 10_000,
    "tuples": "[" * 10_000 + "]" * 10_000,
    "objects": "{a=" * 10_000 + "1" + "}" * 10_000,
    "calls": "f(" * 10_000 + ")" * 10_000,
    "templates": '"${' * 10_000 + "1" + '}"' * 10_000,
    "heredocs": "<<A\n${" * 10_000,
    "prefixes": "!" * 10_000 + "true",
    "operators": "1" + " + 1" * 3_000,
    "conditionals": "a ? b : " * 2_000 + "c",
    "conditions": "a ? " * 2_000 + "1" + " : b" * 2_000,
    "attributes": "a" + ".b" * 3_000,
    "splats": "a" + "[*]" * 3_000,
    "directives": '"' + "%{if a}" * 1_000 + "%{endif}" * 1_000 + '"',
}


@pytest.mark.parametrize("expression", DEEP.values(), ids=DEEP.keys())
def test_depth_is_a_problem_of_its_block_alone(expression: str) -> None:
    found = read_file(Path("x.tf"), around(expression))
    shown = [(stub.type, stub.problem.line if stub.problem else None) for stub in found.blocks]
    assert (shown[0][0], shown[-1], found.problems) == ("a", ("ok", None), [])
    message = found.blocks[0].problem.message if found.blocks[0].problem else ""
    assert message.startswith(("nested deeper than", "more than"))


def test_nested_blocks_and_json_are_bounded_too() -> None:
    assert problems("a {\n" * 10_000 + "}\n" * 10_000)[0].message.startswith("more than 100 errors")
    assert problems("[" * 100_000, "x.tf.json") == [Problem(1, 102, "nested deeper than 100 levels")]


def test_ordinary_depth_is_read() -> None:
    for expression in ("[" * 90 + "]" * 90, "!" * 200 + "a", "1" + "+1" * 200, "a?b:" * 200 + "c", "a" + ".b" * 200):
        assert problems(around(expression)) == []


LONG = {
    "string": '"' + "x" * 1_000_000 + '"',
    "open string": '"' * 1_000_001,
    "name": "a" * 1_000_000,
    "dollars": '"' + "$" * 1_000_000 + '"',
    "dollars in heredoc": "<<A\n" + "$" * 1_000_000 + "\nA",
    "open heredoc": "<<A\n" + " " * 1_000_000,
    "open comment": "/*" + "*" * 1_000_000,
    "comment": "1 #" + "/" * 1_000_000,
    "sequences": '"' + "${" * 300_000,
    "number": "9" * 1_000_000,
    "exponent": "1e999999999",
    "too many tokens": "[" + "1," * 600_000 + "]",
}


@pytest.mark.parametrize("expression", LONG.values(), ids=LONG.keys())
def test_long_lines(expression: str) -> None:
    assert len(problems(around(expression))) <= 1


@pytest.mark.parametrize(
    "unit", ['"', "a ", '"a" ', "/*", "<<A\n", "a {\n", 'a {\n"\n', "a /**/ ", "{", "}", "=", "\\", "\r"]
)
def test_long_files_of_one_thing(unit: str) -> None:
    text = unit * 50_000
    assert len(problems(text)) <= 102
    comments(text)


def test_files_that_are_no_text() -> None:
    assert problems(b"a {\n  b = \x00\n}\n") == [Problem(2, 7, "this is not a text file: it holds a NUL byte")]
    assert problems(b'a {\n  b = "\xc3\xa9\xff"\n}\n') == [Problem(2, 9, "this is not UTF-8")]
    assert problems("a {}".encode("utf-16")) == [Problem(1, 4, "this is not a text file: it holds a NUL byte")]
    assert problems(b"#" * (MAX_FILE + 1)) == [Problem(1, 1, "a file of more than 10 MiB is not read")]
    assert problems(b"\xff", "x.tf.json")[0] == Problem(1, 1, "this is not UTF-8")


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_mutations_give_problems_within_the_file(text: str) -> None:
    lines = text.split("\n")
    for name in ("x.tf", "x.tf.json"):
        for problem in problems(text, name):
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    for _, problems_found in [read_attributes(Path("x.tfvars"), text)]:
        assert all(problem.line <= len(lines) for problem in problems_found)
    for parse in (parse_expression, parse_template):
        try:
            parse(text)
        except InvalidSyntax as refused:
            assert 1 <= refused.problem.line <= len(lines)
    comments(text)


NAMES = st.sampled_from(["a", "b-c", "_d", "été", "for_each", "iffy"])


def printed(node_source: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger expressions around smaller ones, each fully parenthesised."""
    return st.one_of(
        st.tuples(
            node_source,
            st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]),
            node_source,
        ).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(st.sampled_from("-!"), node_source).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(node_source, node_source, node_source).map(lambda t: f"({t[0]}) ? ({t[1]}) : ({t[2]})"),
        st.lists(node_source, max_size=3).map(lambda t: f"[{', '.join(t)}]"),
        st.lists(st.tuples(NAMES, node_source), max_size=3).map(
            lambda t: "{" + ", ".join(f"{key} = {value}" for key, value in t) + "}"
        ),
        st.tuples(NAMES, st.lists(node_source, max_size=3)).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
        st.tuples(node_source, NAMES).map(lambda t: f"({t[0]}).{t[1]}"),
        st.tuples(node_source, node_source).map(lambda t: f"({t[0]})[{t[1]}]"),
        st.tuples(NAMES, node_source, node_source).map(lambda t: f"[for {t[0]} in {t[1]} : {t[2]}]"),
        node_source.map(lambda inner: f'"x${{{inner}}}y"'),
    )


WRITTEN = st.recursive(st.one_of(NAMES, st.integers(0, 10**30).map(str), st.just('"s"')), printed, max_leaves=8)


@settings(max_examples=200, deadline=None)
@given(WRITTEN)
def test_layout_does_not_change_the_nodes(source: str) -> None:
    """Parenthesised and spread over lines, commented and tight, an expression is the same tree."""
    expected = with_span(parse_expression(source), S)
    assert with_span(parse_expression(f"(# c\n{source}\n)"), S) == expected
    assert with_span(parse_expression(source.replace(", ", " , /* c */ ").replace(" : ", "\t: ")), S) == expected
    alone = expected if isinstance(expected, Literal) else Template(S, (expected,))
    assert with_span(parse_template(f"${{{source}}}"), S) == alone
