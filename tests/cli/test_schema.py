"""``sgwarden schema``."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsonschema

from tests.cli.conftest import Run

Sgwarden = Callable[..., Run]


def test_schemas(sgwarden: Sgwarden) -> None:
    for name in ("inventory", "scan"):
        schema = json.loads(sgwarden("schema", name).out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == f"sgwarden {name}"
    assert sgwarden("schema", "nothing").code == 2
