"""Where module calls lead, by their text and by the manifest of ``terraform init``."""

from __future__ import annotations

import json
from pathlib import Path

from sgwarden.suppressions.module_calls import ModuleCalls

CODE = """module "near" {
  source = "./near"
}
module "far" {
  source  = "registry.example.org/x/y/z"
  version = "1.0.0"
}
module "computed" {
  source = "./${var.name}"
}
module "outside" {
  source = "../../outside"
}
"""


def test_sources_and_directories(tmp_path: Path) -> None:
    top = tmp_path.resolve()
    root = top / "live"
    (root / ".terraform" / "modules").mkdir(parents=True)
    (root / "main.tf").write_text(CODE)
    entries = [{"Key": "far", "Dir": ".terraform/modules/far"}, {"Key": "near.inner", "Dir": "../../outside"}]
    (root / ".terraform" / "modules" / "modules.json").write_text(json.dumps({"Modules": entries}))
    calls = ModuleCalls(top)
    assert calls.sources(root) == {
        "near": "./near", "far": "registry.example.org/x/y/z", "computed": "", "outside": "../../outside",
    }  # fmt: skip
    assert calls.directory(root, root, "near") == root / "near"
    assert calls.directory(root, root, "far") == root / ".terraform" / "modules" / "far"
    assert [calls.directory(root, root, key) for key in ("computed", "outside", "gone")] == [None, None, None]
    assert calls.directory(root, root / "near", "near.inner") is None
    assert ModuleCalls(top).sources(top / "gone") == {}


def test_a_broken_manifest_leads_nowhere(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / ".terraform" / "modules").mkdir(parents=True)
    (root / "main.tf").write_text(CODE)
    for text in ("[]", "{", '{"Modules": [1]}'):
        (root / ".terraform" / "modules" / "modules.json").write_text(text)
        assert ModuleCalls(root).directory(root, root, "far") is None
