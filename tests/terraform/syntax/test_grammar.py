"""The library that parses."""

from __future__ import annotations

import sys
import types

import pytest

from sgwarden.errors import UsageError
from sgwarden.terraform.syntax import grammar
from sgwarden.terraform.syntax.parse import (
    parse_expression,
)


def test_another_module_named_hcl2_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hcl2", types.ModuleType("hcl2"))
    grammar._parser.cache_clear()
    try:
        with pytest.raises(UsageError, match="bc-python-hcl2"):
            parse_expression("1")
    finally:
        grammar._parser.cache_clear()
