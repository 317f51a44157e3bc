"""``scan --list-passed``: the passes by address, for programs that compare verdicts resource by resource."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run

CODE = """
resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers"
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  count             = 2
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.${count.index}.0.0/16"
}
"""


def test_it_names_what_passed(sgwarden: Callable[..., Run], work: Path) -> None:
    (work / "main.tf").write_text(CODE)
    arguments = ("scan", ".", "--format", "json", "--only", "open-admin-port,missing-description", "--fail-on", "never")
    plain = json.loads(sgwarden(*arguments).out)
    # also after the conclusions of the first run were kept in the cache
    listed = json.loads(sgwarden(*arguments, "--list-passed").out)
    roots = listed.pop("roots")
    assert listed == plain
    rules = [f"aws_vpc_security_group_ingress_rule.https[{index}]" for index in (0, 1)]
    assert roots == [
        {
            "kind": "hcl",
            "path": ".",
            "passed": {"open-admin-port": rules, "missing-description": ["aws_security_group.web"]},
            "incomplete": [],
            "failures": [],
        }
    ]


def test_it_says_which_root_was_not_read_whole(sgwarden: Callable[..., Run], work: Path) -> None:
    for name in ("whole", "broken"):
        (work / name).mkdir()
        (work / name / "main.tf").write_text(CODE)
    (work / "broken" / "other.tf").write_text("}}}")
    run = sgwarden("scan", ".", "--format", "json", "--list-passed", "--fail-on", "never")
    incomplete = {root["path"]: root["incomplete"] for root in json.loads(run.out)["roots"]}
    assert run.code == 3
    assert incomplete == {"broken": ["broken/other.tf: a block was expected here"], "whole": []}
