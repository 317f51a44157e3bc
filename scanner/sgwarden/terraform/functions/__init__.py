"""Terraform's built-in functions (1.11), grouped as its documentation groups them.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from sgwarden.terraform.functions import (  # noqa: F401 - each registers its functions
    collection,
    formatting,
    mappings,
    regexps,
    sets,
    strings,
    type_conversion,
)
from sgwarden.terraform.functions.dispatch import call, names
from sgwarden.terraform.functions.spec import ArgumentError, FunctionContext

__all__ = ["ArgumentError", "FunctionContext", "call", "names"]
