"""The recorded world: fixtures/demo applied by the real Terraform, and the account before and after some changes.

Recorded by ``python -m tests.demo.record``.
"""

from __future__ import annotations

import json
from pathlib import Path

from msgspec import Struct

REGION = "eu-central-1"
CODE, STATE, BEFORE, AFTER = "shop", "shop.tfstate", "before.json", "after.json"
"""Names in the directory that ``lay_out`` fills: root module, its state, a snapshot of each night."""


class World(Struct, frozen=True):
    """Everything that was recorded."""

    code: dict[str, str]
    """Text of the root module's files by relative path."""
    state: dict[str, object]
    before: dict[str, object]
    after: dict[str, object]


def load() -> World:
    """Return the world that is shipped."""
    return World(**json.loads(Path(__file__).with_name("world.json").read_text("utf-8")))


def lay_out(world: World, directory: Path) -> None:
    """Write the world below ``directory`` as a user would find it."""
    for name, text in world.code.items():
        path = directory / CODE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name, document in ((STATE, world.state), (BEFORE, world.before), (AFTER, world.after)):
        (directory / name).write_text(json.dumps(document), "utf-8")
