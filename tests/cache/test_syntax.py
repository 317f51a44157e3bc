"""Parsed blocks kept between runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from msgspec import Struct

from sgwarden.cache.syntax import SyntaxCache
from sgwarden.terraform.syntax.ast import Attribute, Block, Body, Expression, Literal
from sgwarden.terraform.syntax.parse import read_attributes, read_file

SOURCE = (
    '# c\n  a "b" { x = 1 }\nc {\n  y = [1.5, -1e3, "é${z}", null, true, 1e2000]\n  d {\n    w = { (k) = v }\n  }\n}\n'
)
FILE = Path("main.tf")


def read(source: str, cache: SyntaxCache | None) -> list[Block | None]:
    found = read_file(FILE, source, cache)
    assert found.problems == []
    return [stub.block for stub in found.blocks]


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.name != ".pruned"]


def test_blocks_come_back_with_the_spans_of_where_they_stand_now(tmp_path: Path) -> None:
    cache = SyntaxCache(tmp_path)
    read(SOURCE, cache)
    cache.flush()
    assert [path.suffix for path in files(tmp_path)] == [".json"]
    moved = "# one more line\n" + SOURCE.replace("  a ", "     a ")
    assert read(moved, SyntaxCache(tmp_path)) == read(moved, None)


def test_a_hit_needs_no_grammar(tmp_path: Path) -> None:
    cache = SyntaxCache(tmp_path)
    read(SOURCE, cache)
    cache.flush()
    program = (
        "import sys; from pathlib import Path; from sgwarden.terraform.syntax.parse import read_file;"
        "from sgwarden.cache.syntax import SyntaxCache;"
        f"stubs = read_file(Path('main.tf'), {SOURCE!r}, SyntaxCache(Path({str(tmp_path)!r}))).blocks;"
        "print([stub.body is not None for stub in stubs], 'hcl2' in sys.modules, 'lark' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[True, True] False False\n"


def test_what_is_kept_is_what_is_given(tmp_path: Path) -> None:
    """A hit is told from a miss by planting another block under the text."""
    cache = SyntaxCache(tmp_path)
    (_, planted) = read(SOURCE, None)
    assert planted is not None
    cache.put(FILE, "a {}", planted)
    cache.flush()
    assert SyntaxCache(tmp_path).get(FILE, "a {}", 3) == planted
    assert SyntaxCache(tmp_path).get(FILE, "a { }") is None
    assert SyntaxCache(tmp_path).get(Path("other.tf"), "a {}") is None


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "binary": lambda data: b"\x80\x04\x95",
    "not an object": lambda data: b"[1]",
    "other nodes": lambda data: data.replace(b'["Literal"', b'["Shell"'),
    "no lists": lambda data: json.dumps(dict.fromkeys(json.loads(data), 5)).encode(),
    "no span": lambda data: data.replace(b"[[", b'[["x",'),
    "an expression": lambda data: json.dumps({key: ["Literal", [1] * 4, 5] for key in json.loads(data)}).encode(),
    "no constant": lambda data: data.replace(b"],1]", b"],{}]"),
    "no fraction": lambda data: data.replace(b'["0x3","0x2"]', b'["0x3","0x0"]'),
    "deep": lambda data: json.dumps(dict.fromkeys(json.loads(data), 0)).replace("0,", "[" * 50_000 + ",").encode(),
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_entry_is_a_miss(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    cache = SyntaxCache(tmp_path)
    read(SOURCE, cache)
    cache.flush()
    (file,) = files(tmp_path)
    data = file.read_bytes()
    file.write_bytes(damage(data))
    assert file.read_bytes() != data
    assert read(SOURCE, SyntaxCache(tmp_path)) == read(SOURCE, None)


def test_a_directory_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x")
    cache = SyntaxCache(blocker)
    assert read(SOURCE, cache) == read(SOURCE, None)
    cache.flush()
    assert blocker.read_text() == "x"


def test_an_edit_keeps_the_other_blocks(tmp_path: Path) -> None:
    for source in (SOURCE, SOURCE.replace("x = 1", "x = 2")):
        cache = SyntaxCache(tmp_path)
        read(source, cache)
        cache.flush()
    (file,) = files(tmp_path)
    assert len(json.loads(file.read_bytes())) == 3


def test_the_oldest_files_go_when_it_grows_too_large(tmp_path: Path) -> None:
    for number in range(4):
        cache = SyntaxCache(tmp_path)
        read_file(Path(f"{number}.tf"), SOURCE, cache).blocks[1].body  # noqa: B018
        cache.flush()
        for path in files(tmp_path):
            os.utime(path, ns=(path.stat().st_mtime_ns - 10**9,) * 2)
    size = files(tmp_path)[0].stat().st_size
    cache = SyntaxCache(tmp_path, max_bytes=4 * size, seconds_between_prunings=0)
    read_file(Path("new.tf"), SOURCE, cache).blocks[1].body  # noqa: B018
    cache.flush()
    kept = [
        SyntaxCache(tmp_path).get(Path(f"{name}.tf"), read_file(FILE, SOURCE).blocks[1].text)
        for name in (0, 1, 2, 3, "new")
    ]
    assert [block is not None for block in kept] == [False, False, True, True, True]


def test_without_a_directory_nothing_is_kept() -> None:
    cache = SyntaxCache(None)
    assert read(SOURCE, cache) == read(SOURCE, None)
    cache.flush()


EVERY_KIND = """a "b" {
  literals    = [null, true, 1, -1.5, 1e2000, 18446744073709551616, "\\U0001F600"]
  template    = "a${b}%{ if c }d%{ else }e%{ endif }%{ for i, v in f }${v}%{ endfor }"
  splats      = [g[*].h[0], g.*.h, g.0]
  operators   = -i + (j ? k : !l)
  call        = m(n...)
  object      = { (o) = p, q = r }
  fors        = [[for v in s : v if t], { for k, v in u : k => v... }]
  block {
    x = y["z"]
  }
}
"""


def kinds(value: object) -> set[type]:
    """The kinds of all nodes in a node or in the value of a field."""
    if isinstance(value, dict):
        return kinds(tuple(value.values()))
    if isinstance(value, tuple):
        return set().union(*map(kinds, value))
    if not isinstance(value, Struct):
        return set()
    return {type(value)}.union(*(kinds(getattr(value, name)) for name in value.__struct_fields__))


def test_every_kind_of_node_survives(tmp_path: Path) -> None:
    (block,) = read(EVERY_KIND, None)
    assert kinds(block) == {*get_args(Expression), Attribute, Body, Block}
    cache = SyntaxCache(tmp_path)
    read(EVERY_KIND, cache)
    cache.flush()
    assert SyntaxCache(tmp_path).get(FILE, read_file(FILE, EVERY_KIND).blocks[0].text) == block


@pytest.mark.parametrize("value", [2 ** (2**16), "\ud800"], ids=["digits", "surrogate"])
def test_a_block_that_json_cannot_hold_is_not_kept(tmp_path: Path, value: int | str) -> None:
    span = (1, 1, 1, 5)
    cache = SyntaxCache(tmp_path)
    cache.put(FILE, "a {}", Block(span, "a", (), Body({"x": Attribute(span, "x", Literal(span, value))})))
    cache.flush()
    assert SyntaxCache(tmp_path).get(FILE, "a {}") is None


def test_a_variables_file_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b'\n  a = 1\nb = ["x", { c = 2 }]\n'
    cache = SyntaxCache(tmp_path)
    first = read_attributes(Path("x.tfvars"), text, cache)
    cache.flush()
    monkeypatch.setattr("sgwarden.terraform.syntax.grammar.parse_body", None)
    assert read_attributes(Path("x.tfvars"), text, SyntaxCache(tmp_path)) == first
