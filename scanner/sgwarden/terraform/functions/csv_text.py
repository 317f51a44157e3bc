"""CSV as Go's encoding/csv reads it (RFC 4180, without lazy quotes)."""

from __future__ import annotations

import unicodedata

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.types import object_type
from sgwarden.terraform.types.values import TfList, Value


def decode_csv(text: str) -> Value:
    """Return a list of objects of strings; the first record has the names. EvaluationError when malformed."""
    records = _records(text)
    if not records:
        raise EvaluationError("missing header line")
    _, names = records[0]
    known = set()
    for name in names:
        if name in known:
            raise EvaluationError(f"duplicate column name {go_quoted(name)}")
        known.add(name)
    rows = []
    for line, fields in records[1:]:
        if len(fields) != len(names):
            raise EvaluationError(f"CSV parse error on line {line}: wrong number of fields")
        values = dict(zip(names, fields, strict=True))
        rows.append({name: values[name] for name in sorted(values)})
    return TfList(rows, object_type(dict.fromkeys(names, "string")))


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Return all records with the number of the line each starts in; empty lines are left out."""
    lines = text.replace("\r\n", "\n").split("\n")
    records = []
    number = 0
    while number < len(lines):
        if lines[number] == "":
            number += 1
            continue
        start = number + 1
        fields, number = _record(lines, number)
        records.append((start, [unicodedata.normalize("NFC", field) for field in fields]))
    return records


def _record(lines: list[str], number: int) -> tuple[list[str], int]:
    """Return the fields of the record starting in line ``number``, and the number of the line after it."""
    fields = []
    line, position = lines[number], 0
    while True:
        if line[position : position + 1] == '"':
            field, number, position = _quoted(lines, number, position + 1)
            line = lines[number]
            fields.append(field)
            if position == len(line):
                return fields, number + 1
        else:
            end = line.find(",", position)
            field = line[position:] if end < 0 else line[position:end]
            if '"' in field:
                raise EvaluationError(f'CSV parse error on line {number + 1}: bare " in non-quoted-field')
            fields.append(field)
            if end < 0:
                return fields, number + 1
            position = end
        position += 1


def _quoted(lines: list[str], number: int, position: int) -> tuple[str, int, int]:
    """Return the rest of a quoted field, and the line and column after its closing quote."""
    parts = []
    while True:
        line = lines[number]
        end = line.find('"', position)
        if end < 0:
            parts.append(line[position:] + "\n")
            number, position = number + 1, 0
            if number >= len(lines):
                raise EvaluationError(f'CSV parse error on line {number}: extraneous or missing " in quoted-field')
            continue
        parts.append(line[position:end])
        following = line[end + 1 : end + 2]
        if following == '"':
            parts.append('"')
            position = end + 2
        elif following in ("", ","):
            return "".join(parts), number, end + 1
        else:
            raise EvaluationError(f'CSV parse error on line {number + 1}: extraneous or missing " in quoted-field')
