"""The groups of one root module, from its code and its state."""

from __future__ import annotations

from pathlib import Path

from sgwarden.drift.declared import Declared, DeclaredGroup
from sgwarden.drift.resolve_declared.join_groups import join_groups
from sgwarden.drift.resolve_declared.match_states import Root
from sgwarden.drift.resolve_declared.root_sides import RootSides
from tests.drift.models import BARE, DB, WEB, code, group, state

DESCRIBED = BARE.replace('name   = "web"', 'name = "web"\n  description = "new"')


def joined(root: Root) -> tuple[dict[str, DeclaredGroup], list[tuple[str, str, str]]]:
    """The groups by address, and what is pending."""
    declared = Declared()
    groups = join_groups(RootSides(root, declared))
    return groups, [(each.address, each.what, each.detail) for each in declared.pending]


def test_code_and_state_that_agree(tmp_path: Path) -> None:
    groups, pending = joined(Root(code(tmp_path, BARE), state(group())))
    (web,) = groups.values()
    assert (web.id, web.applied, web.inferred, web.from_code_alone) == (WEB, True, False, False)
    assert web.group.location.file.endswith("main.tf")
    assert pending == []


def test_a_state_alone_is_inferred() -> None:
    groups, pending = joined(Root(None, state(group())))
    assert [(each.id, each.inferred) for each in groups.values()] == [(WEB, True)]
    assert pending == []


def test_what_is_merged_and_not_applied(tmp_path: Path) -> None:
    groups, pending = joined(Root(code(tmp_path, DESCRIBED), state(group(), group("db", DB))))
    assert sorted(groups) == ["aws_security_group.db", "aws_security_group.web"]
    assert sorted(pending) == [
        ("aws_security_group.db", "to be removed", f"security group {DB} is not in the code"),
        ("aws_security_group.web", "to be changed", "description"),
    ]


def test_a_group_of_the_code_that_no_state_has(tmp_path: Path) -> None:
    groups, pending = joined(Root(code(tmp_path, BARE), state(group("db", DB))))
    assert (groups["aws_security_group.web"].id, groups["aws_security_group.web"].applied) == (None, False)
    assert pending[-1] == (
        "aws_security_group.web", "to be created", "the security group is in the code and in no state",
    )  # fmt: skip
    (alone,) = joined(Root(code(tmp_path, BARE), None))[0].values()
    assert (alone.applied, alone.from_code_alone) == (True, True)
