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
