"""JSON text as Terraform writes it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sgwarden.model.values import Sensitive
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions import json_text as module
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.types.values import TfList, TfSet


def test_json_is_compact_sorted_and_escaped() -> None:
    value = {"b": (1, Fraction(1, 2), None, True), "a": TfSet(("<&>", "\u2028\n")), "c": TfList((Sensitive("x"),))}
    assert json_text(value) == r'{"a":["\u003c\u0026\u003e","\u2028\n"],"b":[1,0.5,null,true],"c":["x"]}'


def test_a_text_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_TEXT", 10)
    assert json_text(("a", "b")) == '["a","b"]'
    with pytest.raises(EvaluationError, match="JSON of more than 10 characters"):
        json_text(("a", "b", "c"))
