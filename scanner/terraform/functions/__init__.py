"""Terraform's built-in functions (1.11), grouped as its documentation groups them.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from scanner.terraform.functions import collection, conversion, mappings, sets, strings  # noqa: F401 - they register
from scanner.terraform.functions.context import FunctionContext
from scanner.terraform.functions.dispatch import call, names
from scanner.terraform.functions.spec import ArgumentError

__all__ = ["ArgumentError", "FunctionContext", "call", "names"]
