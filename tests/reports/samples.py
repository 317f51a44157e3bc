"""One small report that every format's test renders."""

from __future__ import annotations

from sgwarden.findings import Report
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.reports.parts.context import Context
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.everything_open import EverythingOpen
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.policies.models import group, infrastructure, rule

SOURCE = """resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = var.admins
  }
}
"""
RULE_PLACE = Location("main.tf", 7, 7, 5, 29)
OTHER_PLACE = Location("modules/a b/rule.tf", 3, 3, 3, 20, ("module.x",))


def report() -> Report:
    """One certain finding, one undecided, one passed, one thing that was not read."""
    origin = Origin(RULE_PLACE, "var.admins", (Step("var.admins", "set", Location("terraform.tfvars", 3, 3)),))
    unknown = Unknown('variable "office" has no value')
    rules = (
        rule(location=RULE_PLACE, origins={"peer": origin}),
        rule(source=unknown, address="module.x.aws_security_group_rule.ssh", location=OTHER_PLACE),
        rule(ports=443),
    )
    skipped = (
        Skipped("module.vpc", 'is not on disk: run "terraform init"', Location("main.tf", 20, 22)),
        Skipped("data.http.me", "not of interest", complete=True),
    )
    facts = infrastructure(
        *rules, groups=[group(location=Location("main.tf", 1, 9))], skipped=skipped, source=Source("hcl", "."),
        resources_seen=7,
    )  # fmt: skip
    missing = {"office": Location("variables.tf", 4, 6)}
    return assess([facts], [EverythingOpen(), OpenAdminPort()], Settings(), missing_variables=missing)


def context(color: bool = False) -> Context:
    """Source of main.tf at hand, nothing else."""
    return Context(
        version="1.2.3",
        lines_of=lambda file: SOURCE.split("\n") if file == "main.tf" else None,
        uri_of=lambda file: f"infra/{file}",
        color=color,
    )


EMPTY = assess([infrastructure(groups=[], resources_seen=0)], [EverythingOpen(), OpenAdminPort()], Settings())
