"""A root module on its own: troubles of others are not its troubles."""

from __future__ import annotations

from pathlib import Path

from sgwarden.model.values import Unknown
from sgwarden.sources.hcl import Reader
from tests.terraform.evaluating import evaluate, troubles, write


def test_broken_file_of_another_module_is_no_trouble_of_this_root(tmp_path: Path) -> None:
    files = {
        "good/main.tf": 'module "child" {\n  source = "../child"\n}\n',
        "child/main.tf": 'resource "x_y" "a" {\n  n = 1 +\n}\n',
        "broken/main.tf": "resource {\n",
    }
    reader = Reader(write(tmp_path, files), base=tmp_path)
    roots = [path.name for path in reader.discover(tmp_path).roots]
    found = {name: [t.what for t in reader.evaluate(tmp_path / name, lambda *_: True)[0].troubles] for name in roots}
    assert found == {"broken": ["broken/main.tf"], "good": ["child/main.tf"]}


def test_links_out_of_the_root_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.tf").write_text('resource "x_y" "secret" {}\n')
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "link.tf").symlink_to(tmp_path / "secret.tf")
    (repository / "text.txt").symlink_to(tmp_path / "secret.tf")
    instances, run = evaluate(repository, 'resource "x_y" "a" {\n  v = file("text.txt")\n}\n')
    assert list(instances) == ["x_y.a"]
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert ("link.tf", f"lies outside {repository} (through a symbolic link)", 1) in troubles(run)


def test_what_the_filter_leaves_out_is_counted_not_evaluated(tmp_path: Path) -> None:
    code = 'resource "x_y" "a" {\n  count = 3\n}\nresource "x_z" "b" {\n  n = [][0]\n}\ndata "x_y" "c" {}\n'
    reader = Reader(write(tmp_path, {"main.tf": code}), base=tmp_path)
    run, evaluated = reader.evaluate(tmp_path, lambda mode, type_: mode == "managed" and type_ == "x_y")
    assert [instance.address for instance in evaluated.instances] == ["x_y.a[0]", "x_y.a[1]", "x_y.a[2]"]
    assert evaluated.resources_seen == 4
    assert (run.troubles, run.directories) == ({}, {tmp_path})
