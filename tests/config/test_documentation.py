"""The documentation holds the tables that the code makes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from sgwarden.config import documentation
from sgwarden.config.configuration import CRITERIA, Configuration
from sgwarden.config.effective import check_policies, effective
from sgwarden.config.files import read
from sgwarden.suppressions import other_tools
from sgwarden_policies.registry import POLICIES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_key_and_criterion_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert documentation.markdown() in text
    assert {name for name in Configuration.__struct_fields__ if f"| `{name}` |" not in text} == set()
    page = (DOCS / "suppressions.md").read_text(encoding="utf-8")
    assert other_tools.markdown() in page
    assert {name for name in CRITERIA if f"`{name}`" not in page} == set()


def test_the_examples_are_right(tmp_path: Path) -> None:
    found = [
        example
        for name in ("configuration.md", "suppressions.md")
        for example in re.findall(r"```toml\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert len(found) == 2
    for example in found:
        (tmp_path / "sgwarden.toml").write_text(example, encoding="utf-8")
        document = read(tmp_path / "sgwarden.toml")
        assert document.values == tomllib.loads(example)
        check_policies(effective(document, {}, {}), [policy.id for policy in POLICIES])
