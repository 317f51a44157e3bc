"""Provider configurations reach into modules."""

from __future__ import annotations

from pathlib import Path

from tests.terraform.evaluating import evaluate


def test_provider_regions_reach_into_modules(tmp_path: Path) -> None:
    files = {
        "main.tf": """
variable "west" { default = "us-west-2" }
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "west"
  region = var.west
}
resource "aws_vpc" "here" {}
resource "aws_vpc" "there" { provider = aws.west }
module "inherits" { source = "./m" }
module "passed" {
  source    = "./m"
  providers = { aws = aws.west }
}
""",
        "m/main.tf": 'resource "aws_vpc" "inner" {}\n',
    }
    instances, _ = evaluate(tmp_path, files)
    assert {address: (i.provider, i.region) for address, i in instances.items()} == {
        "aws_vpc.here": ("aws", "eu-west-1"),
        "aws_vpc.there": ("aws.west", "us-west-2"),
        "module.inherits.aws_vpc.inner": ("aws", "eu-west-1"),
        "module.passed.aws_vpc.inner": ("aws.west", "us-west-2"),
    }
