"""Plans, states and snapshots as sources."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from sgwarden.errors import InputError
from sgwarden.run.load import Loader
from sgwarden.run.options import LoadOptions
from sgwarden.run.read_documents import Kind, identify
from sgwarden.sources.snapshot import document
from tests.cli.test_scan import OPEN, write
from tests.drift.models import live, live_group
from tests.paths import FIXTURES
from tests.run.models import state


def test_kinds() -> None:
    packed = gzip.compress(document.write(live(live_group()), "2027-01-01T00:00:00Z").encode())
    assert identify(state().encode(), "x", ".").kind is Kind.STATE
    assert identify(packed, "x", ".").kind is Kind.SNAPSHOT
    assert identify(b'{"resource": {}}', "x", ".").kind is Kind.TERRAFORM_JSON


def test_a_state_beside_code_takes_its_comments(work: Path) -> None:
    write(work, '# sgwarden:ignore open-admin-port reason="x"\n' + OPEN)
    (work / "terraform.tfstate").write_text(state())
    loader = Loader(LoadOptions())
    (source,) = [each for found in loader.find(["terraform.tfstate"]) for each in loader.read(found)]
    assert [each.address for each in source.infrastructure.security_groups] == ["aws_security_group.web"]
    assert (source.infrastructure.source.kind, source.comment_files) == ("state", ("main.tf",))


def test_a_plan_beside_code_points_at_lines(work: Path) -> None:
    shutil.copytree(FIXTURES / "sources" / "separate_rules", work, dirs_exist_ok=True)
    loader = Loader(LoadOptions())
    (source,) = [each for found in loader.find(["plan.json"]) for each in loader.read(found)]
    files = {group.location.file for group in source.infrastructure.security_groups if group.location}
    assert all(file.endswith(".tf") for file in files)


def test_one_source_for_each_account_of_a_snapshot(work: Path) -> None:
    both = (*live(live_group()), *live(live_group(account="444455556666"), account="444455556666"))
    (work / "live.json").write_text(document.write(both, "2027-01-01T00:00:00Z"))
    loader = Loader(LoadOptions())
    found = [each.infrastructure.account for one in loader.find(["live.json"]) for each in loader.read(one)]
    assert found == ["111122223333", "444455556666"]


def test_no_document_of_terraform(work: Path) -> None:
    (work / "x.json").write_text(json.dumps({"a": 1}))
    loader = Loader(LoadOptions())
    with pytest.raises(InputError, match="this is no Terraform code, plan or state"):
        for found in loader.find(["x.json"]):
            loader.read(found)
