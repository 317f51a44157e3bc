"""Lines of keys, which ``tomllib`` does not tell."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sgwarden.config.toml_lines import lines
from sgwarden.config.validate import Path

TEXT = '''# comment [x]
a = """
[no]
b = 1
"""
"q r".c = 'd # no' # comment
list = [
  1, # one ]
  { x = 2, y = [ "]", 3 ] },

  [4]]
[t]
date = 2027-01-31
[[entries]]
k = 1
[[entries]]
k = 2
[entries.sub]
z = \'\'\'
x = 1\'\'\'
[[entries.more]]
w = 1
'''


def test_lines() -> None:
    assert lines(TEXT) == {
        ("a",): 2,
        ("q r",): 6,
        ("q r", "c"): 6,
        ("list",): 7,
        ("list", 0): 8,
        ("list", 1): 9,
        ("list", 1, "x"): 9,
        ("list", 1, "y"): 9,
        ("list", 1, "y", 0): 9,
        ("list", 1, "y", 1): 9,
        ("list", 2): 11,
        ("list", 2, 0): 11,
        ("t",): 12,
        ("t", "date"): 13,
        ("entries",): 14,
        ("entries", 0): 14,
        ("entries", 0, "k"): 15,
        ("entries", 1): 16,
        ("entries", 1, "k"): 17,
        ("entries", 1, "sub"): 18,
        ("entries", 1, "sub", "z"): 19,
        ("entries", 1, "more"): 21,
        ("entries", 1, "more", 0): 21,
        ("entries", 1, "more", 0, "w"): 22,
    }


def paths(value: Any, at: Path = ()) -> set[Path]:
    """Every key and element of what ``tomllib`` reads."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ({at} if at else set()).union(*(paths(element, (*at, key)) for key, element in inner))


def test_every_key_has_a_line() -> None:
    assert set(lines(TEXT)) == paths(tomllib.loads(TEXT))


_NAMES = st.sampled_from(["a", "b-c", "D_1", '"x y"', "'#['"])
_LEAVES = st.sampled_from(["1", "true", "'a'", '"]#\\""', "2027-01-31", "1.5e3", "'''a\nb'''", '"""x\\"""y"""'])
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[\n" + ",# c ]\n".join(parts) + "\n]"),
        st.dictionaries(_NAMES, inner, max_size=2).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(_NAMES, _VALUES, max_size=4), st.lists(st.dictionaries(_NAMES, _VALUES, max_size=2), max_size=3))
def test_every_key_of_any_text_has_a_line(top: dict[str, str], entries: list[dict[str, str]]) -> None:
    text = "".join(f"{key} = {value} # c\n" for key, value in top.items())
    for entry in entries:
        text += "[[entries]]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items())
    assert set(lines(text)) == paths(tomllib.loads(text))
