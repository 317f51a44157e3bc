"""Code and state of one root module side by side."""

from __future__ import annotations

from pathlib import Path

from sgwarden.drift.declared import Declared
from sgwarden.drift.differences import Pending
from sgwarden.drift.resolve_declared.match_states import Root
from sgwarden.drift.resolve_declared.root_sides import RootSides
from sgwarden.model.security_groups import Peer
from sgwarden.model.values import Unknown
from tests.drift.models import BARE, DB, SEPARATE, WEB, code, group, state
from tests.policies.models import rule

COUNTED = BARE.replace("{\n", "{\n  count = var.number\n", 1) + 'variable "number" {}\n'


def test_what_the_code_does_not_hold_any_more(tmp_path: Path) -> None:
    """It is for addresses that the code does not have: another resource, or another instance."""
    root = RootSides(Root(code(tmp_path, SEPARATE), state(group(), group("db", DB))), Declared())
    assert root.is_removed("aws_security_group.db")
    assert root.is_removed("aws_security_group.web[0]")
    assert not RootSides(Root(None, state(group())), Declared()).is_removed("aws_security_group.db")


def test_instances_that_are_not_known(tmp_path: Path) -> None:
    root = RootSides(Root(code(tmp_path, COUNTED), state(group(key=0))), Declared())
    assert root.group_in_code("aws_security_group.web[0]") == "aws_security_group.web[?]"
    assert root.group_in_code("aws_security_group.other") == "aws_security_group.other"
    assert not root.is_removed("aws_security_group.web[7]")


def test_a_change_that_is_not_applied(tmp_path: Path) -> None:
    declared = Declared()
    RootSides(Root(code(tmp_path, BARE), None), declared).pend("aws_security_group.web", "to be created", "why")
    assert declared.pending == [Pending("aws_security_group.web", "to be created", "why", "root")]


def test_peers_by_id(tmp_path: Path) -> None:
    root = RootSides(Root(code(tmp_path, BARE), state(group(), group("db", DB))), Declared())
    assert root.ids == {"aws_security_group.web": WEB, "aws_security_group.db": DB}

    def peer(value: str | Unknown, owner: str | None = DB) -> Peer:
        return root.with_ids(rule(source=value, kind="security_group"), owner).peer

    assert peer("aws_security_group.web") == Peer("security_group", WEB)
    assert peer(Unknown("later", "aws_security_group.web", "id")) == Peer("security_group", WEB)
    assert peer("aws_security_group.web", WEB) == Peer("self", None)
    assert peer("sg-0123") == Peer("security_group", "sg-0123")
    assert root.with_ids(rule(source="10.0.0.0/8"), WEB).peer == Peer("cidr_ipv4", "10.0.0.0/8")


def test_a_group_without_an_id_yet(tmp_path: Path) -> None:
    root = RootSides(Root(code(tmp_path, BARE), None), Declared())
    found = root.with_ids(rule(source="aws_security_group.web", kind="security_group"), DB).peer.value
    assert found == Unknown("aws_security_group.web has no id yet", "aws_security_group.web", "id", not_null=True)
