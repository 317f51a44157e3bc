"""Every recorded expression has the value, the type, the mark or the error the real Terraform gave it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import reveal
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.types.types import describe, type_of
from sgwarden.terraform.types.values import contains_sensitive, first_unknown

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "truth" / "functions"
GROUPS = sorted(FIXTURES.glob("*.jsonl"))


def problem(record: dict[str, Any], messages: bool = False) -> str | None:
    """How the evaluation of a record differs from what Terraform did; None when it does not."""
    try:
        value = evaluate_text(record["expression"], {}, FIXTURES)
    except EvaluationError as error:
        if "error" not in record:
            return f"raised {error}, but is {record['value']}"
        wanted = record["error"]["detail"]
        return f"says {error}\n        instead of {wanted}" if messages and wanted not in str(error) else None
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


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.stem)
def test_evaluates_as_terraform(path: Path) -> None:
    records = [json.loads(line) for line in path.read_text().splitlines()]
    failures = [f"{item['expression']}\n        {found}" for item in records if (found := problem(item))]
    assert not failures, f"{len(failures)} of {len(records)}:\n" + "\n".join(failures)


def test_there_is_truth_for_every_function() -> None:
    from sgwarden.terraform.functions import names

    text = "".join(path.read_text() for path in GROUPS)
    untold = {"bcrypt", "uuid", "timestamp", "plantimestamp", "rsadecrypt", "base64gzip", "templatestring", "type"}
    assert {name for name in names() if f"{name}(" not in text} == untold
