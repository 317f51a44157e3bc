"""What paths hold: root modules, documents, what cannot be read; nothing is read before its turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.errors import InputError, UsageError
from sgwarden.run.inputs import Document, NotRead, RootDirectory
from sgwarden.run.load import Loader, load, root_modules
from sgwarden.run.options import LoadOptions
from tests.cli.test_scan import CLOSED, OPEN, write
from tests.run.models import Steps, state
from tests.sources.plan.plans import WEB, document


def found(*paths: str, with_states: bool = False, options: LoadOptions | None = None) -> list[str]:
    """What paths hold, in order; root modules are evaluated, as every user of it does."""
    names = []
    loader = Loader(options or LoadOptions())
    for each in loader.find(paths, with_states=with_states):
        if isinstance(each, RootDirectory):
            loader.read(each)
        names.append(str(each.path.relative_to(Path.cwd())) if isinstance(each, RootDirectory) else each.path)
    return names


def test_each_root_module_comes_once(work: Path) -> None:
    write(work / "a", OPEN)
    write(work / "b", CLOSED)
    (work / "x.tfstate").write_text(state())
    assert found("b", ".", "a/main.tf", "x.tfstate") == ["b", "a", "x.tfstate"]


def test_nothing_is_evaluated_before_it_is_asked_for(work: Path) -> None:
    for name in "abc":
        write(work / name, OPEN)
    progress = Steps()
    loader = Loader(LoadOptions(), progress)
    inputs = loader.find(["."])
    (source,) = loader.read(next(inputs))
    assert (source.infrastructure.source.path, progress.steps) == ("a", ["evaluating a"])


def test_states_beside_code_and_patterns_are_for_drift(work: Path) -> None:
    write(work / "a", CLOSED)
    (work / "a" / "terraform.tfstate").write_text(state())
    below = work / "a" / "terraform.tfstate.d" / "prod"
    below.mkdir(parents=True)
    (below / "terraform.tfstate").touch()  # terraform init -migrate-state leaves it empty
    (work / "b.tfstate").write_text(state())
    assert found("a") == ["a"]
    assert found("a", "*.tfstate", with_states=True) == ["a", "a/terraform.tfstate", "b.tfstate"]
    with pytest.raises(InputError, match="no file is of this pattern"):
        found("*.json", with_states=True)
    with pytest.raises(InputError, match="there is no such file or directory"):
        found("*.tfstate")


def test_states_without_code_are_for_drift(work: Path) -> None:
    (work / "a").mkdir()
    (work / "a" / "prod.tfstate").write_text(state())
    (work / "a" / "app").write_text(state())
    (work / "a" / "shop.json").write_text("\ufeff" + state())
    (work / "a" / "cut.json").write_text(state()[:-20])
    (work / "a" / "old.backup").write_text(state())
    (work / "a" / "README").write_text("no state")
    (work / "a" / "package.json").write_text("{}")
    assert found("a", with_states=True) == ["a/app", "a/cut.json", "a/prod.tfstate", "a/shop.json"]
    with pytest.raises(InputError, match="no Terraform files and no plans here or below"):
        found("a")


def test_a_directory_of_plans(work: Path) -> None:
    for name in ("app", "net", ".cache"):
        (work / "out" / name).mkdir(parents=True)
        (work / "out" / name / "tfplan.json").write_bytes(document([WEB]))
    (work / "out" / "cut.json").write_bytes(document([WEB])[:-9])
    (work / "out" / "package.json").write_text("{}")
    assert found("out") == ["out/app/tfplan.json", "out/cut.json", "out/net/tfplan.json"]
    assert found("out", with_states=True) == found("out")
    kinds = [type(each) for each in Loader(LoadOptions()).find(["out"])]
    assert kinds == [Document, NotRead, Document]


def test_objects_of_s3(work: Path) -> None:
    loader = Loader(LoadOptions(), read_objects=lambda url: [(f"{url}1", b"{}"), (f"{url}2", "it cannot be read: no")])
    first, second = loader.find(["s3://b/"], with_states=True)
    assert first == Document(b"{}", "s3://b/1", "s3://b/1")
    assert isinstance(second, NotRead)
    assert [(each.what, each.reason) for each in second.skipped] == [("s3://b/2", "it cannot be read: no")]


def test_changed_files_stand_for_the_root_modules_that_use_them(work: Path) -> None:
    write(work / "m", CLOSED)
    write(work / "a", 'module "m" {\n  source = "../m"\n}\n')
    write(work / "b", CLOSED)
    options = LoadOptions(changed_files=True)
    assert found("m/main.tf", options=options) == ["a"]
    modules = root_modules(["m/main.tf"], options)
    assert modules.directories == {work / "a"}
    assert set(modules.layouts) == {work / "a", work / "b", work / "m"}


def test_stdin_twice(work: Path) -> None:
    with pytest.raises(UsageError, match="stdin"):
        found("-", "-")


def test_a_variable_that_nobody_declares(work: Path) -> None:
    write(work, OPEN)
    assert load(["."], LoadOptions(('admins=["10.0.0.0/8"]',))).infrastructures[0].source.path == "."
    with pytest.raises(UsageError, match="--var admin: no root module declares this variable"):
        load(["."], LoadOptions(("admin=x",)))


def test_load_reads_all_sorted_by_path(work: Path) -> None:
    write(work / "b", OPEN)
    (work / "a.tfstate").write_text(state())
    loaded = load(["b", "a.tfstate"], LoadOptions())
    assert [(each.source.path, each.source.kind) for each in loaded.infrastructures] == [
        ("a.tfstate", "state"), ("b", "hcl"),
    ]  # fmt: skip
