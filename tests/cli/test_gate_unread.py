"""What neither side could read does not count, as long as the change leaves it as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.test_pull_requests import OTHER, Files, repository, run

__all__ = ["repository", "run"]

CALL = """
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.8.1"
  name    = var.name
  open    = local.open
}

variable "name" {
  default = "main"
}

locals {
  open = ["10.0.0.0/8"]
}
"""
EACH = """
module "vpc" {
  source   = "terraform-aws-modules/vpc/aws"
  for_each = toset(["a"])
  open     = [each.key, local.open]
}

locals {
  open = "10.0.0.0/8"
}
"""
BROKEN = "resource {{{\n"
SAME: dict[str, tuple[Files, Files]] = {
    "a module of a registry": ({"main.tf": CALL}, {"more.tf": OTHER}),
    "a module of a registry for each": ({"main.tf": EACH}, {"more.tf": OTHER}),
    "lines above it": ({"main.tf": CALL}, {"main.tf": "# comment\n" + CALL}),
    "an argument goes to a local": ({"main.tf": CALL}, {"main.tf": CALL.replace("var.name", '"main"')}),
    "another root module changes": ({"a/main.tf": CALL, "b/main.tf": OTHER}, {"b/main.tf": OTHER + "# comment\n"}),
    "a file that does not parse": ({"main.tf": OTHER, "broken.tf": BROKEN}, {"more.tf": "locals {}\n"}),
}  # fmt: skip
OTHERWISE: dict[str, tuple[Files, Files]] = {
    "a new call": ({"main.tf": OTHER}, {"more.tf": CALL}),
    "another argument": ({"main.tf": CALL}, {"main.tf": CALL.replace("var.name", '"other"')}),
    "another value of a variable": ({"main.tf": CALL}, {"terraform.tfvars": 'name = "other"\n'}),
    "another value of a local": ({"main.tf": CALL}, {"main.tf": CALL.replace("10.0.0.0/8", "0.0.0.0/0")}),
    "another value of a local for each": ({"main.tf": EACH}, {"main.tf": EACH.replace("10.0.0.0/8", "0.0.0.0/0")}),
    "another version": ({"main.tf": CALL}, {"main.tf": CALL.replace("5.8.1", "5.9.0")}),
    "one more argument": ({"main.tf": CALL}, {"main.tf": CALL.replace("  open ", "  more = true\n  open ", 1)}),
    "a file that does not parse and changes": (
        {"main.tf": OTHER, "broken.tf": BROKEN}, {"broken.tf": BROKEN + '# "0.0.0.0/0"\n'},
    ),
    "a root module that is copied": ({"a/main.tf": CALL}, {"b/main.tf": CALL}),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_stays_unread_does_not_count(run: Callable[..., Any], name: str) -> None:
    found = run(*SAME[name])
    assert (found["code"], len(found["skipped"])) == (0, 1)
    [note] = found["comparison"]["notes"]
    assert note.startswith("not read there either, and left as it is, so it does not count: ")


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_is_newly_unread_counts(run: Callable[..., Any], name: str) -> None:
    found = run(*OTHERWISE[name])
    assert found["code"] == 3
