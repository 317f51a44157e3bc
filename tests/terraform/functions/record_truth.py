"""Record what the real Terraform makes of each expression in ``fixtures/truth/functions/*.jsonl``.

Run ``python tests/terraform/functions/record_truth.py [GROUP ...] [--missing]`` with terraform 1.11 on
the PATH. A line is ``{"expression": ...}``; the script adds ``value`` (the text of
``jsonencode([expression])``), ``type`` (what ``type(expression)`` prints, on one line) and
``sensitive``, or else ``error`` (summary and detail of Terraform's message). ``--missing`` keeps the
lines that have a result already.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "truth" / "functions"
BATCH = 40

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class ConsoleError(Exception):
    """Terraform refused; ``args`` are the summary and the detail of its message."""


def console(directory: Path, definitions: dict[str, str], line: str) -> str:
    """What ``terraform console`` prints for ``line`` with the given local values."""
    body = "\n".join(f"  {name} = (\n{text}\n  )" for name, text in definitions.items())
    (directory / "main.tf").write_text(f"locals {{\n{body}\n}}\n")
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "HOME": "/home/terraform"}
    done = subprocess.run(
        ["terraform", "console"], input=line + "\n", capture_output=True, text=True, cwd=directory, env=environment
    )
    # A local value that is in error makes the result unknown, with success as the exit code.
    errors = _COLOURS.sub("", done.stderr)
    if done.returncode or "Error:" in errors:
        raise ConsoleError(*_message(errors))
    if done.stdout == "(known after apply)\n":
        raise ConsoleError("", "(known after apply)")
    return done.stdout


def _message(output: str) -> tuple[str, str]:
    """Summary and detail of the first error box; in the detail, white space is collapsed."""
    lines = [line.removeprefix("\u2502").strip() for line in output.splitlines() if line.startswith("\u2502")]
    start = next((index for index, line in enumerate(lines) if line.startswith("Error:")), None)
    if start is None:
        raise RuntimeError(f"no error message in: {output}")
    paragraphs = "\n".join(lines[start:]).split("\n\n")
    text = [part for part in paragraphs[1:] if not re.match(r"on \S+ line \d+", part.strip())]
    return paragraphs[0].removeprefix("Error:").strip(), " ".join(" ".join(text).split())


def record_all(records: list[dict[str, Any]], directory: Path) -> None:
    """Fill in the results of ``records``, a batch at a time."""
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        good = []
        for record, works in zip(batch, _which_work(batch, directory), strict=True):
            if works:
                good.append(record)
            else:
                _record_one(record, directory)
        if good:
            try:
                _record_good(good, directory)
            except ConsoleError:
                for record in good:
                    _record_one(record, directory)
        print(f"{start + len(batch)} of {len(records)}", file=sys.stderr)


def _which_work(batch: list[dict[str, Any]], directory: Path) -> list[bool]:
    names = {f"works{index}": f"nonsensitive(can(\n{record['expression']}\n))" for index, record in enumerate(batch)}
    try:
        listed = ", ".join(f"local.{name}" for name in names)
        return list(_decoded(console(directory, names, f"base64encode(jsonencode([{listed}]))")))
    except ConsoleError:
        if len(batch) == 1:
            return [False]
        half = len(batch) // 2
        return _which_work(batch[:half], directory) + _which_work(batch[half:], directory)


def _record_one(record: dict[str, Any], directory: Path) -> None:
    try:
        _record_good([record], directory)
    except ConsoleError as error:
        for name in ("value", "type", "sensitive"):
            record.pop(name, None)
        record["error"] = {"summary": error.args[0], "detail": error.args[1]}


def _record_good(records: list[dict[str, Any]], directory: Path) -> None:
    definitions = {f"value{index}": record["expression"] for index, record in enumerate(records)}
    texts = ", ".join(f"nonsensitive(jsonencode([local.{name}]))" for name in definitions)
    marks = ", ".join(f"issensitive(jsonencode([local.{name}]))" for name in definitions)
    values, sensitive = _decoded(console(directory, definitions, f"base64encode(jsonencode([[{texts}], [{marks}]]))"))
    listed = ", ".join(f"local.{name}" for name in definitions)
    types = _split_types(console(directory, definitions, f"type([{listed}])"))
    for record, value, is_sensitive, type_ in zip(records, values, sensitive, types, strict=True):
        record.pop("error", None)
        record.update(value=value, type=type_)
        record.pop("sensitive", None)
        if is_sensitive:
            record["sensitive"] = True


def _decoded(printed: str) -> Any:
    """The value of printed Base64 of JSON; plain JSON would be escaped in the console's own way."""
    return json.loads(base64.b64decode(printed.strip().strip('"')))


def _split_types(printed: str) -> list[str]:
    """The element types of a printed tuple type, each on one line."""
    types: list[str] = []
    for line in printed.splitlines()[1:-1]:
        if re.match(r" {4}[^ \])}]", line):
            types.append("")
        types[-1] += line.strip()
    compact = (re.sub(r",([\])}])", r"\1", text.rstrip(",")) for text in types)
    return [re.sub(r",(?=\S)", ", ", text) for text in compact]


def main(arguments: list[str]) -> None:
    """Record the named groups, or all."""
    missing = "--missing" in arguments
    wanted = [argument for argument in arguments if not argument.startswith("--")]
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        shutil.copytree(FIXTURES / "files", directory / "files", symlinks=True)
        for path in sorted(FIXTURES.glob("*.jsonl")):
            if wanted and path.stem not in wanted:
                continue
            records = [json.loads(line) for line in path.read_text().splitlines()]
            todo = [item for item in records if not (missing and ("value" in item or "error" in item))]
            record_all(todo, directory)
            path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in records))


if __name__ == "__main__":
    main(sys.argv[1:])
