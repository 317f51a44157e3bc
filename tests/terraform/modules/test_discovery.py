"""Root modules are found as a person would find them."""

from __future__ import annotations

from pathlib import Path

from sgwarden.terraform.modules.discovery import discover, layout
from sgwarden.terraform.modules.module import ModuleLoader
from tests.terraform.evaluating import write


def found(directory: Path) -> tuple[list[str], list[str]]:
    loader = ModuleLoader(directory)
    result = discover(directory, lambda path: layout(loader.load(path)))
    assert result.unlisted == ()
    relative = [[path.relative_to(directory).as_posix() for path in paths] for paths in (result.roots, result.modules)]
    return relative[0], relative[1]


def test_directories_that_are_only_called_are_no_roots(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": "",
            "examples/one/main.tf": 'module "m" {\n  source = "../../"\n}\nmodule "n" { source = "../../modules/n" }\n',
            "modules/n/main.tf.json": "{}",
            "modules/unused/main.tofu": "",
            "empty/notes.txt": "",
            ".terraform/modules/x/main.tf": "",
            ".hidden/main.tf": "",
        },
    )
    assert found(tmp_path) == (["examples/one", "modules/unused"], [".", "modules/n"])


def test_a_called_directory_with_a_backend_or_variable_files_is_a_root_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": 'module "a" { source = "./a" }\nmodule "b" { source = "./b" }\nmodule "c" { source = "./c" }\n',
            "a/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
            "b/main.tf": "",
            "b/terraform.tfvars": "",
            "c/main.tf": "# no backend here\n",
        },
    )
    assert found(tmp_path) == ([".", "a", "b"], ["c"])


def test_a_changed_module_belongs_to_the_roots_that_call_it_at_any_depth(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/main.tf": 'module "m" { source = "../modules/outer" }\n',
            "b/main.tf": 'module "m" { source = "../modules/inner" }\n',
            "c/main.tf": "",
            "modules/outer/main.tf": 'module "n" { source = "../inner" }\n',
            "modules/inner/main.tf": "",
        },
    )
    loader = ModuleLoader(tmp_path)
    discovered = discover(tmp_path, lambda path: layout(loader.load(path)))
    users = {
        name: [root.name for root in discovered.using({tmp_path / name})]
        for name in ("modules/inner", "modules/outer", "c", "elsewhere")
    }
    assert users == {"modules/inner": ["a", "b"], "modules/outer": ["a"], "c": ["c"], "elsewhere": []}


def unread(directory: Path) -> dict[str, str]:
    loader = ModuleLoader(directory)
    result = discover(directory, lambda path: layout(loader.load(path)))
    return {path.relative_to(directory).as_posix(): why for path, why in result.unread}


def test_directories_passed_over_are_named_when_no_call_reaches_what_they_hold(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".git/hooks/main.tf": "",
            "live/main.tf": 'module "m" { source = "../.modules/a" }\nmodule "l" { source = "./link" }\n',
            "live/.terraform/modules/x/main.tf": "",
            ".modules/a/main.tf": 'module "b" { source = "../b" }\n',
            ".modules/b/main.tf": "",
            ".hidden/deep/main.tf": "",
            ".empty/notes.txt": "",
            "node_modules/x/main.tf": "",
            "venv/lib/main.tf.json": "{}",
            "target/main.tf": "",
        },
    )
    (tmp_path / "live" / "link").symlink_to("../target")
    (tmp_path / "again").symlink_to("live")
    (tmp_path / "prod").symlink_to(".hidden")
    said = "and this one holds Terraform configuration"
    judged = "give its path to have it judged"
    assert unread(tmp_path) == {
        ".hidden": f"hidden directories are passed over, {said} in deep; {judged}",
        "node_modules": f"directories named node_modules are passed over, {said} in x; {judged}",
        "venv": f"directories named venv are passed over, {said} in lib; {judged}",
    }
    assert found(tmp_path) == (["live"], [".modules/a", ".modules/b", "target"])


def test_a_link_out_of_the_repository_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"outside/main.tf": "", "repository/.git/HEAD": "", "repository/main.tf": ""})
    (tmp_path / "repository" / "live").symlink_to("../outside")
    assert list(unread(tmp_path / "repository")) == ["live"]


def test_modules_that_call_each_other_in_a_circle_are_judged(tmp_path: Path) -> None:
    call = 'module "m" { source = "../%s" }\n'
    write(tmp_path, {"a/main.tf": call % "b", "b/main.tf": call % "a", "c/main.tf": call % "c"})
    assert found(tmp_path) == (["a", "c"], ["b"])


def test_files_of_other_tools_and_unused_variable_files(tmp_path: Path) -> None:
    names = (
        "terragrunt.hcl",
        "a/terragrunt.stack.hcl",
        "a/x.tfcomponent.hcl",
        "b/x.tfdeploy.hcl",
        "x.tftest.hcl",
        "x.hcl",
    )
    write(
        tmp_path,
        dict.fromkeys((*names, "main.tf", "terraform.tfvars", "x.auto.tfvars", "prod.tfvars", "e/a.tfvars"), ""),
    )
    terragrunt, stacks = (f"a file of {tool}, which is not read" for tool in ("Terragrunt", "Terraform Stacks"))
    assert unread(tmp_path) == {
        "a/terragrunt.stack.hcl": terragrunt,
        "a/x.tfcomponent.hcl": stacks,
        "b/x.tfdeploy.hcl": stacks,
        "terragrunt.hcl": terragrunt,
    }
    loader = ModuleLoader(tmp_path)
    files = discover(tmp_path, lambda path: layout(loader.load(path))).variable_files
    assert [path.relative_to(tmp_path).as_posix() for path in files] == ["e/a.tfvars", "prod.tfvars"]
