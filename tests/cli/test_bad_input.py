"""Bad input: a clear message with the place, the rest scanned, the right exit code, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgwarden.cli.main import main

OPEN = """
resource "aws_security_group" "open" {
  name        = "open"
  description = "open"
  ingress {
    description = "everyone"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
CLOSED = OPEN.replace("0.0.0.0/0", "10.0.0.0/8")


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directory = tmp_path / "root"
    directory.mkdir()
    monkeypatch.chdir(directory)


def scan(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object], str]:
    """Exit code, JSON document and stderr of a scan of the working directory."""
    code = main(["scan", "--format", "json", *arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, json.loads(captured.out) if captured.out else {}, captured.err


def skipped(document: dict[str, object]) -> list[tuple[str, int, str]]:
    """File, line and reason of everything that was not read."""
    return [(s["location"]["file"], s["location"]["line"], s["reason"]) for s in document["skipped"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        ("binary.tf", b"\x7fELF\x02\x00\x01", 1, "this is not a text file: it holds a NUL byte"),
        ("latin.tf", b'# caf\xc3\xa9\nlocals {\n  a = "caf\xe9"\n}\n', 3, "this is not UTF-8"),
        (
            "brackets.tf",
            b'resource "aws_security_group" "a" {\n  name = ' + b"[" * 10_000 + b"]" * 10_000 + b"\n}\n",
            2,
            "nested deeper than 100 levels",
        ),
        ("unclosed.tf", b'locals {\n  a = "\n}\n', 2, "this string is not closed on its line"),
        ("heredoc.tf", b"locals {\n  a = <<EOT\nnever\n}\n", 2, "this heredoc is never closed"),
        ("broken.tf.json", b'{"locals": {"a": 1,\n}}', 2, None),
        ("strange.tf", b'wibble "a" {\n}\n', 1, 'unsupported block type "wibble"'),
    ],
)
@pytest.mark.parametrize("good", [OPEN, CLOSED], ids=["with a finding", "without"])
def test_a_file_that_cannot_be_read_is_told_and_the_rest_scanned(
    capsys: pytest.CaptureFixture[str], name: str, content: bytes, line: int, reason: str | None, good: str
) -> None:
    Path("good.tf").write_text(good)
    Path(name).write_bytes(content)
    code, document, _ = scan(capsys)
    assert code == (1 if good is OPEN else 3)
    assert document["summary"]["complete"] is False  # type: ignore[index]
    found = [(file, at, why) for file, at, why in skipped(document)]
    assert [(file, at) for file, at, _ in found][:1] == [(name, line)]
    assert reason is None or found[0][2] == reason


def test_empty_files_are_fine(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("empty.tf", "empty.tf.json", "terraform.tfvars"):
        Path(name).write_text("{}" if name.endswith("json") else "")
    code, document, _ = scan(capsys)
    assert (code, document["skipped"]) == (0, [])


def test_a_line_of_a_megabyte_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("main.tf").write_text(OPEN + f'locals {{\n  long = "{"x" * 1_000_000}"\n}}\n')
    code, document, _ = scan(capsys)
    assert (code, document["skipped"]) == (1, [])


@pytest.mark.parametrize(
    "ports",
    [
        'length(regexall("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"))',
        "length(flatten([for a in range(900) : [for b in range(900) : [for c in range(900) : c]]]))",
        "length(setproduct(range(1000), range(1000), range(1000), range(1000)))",
        'length(format("%1000000000d", 1))',
        "local.round",
    ],
    ids=["regular expression", "loops", "product", "padding", "circle"],
)
def test_bombs_are_bounded_and_the_rest_is_judged(capsys: pytest.CaptureFixture[str], ports: str) -> None:
    bomb = f'locals {{\n  round = local.round\n}}\nresource "aws_security_group" "bomb" {{\n  name = {ports}\n}}\n'
    Path("main.tf").write_text(OPEN + bomb)
    code, document, _ = scan(capsys)
    assert code == 1
    assert document["summary"]["resources"] == 2  # type: ignore[index]


def test_a_link_out_of_the_tree_is_not_followed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "outside.tf").write_text(OPEN)
    Path("main.tf").write_text(CLOSED.replace('"open"', '"closed"'))
    Path("link.tf").symlink_to(tmp_path / "outside.tf")
    code, document, _ = scan(capsys)
    assert code == 3
    assert skipped(document) == [("link.tf", 1, f"lies outside {Path.cwd()} (through a symbolic link)")]


def test_a_dangling_link_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("main.tf").write_text(CLOSED)
    Path("link.tf").symlink_to("nowhere.tf")
    code, document, _ = scan(capsys)
    assert (code, skipped(document)) == (3, [("link.tf", 1, "cannot be read: No such file or directory")])


@pytest.mark.parametrize(
    "content",
    [
        b'{"format_version": "1.2", "planned_values": {"root_module": {"resou',
        b'{"version": 4, "resources": [{"mode": "managed", "type"',
        b'{"format_version": "9.0", "planned_values": {}, "resource_changes": []}',
        b'{"version": 3, "serial": 1, "modules": []}',
        b'{"hello": "world"}',
        b"PK\x03\x04 a plan file",
        b"\xff\xfe\x00",
        b"",
        b"null",
        b"[" * 100_000,
    ],
    ids=[
        "cut plan",
        "cut state",
        "plan version",
        "state version",
        "foreign",
        "binary plan",
        "bytes",
        "empty",
        "null",
        "deep",
    ],
)
def test_a_document_that_cannot_be_read_is_an_error_in_one_line(
    capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    Path("document.json").write_bytes(content)
    code, document, errors = scan(capsys, "document.json")
    assert (code, document) == (2, {})
    assert len(errors.strip().splitlines()) == 1
    assert "document.json" in errors


@pytest.mark.parametrize(
    "arguments",
    [["nowhere"], ["nowhere.tf"], ["--var-file", "nowhere.tfvars"], ["--var", "novalue"], ["--var", "undeclared=1"]],
    ids=["directory", "file", "variable file", "variable", "undeclared"],
)
def test_wrong_arguments_are_errors_in_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    Path("main.tf").write_text(CLOSED)
    code, document, errors = scan(capsys, *arguments)
    assert (code, document) == (2, {})
    assert len(errors.strip().splitlines()) == 1
