"""Root modules as sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.errors import InputError
from sgwarden.run.options import LoadOptions
from sgwarden.run.read_code import CodeReader
from tests.cli.test_scan import OPEN, write
from tests.run.models import Steps


def test_a_source_names_what_it_depends_on(work: Path) -> None:
    main = write(work / "a", 'module "m" {\n  source = "../m"\n}\nvariable "x" {}\n')
    module = write(work / "m", '# sgwarden:ignore open-admin-port reason="x"\n' + OPEN)
    variables = write(work / "a", 'x = "1"\n', "terraform.tfvars")
    progress = Steps()
    source = CodeReader(work, LoadOptions(), progress).read(work / "a")
    assert source.infrastructure.source.path == "a"
    assert [each.address for each in source.instances] == ["module.m.aws_security_group.web"]
    assert source.module_files == {work / "a": [main], work / "m": [module]}
    assert variables in source.reads
    assert (source.used_names, source.missing_variables) == ({"x"}, {})
    assert source.comment_files == ("m/main.tf",)
    assert {"main.tf"} <= set(progress.files)


def test_a_required_variable_is_missing(work: Path) -> None:
    write(work, 'variable "x" {}\nresource "aws_security_group" "a" {\n  name = var.x\n}\n')
    source = CodeReader(work, LoadOptions(), Steps()).read(work)
    assert {name: place.line for name, place in source.missing_variables.items()} == {"x": 1}


def test_a_variable_file_that_is_not_there(work: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        CodeReader(work, LoadOptions(var_files=("a.tfvars",)), Steps())
