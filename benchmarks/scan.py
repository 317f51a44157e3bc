"""Measure sgwarden scan against tfparse and Checkov, cold and warm."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from timing import Command, measure, show

_CHECKS = "CKV_AWS_23,CKV_AWS_24,CKV_AWS_25,CKV_AWS_260,CKV_AWS_277,CKV_AWS_382,CKV2_AWS_5,CKV2_AWS_12"
_TFPARSE = "import sys; from tfparse import load_from_path; load_from_path(sys.argv[1])"


def main() -> None:
    """Run the comparisons whose tools and checkouts are given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sgwarden", default=shutil.which("sgwarden"), help="the command (default: on the PATH)")
    parser.add_argument("--modules", type=Path, help="a checkout of terraform-aws-modules/terraform-aws-security-group")
    parser.add_argument("--baseline", type=Path, help="a checkout of nozaq/terraform-aws-secure-baseline")
    parser.add_argument("--tfparse", help="a Python that can import tfparse")
    parser.add_argument("--checkov", help="the checkov command")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--checkov-runs", type=int, default=1, help="Checkov takes minutes (default: 1)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        cache = Path(directory) / "cache"
        _startup(arguments)
        if arguments.tfparse:
            for checkout, example in ((arguments.modules, "complete"), (arguments.baseline, "simple")):
                if checkout:
                    _against_tfparse(arguments, checkout / "examples" / example, cache)
        if arguments.modules and arguments.checkov:
            _against_checkov(arguments, cache)
        _changed_file(arguments, Path(directory) / "repository", cache)


def _scan(arguments: argparse.Namespace, name: str, path: Path, cache: Path, cold: bool, *more: str) -> Command:
    before: Callable[[], None] | None = (lambda: shutil.rmtree(cache, ignore_errors=True)) if cold else None
    command = [arguments.sgwarden, "scan", "--fail-on", "never", "--quiet", *more, str(path)]
    return Command(name, command, {"XDG_CACHE_HOME": str(cache)}, before)


def _startup(arguments: argparse.Namespace) -> None:
    figures = measure([Command("sgwarden --version", [arguments.sgwarden, "--version"])], arguments.runs * 2)
    show("start-up", figures, "sgwarden --version")


def _against_tfparse(arguments: argparse.Namespace, path: Path, cache: Path) -> None:
    peer = Command("tfparse", [arguments.tfparse, "-c", _TFPARSE, str(path)])
    cold = _scan(arguments, "sgwarden, cold", path, cache, cold=True)
    warm = _scan(arguments, "sgwarden, warm", path, cache, cold=False)
    show(str(path), measure([peer, cold, warm], arguments.runs), "tfparse")


def _against_checkov(arguments: argparse.Namespace, cache: Path) -> None:
    cold = _scan(arguments, "sgwarden, cold", arguments.modules, cache, cold=True)
    warm = _scan(arguments, "sgwarden, warm", arguments.modules, cache, cold=False)
    checkov = [arguments.checkov, "--framework", "terraform", "--skip-download", "--quiet", "--check", _CHECKS]
    peer = Command("checkov", [*checkov, "-d", str(arguments.modules)])
    figures = measure([cold, warm], arguments.runs) | measure([peer], arguments.checkov_runs)
    show(f"all of {arguments.modules}", figures, "checkov")
    for name in ("sgwarden, cold", "sgwarden, warm"):
        print(
            f"  {name}: {_median(figures['checkov'].wall) / _median(figures[name].wall):.0f} times as fast as checkov"
        )


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _changed_file(arguments: argparse.Namespace, repository: Path, cache: Path) -> None:
    files = write_repository(repository)
    victim = repository / "root_0007" / "rules.tf"
    count = 0

    def touch() -> None:
        nonlocal count
        count += 1
        victim.write_text(_rules(7, 8000 + count))

    cold = _scan(arguments, "cold", repository, cache, cold=True)
    changed = Command("one file changed", cold.arguments, cold.environment, touch)
    unchanged = Command("nothing changed", cold.arguments, cold.environment)
    hook = [arguments.sgwarden, "scan", "--fail-on", "never", "--quiet", "--changed-files", str(victim)]
    first = Command("hook, first run", hook, {"XDG_CACHE_HOME": str(cache.with_name("hook"))})
    later = Command("hook, one file changed", hook, first.environment, touch)
    figures = measure([cold, first], 1) | measure([changed, unchanged, later], arguments.runs)
    show(f"a repository of {files} files", figures, "cold")


def write_repository(directory: Path, roots: int = 388) -> int:
    """Write a repository of root modules of five files each over shared modules; return the count of files."""
    count = 0
    for number in range(20):
        module = directory / "modules" / f"service_{number:02}"
        module.mkdir(parents=True)
        for name, text in (("main.tf", _MODULE), ("variables.tf", _VARIABLES), ("outputs.tf", _OUTPUTS)):
            (module / name).write_text(text)
            count += 1
    for number in range(roots):
        root = directory / f"root_{number:04}"
        root.mkdir()
        texts = {
            "main.tf": _MAIN.format(number=number, module=f"service_{number % 20:02}"),
            "variables.tf": 'variable "office" {\n  default = "198.51.100.0/24"\n}\n',
            "rules.tf": _rules(number, 443),
            "outputs.tf": 'output "id" {\n  value = aws_security_group.this.id\n}\n',
            "terraform.tfvars": 'office = "203.0.113.0/24"\n',
        }
        for name, text in texts.items():
            (root / name).write_text(text)
            count += 1
    os.sync()
    return count


def _rules(number: int, port: int) -> str:
    return f"""resource "aws_vpc_security_group_ingress_rule" "this" {{
  for_each          = toset(["10.{number % 250}.0.0/16", var.office, "0.0.0.0/0"])
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  description       = "Rule of {number}"
}}
"""


_MAIN = """resource "aws_security_group" "this" {{
  name        = "group-{number}"
  description = "Group {number}"
}}

module "service" {{
  source = "../modules/{module}"
  name   = "service-{number}"
  peer   = aws_security_group.this.id
  rules = {{
    http  = {{ port = 80, cidrs = ["10.0.0.0/8"] }}
    https = {{ port = 443, cidrs = ["0.0.0.0/0"] }}
    admin = {{ port = 22, cidrs = [var.office] }}
  }}
}}
"""
_MODULE = """resource "aws_security_group" "this" {
  name        = var.name
  description = "Managed for ${var.name}"

  dynamic "ingress" {
    for_each = var.rules
    content {
      description = ingress.key
      protocol    = "tcp"
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      cidr_blocks = ingress.value.cidrs
    }
  }
}

resource "aws_security_group_rule" "from_peer" {
  count                    = var.peer == null ? 0 : 1
  security_group_id        = aws_security_group.this.id
  source_security_group_id = var.peer
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 8443
  to_port                  = 8443
}
"""
_VARIABLES = """variable "name" {
  type = string
}

variable "peer" {
  type    = string
  default = null
}

variable "rules" {
  type = map(object({
    port  = number
    cidrs = list(string)
  }))
}
"""
_OUTPUTS = """output "id" {
  value = aws_security_group.this.id
}
"""


if __name__ == "__main__":
    main()
