"""Called modules: where they are found, and where they must not be read."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from tests.terraform.evaluating import evaluate, troubles


def test_a_module_that_calls_itself_ends(tmp_path: Path) -> None:
    _, run = evaluate(tmp_path, 'module "again" {\n  source = "./"\n}\n')
    assert [reason for _, reason, _ in troubles(run)] == ["is nested deeper than 32 modules (does it call itself?)"]


def test_a_module_that_is_not_on_disk_is_told_and_its_outputs_are_unknown(tmp_path: Path) -> None:
    code = 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\nresource "x_y" "a" {\n  v = module.vpc.vpc_id\n}\n'
    instances, run = evaluate(tmp_path, code)
    reason = (
        'is not on disk (source "terraform-aws-modules/vpc/aws"): run "terraform init -backend=false" to have it read'
    )
    assert instances["x_y.a"].attributes == {"v": Unknown(f"module.vpc {reason}")}
    assert troubles(run) == [("module.vpc", reason, 1)]


def test_modules_that_init_fetched_are_read(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "vpc" {\n  source = "example/vpc/aws"\n  name = "n"\n}\n',
        ".terraform/modules/modules.json": '{"Modules":[{"Key":"","Source":"","Dir":"."},'
        '{"Key":"vpc","Source":"registry.terraform.io/example/vpc/aws","Version":"1.0.0","Dir":".terraform/modules/vpc"},'
        '{"Key":"vpc.sub","Source":"./sub","Dir":".terraform/modules/vpc/sub"}]}',
        ".terraform/modules/vpc/main.tf": 'variable "name" {}\nmodule "sub" {\n  source = "./sub"\n  name = var.name\n}\n',
        ".terraform/modules/vpc/sub/main.tf": 'variable "name" {}\nresource "x_y" "a" {\n  name = var.name\n}\n',
    }
    instances, run = evaluate(tmp_path, files)
    assert {a: i.attributes for a, i in instances.items()} == {"module.vpc.module.sub.x_y.a": {"name": "n"}}
    assert troubles(run) == []


def test_a_module_outside_the_root_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text('resource "x_y" "a" {}\n')
    repository = tmp_path / "repository"
    repository.mkdir()
    instances, run = evaluate(repository, 'module "m" {\n  source = "../outside"\n}\n')
    assert instances == {}
    assert troubles(run) == [("module.m", 'lies outside repository (source "../outside")', 1)]


def test_a_source_that_is_known_before_anything_runs_is_read(tmp_path: Path) -> None:
    files = {
        "main.tofu": """
variable "kind" {
  default = "web"
}
variable "other" {}
locals {
  base = "./modules"
}
module "a" {
  source = "${local.base}/${var.kind}"
}
module "b" {
  source = "./modules/${var.other}"
}
module "c" {
  source = local.none
}
""",
        "modules/web/main.tofu": 'resource "x_y" "a" {}\n',
    }
    instances, run = evaluate(tmp_path, files)
    assert list(instances) == ["module.a.x_y.a"]
    assert [(what, reason.split(":")[0]) for what, reason, _ in troubles(run)] == [
        ("module.b", "has a source that is not known before anything runs"),
        ("module.c", "has a source that cannot be evaluated"),
    ]
