"""Texts of native syntax for tests: recorded expressions, and mutations of them."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import strategies as st

from sgwarden.terraform.syntax.ast import Problem
from sgwarden.terraform.syntax.parse import (
    read_file,
)

RECORD = Path(__file__).parents[3] / "fixtures" / "syntax" / "expressions.json"


EXPRESSIONS: list[str] = [case["expression"] for case in json.loads(RECORD.read_text())]


def problems(data: bytes | str, name: str = "x.tf") -> list[Problem]:
    found = read_file(Path(name), data)
    return found.problems + [stub.problem for stub in found.blocks if stub.problem is not None]


def around(expression: str) -> bytes:
    return f"a {{\n  x = {expression}\n}}\nok {{\n}}\n".encode()


ALPHABET = st.sampled_from(
    [*"\"'{}[]()$%~<>=!?:,.-+*/\\# \n\té0a", "${", "%{", "<<-E\n", "E\n", "for ", " in ", "if ", "=>", "...", "\r\n"]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    expressions = draw(st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=3))
    text = "".join(f"b{number} {{\n  x = {expression}\n}}\n" for number, expression in enumerate(expressions))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(ALPHABET) + text[at + draw(st.integers(0, 4)) :]
    return text
