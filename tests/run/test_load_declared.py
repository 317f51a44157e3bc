"""The declared side of a comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.errors import InputError
from sgwarden.run.load_declared import from_document, load_declared
from sgwarden.run.options import LoadOptions
from tests.cli.test_scan import CLOSED, write
from tests.paths import FIXTURES
from tests.run.models import Steps, state

OTHER = "sg-0bbbbbbbbbbbbbbb2"


def test_code_and_the_state_beside_it(work: Path) -> None:
    write(work / "a", CLOSED)
    (work / "a" / "terraform.tfstate").write_text(state())
    progress = Steps()
    declared = load_declared(["a"], LoadOptions(), progress)
    assert [(each.kind, each.path, each.directory) for each in declared.sources] == [
        ("hcl", "a", str(work / "a")), ("state", "a/terraform.tfstate", str(work / "a")),
    ]  # fmt: skip
    assert progress.steps == ["evaluating a", "reading a/terraform.tfstate"]
    assert declared.sources[0].written == {"aws_security_group.web": frozenset({"name", "description", "ingress"})}


def test_of_copies_of_a_state_the_newest_is_kept(work: Path) -> None:
    (work / "old.tfstate").write_text(state(serial=3))
    (work / "new.tfstate").write_text(state(serial=4))
    (work / "other.tfstate").write_text(state(serial=1, identity=OTHER))
    for order in (["old.tfstate", "new.tfstate"], ["new.tfstate", "old.tfstate"]):
        declared = load_declared([*order, "other.tfstate"], LoadOptions())
        assert [each.path for each in declared.sources] == ["new.tfstate", "other.tfstate"]
        assert declared.warnings == ("old.tfstate is left out: new.tfstate is the same state, and as new or newer",)


def test_a_broken_document_is_noted_and_the_rest_is_read(work: Path) -> None:
    (work / "a.tfstate").write_text("{")
    (work / "b.tfstate").write_text(state())
    declared = load_declared(["a.tfstate", "b.tfstate"], LoadOptions())
    assert [each.path for each in declared.sources] == ["b.tfstate"]
    assert [each.what for each in declared.unread] == ["a.tfstate"]


def test_a_plan_holds_the_state_before_it() -> None:
    source = from_document((FIXTURES / "drift" / "plan_after.json").read_bytes(), "plan.json", "/root")
    assert source.prior is not None
    assert (source.kind, source.prior.kind, source.prior.path) == ("plan", "state", "plan.json (prior state)")
    with pytest.raises(InputError, match="this is no Terraform code, plan or state"):
        from_document(b'{"a": 1}', "x.json")
