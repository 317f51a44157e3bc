"""Texts of policies, and directories that hold them."""

from __future__ import annotations

from pathlib import Path

HEAD = """from sgwarden_policies.policy import Policy
from sgwarden.findings import Passed, Severity

class Ours(Policy):
    id, title, severity = "ours", "Ours", Severity.HIGH
    why, fix = "W.", "F."
"""
CHECK = """    def check(self, infrastructure, settings):
        for rule in infrastructure.rules:
            yield self.about_rule(rule, True, "be there")
"""
FOUND = """        from sgwarden.findings import Finding, Verdict as V
        given = dict(policy=self.id, verdict="fail", severity=self.severity, address="a", fault="m", location=None)
        yield Finding(**(given | dict({})))
"""
TOML = '[[policy]]\nid = "{}"\ntitle = "T"\nseverity = "low"\nmessage = "M"\nports = [22]\n'
CODE = """resource "aws_security_group" "web" {
  description = "Web"
  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""


def write(directory: Path, **files: str) -> str:
    """Files by name, with ``_`` before the suffix for the dot."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / ".".join(name.rsplit("_", 1))).write_text(text)
    return str(directory)
