"""One line a finding."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.findings import Facts
from sgwarden.reports.findings.concise import render
from tests.reports.samples import context, report


def test_concise() -> None:
    whole = report()
    first, second = whole.findings
    live = replace(
        first, location=None, root="live", facts=Facts("live", "sg-1", "111122223333", "eu-west-1", (), "web")
    )
    lines = render(replace(whole, findings=(second, live)), context()).splitlines()
    assert lines[0] == (
        "live: high: aws_security_group.web (web, 111122223333, eu-west-1): Ingress tcp 22 from 0.0.0.0/0 "
        "(`var.admins`, set at terraform.tfvars:3) opens port 22 (SSH) to the internet [open-admin-port]"
    )
    assert lines[1].startswith("modules/a b/rule.tf:3: undecided, high: module.x.aws_security_group_rule.ssh: Ingress")
    assert lines[2] == 'main.tf:20: not read: module.vpc: is not on disk: run "terraform init"'
    assert lines[3].startswith("1 failed (1 high), 1 undecided")
    assert len(lines) == 4
