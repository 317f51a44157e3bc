"""Record the plan of ``fixtures/widening``, as the real Terraform and the real AWS provider make it of an applied state.

Run with terraform on the PATH and TF_PLUGIN_DIR naming a filesystem mirror of the provider:
``python tests/api/record_widening.py``. The code is that of ``fixtures/sources/vpc_rules`` with the changes below, the state
is what was recorded there; nothing is refreshed, so nothing leaves the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
APPLIED = FIXTURES / "sources" / "vpc_rules"
TARGET = FIXTURES / "widening" / "plan.json"
CHANGES = (
    ('to_port           = "443"', 'to_port           = "444"'),  # wider
    ("from_port                    = 7000", "from_port                    = 7001"),  # narrower
    ('cidr_ipv4         = "192.0.2.0/24"', 'cidr_ipv4         = "192.0.2.0/23"'),  # wider, and admitted all the same
    ('cidr_blocks = ["10.0.0.0/16"]', 'cidr_blocks = ["10.0.0.0/17", "10.0.128.0/17"]'),  # the same, in two halves
    ('cidr = "2001:db8:1::/48"', 'cidr = "2001:db8::/47"'),  # wider, through a prefix list
)
MORE = """
resource "aws_security_group" "new" {
  name   = "new"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "from_new" {
  security_group_id            = aws_security_group.db.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.new.id
}
"""
PROVIDER = """terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""


def code() -> str:
    """The changed code."""
    text = (APPLIED / "main.tf").read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text + MORE


def main() -> None:
    """Write the plan."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "main.tf").write_text(code(), encoding="utf-8")
        (directory / "provider.tf").write_text(PROVIDER, encoding="utf-8")
        shutil.copy(APPLIED / "live.tfstate", directory / "terraform.tfstate")

        def terraform(*arguments: str) -> bytes:
            return subprocess.run(["terraform", *arguments], cwd=directory, check=True, stdout=subprocess.PIPE).stdout

        terraform("init", "-input=false", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}")
        terraform("plan", "-input=false", "-refresh=false", "-out=plan.out")
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_bytes(terraform("show", "-json", "plan.out"))


if __name__ == "__main__":
    main()
