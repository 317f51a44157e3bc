"""The text report, whole."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.model.infrastructure import Source
from sgwarden.model.values import Unknown
from sgwarden.reports.findings.text import render
from sgwarden.reports.parts.context import Context
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.policies.models import infrastructure, rule
from tests.reports.samples import EMPTY, context, report

EXPECTED = """\
aws_security_group.web
  main.tf:7
    7 |     cidr_blocks = var.admins
      |     ^^^^^^^^^^^^^^^^^^^^^^^^
    Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, set at terraform.tfvars:3)
      high: opens port 22 (SSH) to the internet [open-admin-port]
      fix: Allow port 22 (SSH) only from the networks that administrators work from.
  modules/a b/rule.tf:3  module.x.aws_security_group_rule.ssh
    Ingress tcp 22 from an address that is unknown
      undecided, high: may open port 22 (SSH) to the internet [open-admin-port]
      unknown: variable "office" has no value

Not read
  module.vpc: is not on disk: run "terraform init" (main.tf:20)

Left out
  data.http.me: not of interest

Variables without a value
  office (variables.tf:4, 1 finding undecided)
  give them with --var NAME=VALUE, --var-file FILE, terraform.tfvars or TF_VAR_NAME

1 failed (1 high), 1 undecided, 4 passed; 1 security group, 3 rules, 7 resources seen; 1 not read
"""


def test_whole_report() -> None:
    assert render(report(), context()) == EXPECTED


def test_colours_change_nothing_but_colours() -> None:
    import re

    colored = render(report(), context(color=True))
    assert "\x1b[31mhigh:\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == EXPECTED


def test_nothing_found_is_one_line() -> None:
    line = "0 failed, 0 undecided, 0 passed; 0 security groups, 0 rules, 0 resources seen; everything read\n"
    assert render(EMPTY, context()) == line


def test_suppressed_findings_are_counted_not_shown() -> None:
    whole = report()
    hidden = replace(whole, findings=tuple(replace(finding, status="suppressed") for finding in whole.findings))
    assert "open-admin-port" not in render(hidden, context())
    assert render(hidden, context()).splitlines()[-1].startswith("0 failed, 0 undecided, 4 passed, 2 suppressed; ")


def test_policies_that_broke_are_told() -> None:
    text = render(replace(EMPTY, failures=("open-admin-port: ValueError: x (in .)",)), context())
    assert "Policies that broke\n  open-admin-port: ValueError: x (in .)\n" in text
    assert text.endswith("; everything read; 1 policy run broke\n")


def test_several_roots_are_told_apart() -> None:
    roots = [infrastructure(rule(), source=Source("hcl", path)) for path in ("a", "b")]
    text = render(assess(roots, [OpenAdminPort()], Settings()), Context())
    assert "aws_security_group.web  in a\n" in text
    assert "aws_security_group.web  in b\n" in text


def test_source_of_a_sensitive_value_is_not_shown() -> None:
    facts = infrastructure(rule(sensitive=frozenset({"peer"})))
    secret = Context(lines_of=lambda _: ["x"] * 6 + ['  cidr_blocks = [sensitive("0.0.0.0/0")]'])
    text = render(assess([facts], [OpenAdminPort()], Settings()), secret)
    assert "Ingress tcp 22 from a sensitive address\n" in text
    assert "0.0.0.0" not in text


def test_findings_that_read_alike_are_shown_once() -> None:
    alike = [rule(source=Unknown("later")) for _ in range(3)]
    text = render(assess([infrastructure(*alike)], [OpenAdminPort()], Settings()), Context())
    assert text.count("may open port 22 (SSH) to the internet [open-admin-port] (3 times)\n") == 1
    assert text.count("[open-admin-port]") == 1
    assert text.endswith(
        "0 failed, 3 undecided, 0 passed; 1 security group, 3 rules, 4 resources seen; everything read\n"
    )
