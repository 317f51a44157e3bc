"""Expressions with what the real Terraform makes of them: value, type, mark or error (see record_truth.py)."""

from __future__ import annotations

import json
import re
from typing import Any

from sgwarden.model.values import reveal
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.types.types import describe, type_of
from sgwarden.terraform.types.values import contains_sensitive, first_unknown
from tests.paths import FIXTURES

TRUTH = FIXTURES / "truth" / "functions"


def failures(group: str, *functions: str, without: tuple[str, ...] = ()) -> list[str]:
    """Return where the evaluation of a group's expressions differs from Terraform's.

    With ``functions``, of expressions that call one of them first; of none that calls one of ``without`` first.
    """
    records = [json.loads(line) for line in (TRUTH / f"{group}.jsonl").read_text().splitlines()]
    if functions:
        records = [record for record in records if _first_call(record) in functions]
    records = [record for record in records if _first_call(record) not in without]
    assert records, f"no expressions of {group} call {functions}"
    return [f"{record['expression']} {found}" for record in records if (found := _difference(record))]


def _first_call(record: dict[str, Any]) -> str:
    found = re.search(r"\w+(?=\()", record["expression"])
    return found[0] if found else ""


def _difference(record: dict[str, Any]) -> str | None:
    try:
        value = evaluate_text(record["expression"], {}, TRUTH)
    except EvaluationError as error:
        return None if "error" in record else f"raised {error}, but is {record['value']}"
    if "error" in record and first_unknown(evaluate_text(record["expression"], {}, TRUTH, tries=True)):
        return None  # newer versions give a value
    if "error" in record:
        return f"is {value!r}, but should raise {record['error']['detail']}"
    unknown = first_unknown(value)
    if unknown is not None:
        return f"is unknown ({unknown.reason}), but is {record['value']}"
    if json_text((value,)) != record["value"]:
        return f"is {json_text((value,))}, but should be {record['value']}"
    if contains_sensitive(value) is not record.get("sensitive", False):
        return f"sensitive: {contains_sensitive(value)}"
    pattern = re.escape(describe(type_of(reveal(value)))).replace("dynamic", ".+")
    if not re.fullmatch(pattern, record["type"]):
        return f"is of type {describe(type_of(value))}, but should be {record['type']}"
    return None
