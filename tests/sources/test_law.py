"""The same root gives the same model from its code, from its plan and from its state after apply.

What may differ is named: what was unknown in the plan, locations, ids and actions, and what a
state cannot tell (``ingress = []`` from no argument at all).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.values import Unknown
from sgwarden.sources.hcl import Reader
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.resources import build
from sgwarden.sources.state import read_state

pytestmark = pytest.mark.truth

CASES = Path(__file__).parents[2] / "fixtures" / "sources"
NAMES = sorted(path.parent.name for path in CASES.glob("*/plan.json"))
NOT_COMPARED = {"location", "origins", "id", "actions", "may_exist", "vpc_id", "status", "account", "region"}
STATE_CANNOT_TELL = {"ingress_inline", "egress_inline", "rules_managed"}
KINDS = ("security_groups", "rules", "prefix_lists", "network_acl_rules", "attachments", "rule_sets")


def from_plan(case: Path) -> Infrastructure:
    reading = read_plan((case / "plan.json").read_bytes(), "plan.json")
    return build(reading.instances, Source("plan", "plan.json"), reading.skipped, reading.resources_seen)


def from_state(file: Path) -> Infrastructure:
    reading = read_state(file.read_bytes(), file.name)
    return build(reading.instances, Source("state", file.name), reading.skipped, reading.resources_seen)


def plain(item: Any) -> Any:
    """An item as nested tuples of what is compared."""
    if isinstance(item, Struct) and not isinstance(item, Unknown):
        return tuple(
            (name, plain(getattr(item, name)))
            for name in item.__struct_fields__
            if name not in NOT_COMPARED | STATE_CANNOT_TELL
        )
    if isinstance(item, tuple):
        return tuple(plain(part) for part in item)
    if isinstance(item, dict):
        return tuple(sorted((key, plain(part)) for key, part in item.items()))
    return item


def may_become(planned: Any, applied: Any) -> bool:
    """Whether ``applied`` is ``planned`` with unknowns made known."""
    if isinstance(planned, Unknown):
        return True
    if isinstance(planned, tuple) and isinstance(applied, tuple):
        if len(planned) != len(applied):
            return False
        return all(may_become(before, after) for before, after in zip(planned, applied, strict=True))
    return type(planned) is type(applied) and planned == applied


def has_unknown(item: Any) -> bool:
    return isinstance(item, Unknown) or (isinstance(item, tuple) and any(map(has_unknown, item)))


def assert_same(planned: Infrastructure, applied: Infrastructure) -> None:
    """Every known fact of the first is in the second; every other of the second was unknown in the first."""
    assert (planned.skipped, applied.skipped) == ((), ())
    for kind in KINDS:
        before = [plain(item) for item in getattr(planned, kind)]
        after = [plain(item) for item in getattr(applied, kind)]
        assert [item for item in before if not has_unknown(item) and item not in after] == [], kind
        doubtful = [item for item in before if has_unknown(item)]
        new = [item for item in after if item not in before]
        assert [item for item in new if not any(may_become(old, item) for old in doubtful)] == [], kind
        assert [old for old in doubtful if not any(may_become(old, item) for item in after)] == [], kind


@pytest.mark.parametrize("name", NAMES)
def test_plan_and_state_agree(name: str) -> None:
    assert_same(from_plan(CASES / name), from_state(CASES / name / "terraform.tfstate"))


def without_marks(model: Infrastructure) -> Infrastructure:
    """A set cannot hold marks in it, so a plan marks all of ``ingress`` where code marks one argument."""
    return replace(model, rules=tuple(replace(rule, sensitive=frozenset()) for rule in model.rules))


@pytest.mark.parametrize("name", NAMES)
def test_code_and_plan_agree(name: str) -> None:
    """Code may know more than a plan, in which one unknown element hides a whole list."""
    code = Reader(allowed_root=CASES / name).read(CASES / name).infrastructure
    assert_same(without_marks(from_plan(CASES / name)), without_marks(code))
    assert code.resources_seen > 0


@pytest.mark.parametrize("name", NAMES)
def test_state_holds_no_unknowns(name: str) -> None:
    model = from_state(CASES / name / "terraform.tfstate")
    assert [item for kind in KINDS for item in getattr(model, kind) if has_unknown(plain(item))] == []


REFRESHED = [name for name in NAMES if name not in {"network_acls", "attachments"}]
"""The double of AWS forgets ICMP types of network ACLs and names of prefix lists when it is read again."""


@pytest.mark.parametrize("name", REFRESHED)
def test_a_refresh_changes_nothing(name: str) -> None:
    applied, refreshed = from_state(CASES / name / "terraform.tfstate"), from_state(CASES / name / "refreshed.tfstate")
    assert_same(applied, refreshed)
    assert len(applied.rules) == len(refreshed.rules)


@pytest.mark.parametrize("name", NAMES)
def test_counts(name: str) -> None:
    planned, applied = from_plan(CASES / name), from_state(CASES / name / "terraform.tfstate")
    assert planned.resources_seen == applied.resources_seen > 0
    assert len(planned.security_groups) == len(applied.security_groups)


def test_all_cases_are_recorded() -> None:
    roots = sorted(path.parent.name for path in CASES.glob("*/main.tf"))
    assert roots == NAMES
    for name in roots:
        assert (CASES / name / "terraform.tfstate").is_file()


@pytest.mark.parametrize("name", ["inline_rules", "separate_rules", "vpc_rules", "default_groups"])
def test_ownership_agrees_but_for_empty_declarations(name: str) -> None:
    """What a state cannot tell is ``egress = []`` from nothing, and blocks from rule resources where both are."""
    planned, applied = from_plan(CASES / name), from_state(CASES / name / "refreshed.tfstate")

    def owned(model: Infrastructure) -> dict[str, tuple[Any, ...]]:
        return {
            group.address: (group.rules_managed, group.ingress_inline, group.egress_inline)
            for group in model.security_groups
            if group.address not in {"aws_security_group.as_attributes", "aws_default_security_group.kept"}
        }

    assert owned(planned) == owned(applied)
