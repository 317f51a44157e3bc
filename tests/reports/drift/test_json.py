"""The JSON document of drift, valid by its own schema."""

from __future__ import annotations

import json

import jsonschema
import pytest

from sgwarden.drift.differences import Comparison
from sgwarden.reports.drift.json import render
from tests.paths import SCHEMAS
from tests.reports.samples import DRIFT_CONTEXT, drift

SCHEMA = json.loads((SCHEMAS / "drift.schema.json").read_text(encoding="utf-8"))


def test_the_document_is_as_its_schema_says() -> None:
    jsonschema.validate(json.loads(render(drift(), DRIFT_CONTEXT)), SCHEMA)
    jsonschema.validate(json.loads(render(Comparison(), DRIFT_CONTEXT)), SCHEMA)


def test_the_schema_allows_nothing_else() -> None:
    document = json.loads(render(drift(), DRIFT_CONTEXT))
    document["differences"][0]["more"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)
