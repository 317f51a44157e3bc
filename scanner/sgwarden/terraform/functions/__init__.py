"""Terraform's built-in functions (1.11), grouped as its documentation groups them.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from sgwarden.terraform.functions import collection, conversion, mappings, sets, strings  # noqa: F401 - they register
from sgwarden.terraform.functions.context import FunctionContext
from sgwarden.terraform.functions.dispatch import call, names
from sgwarden.terraform.functions.spec import ArgumentError

__all__ = ["ArgumentError", "FunctionContext", "call", "names"]
