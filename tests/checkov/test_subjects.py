"""Which resource of Checkov an outcome is given to: no finding may be lost, and no pass may be invented."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sgwarden.checkov.evaluator import Outcome, Root
from sgwarden.checkov.subjects import Assignment, Resource, at, plain, resources_of, scanned_directory


def resource(address: str, file: str = "/code/main.tf", start: int = 1, end: int = 9) -> Resource:
    return Resource(address, "aws_security_group", file, start, end, "/code")


def assignment(outcomes: list[Outcome], *resources: Resource) -> Assignment:
    return Assignment(Root("/code", tuple(outcomes), (), {}), resources)


def given(outcomes: list[Outcome], *resources: Resource) -> dict[str, list[str]]:
    """Verdicts of policy p by address."""
    made = assignment(outcomes, *resources)
    return {each.address: [outcome.verdict for outcome in made.outcomes("p", each.address)] for each in resources}


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("aws_security_group.a", "aws_security_group.a"),
        ("aws_security_group.a[0]", "aws_security_group.a"),
        ('module.m["x.y"].module.n[?].aws_security_group.a["]"]', "module.m.module.n.aws_security_group.a"),
        ('module.m["a\\"]b"].aws_security_group.a', "module.m.aws_security_group.a"),
    ],
)
def test_the_block_of_an_address(address: str, block: str) -> None:
    assert plain(address) == block


def test_the_worst_comes_first() -> None:
    outcomes = [Outcome("p", verdict, "a.b") for verdict in ("pass", "suppressed", "undecided", "fail")]
    assert given(outcomes, resource("a.b")) == {"a.b": ["fail", "undecided", "suppressed", "pass"]}


def test_an_instance_that_checkov_did_not_expand() -> None:
    outcomes = [Outcome("p", "pass", "a.b[0]"), Outcome("p", "fail", "a.b[1]"), Outcome("p", "undecided", "a.c[?]")]
    assert given(outcomes, resource("a.b"), resource("a.c")) == {"a.b": ["fail", "pass"], "a.c": ["undecided"]}


def test_an_instance_that_checkov_expanded_otherwise() -> None:
    outcomes = [Outcome("p", "pass", "a.b[0]"), Outcome("p", "fail", "a.b[2]")]
    assert given(outcomes, resource("a.b[0]"), resource("a.b[1]")) == {"a.b[0]": ["fail", "pass"], "a.b[1]": ["fail"]}


def test_a_finding_at_what_checkov_does_not_know() -> None:
    inside = Outcome("p", "fail", "x.y", "", "/code/other.tf", 4)
    nowhere = Outcome("p", "undecided", "x.z", "", None, 0)
    first, around = resource("a.a"), resource("b.b", "/code/other.tf", 3, 5)
    assert given([inside, nowhere], first, around) == {"a.a": ["undecided"], "b.b": ["fail"]}


def test_a_pass_at_what_checkov_does_not_know_is_no_pass_elsewhere() -> None:
    assert given([Outcome("p", "pass", "x.y", "", "/code/main.tf", 2)], resource("a.a")) == {"a.a": []}


def test_another_policy() -> None:
    assert assignment([Outcome("q", "fail", "a.b")], resource("a.b")).outcomes("p", "a.b") == []


def test_the_first_stands_for_the_root() -> None:
    made = assignment([], resource("b.b"), resource("a.a"))
    assert (made.is_first("a.a"), made.is_first("b.b"), assignment([]).is_first("a.a")) == (True, False, False)


def test_resources_of_a_graph() -> None:
    vertex = {
        "block_type_": "resource", "file_path_": "/code/modules/m/main.tf", "__address__": "module.n.module.m.a.b",
        "resource_type": "a", "__start_line__": 2, "__end_line__": 4,
        "source_module_object_": SimpleNamespace(
            path="/code/modules/n/main.tf", nested_tf_module=SimpleNamespace(path="/code/main.tf", nested_tf_module=None)
        ),
    }  # fmt: skip
    planned = {**vertex, "file_path_": "/code/plan.json", "source_module_object_": None, "__start_line__": None}
    assert resources_of([{"block_type_": "variable"}, vertex, planned]) == [
        Resource("module.n.module.m.a.b", "a", "/code/modules/m/main.tf", 2, 4, "/code"),
        Resource("module.n.module.m.a.b", "a", "/code/plan.json", 0, 4, "/code/plan.json"),
    ]


def test_the_resource_that_checkov_asks_about() -> None:
    one, other = resource("a.b", "/code/x/main.tf"), resource("a.b", "/code/y/main.tf")
    later = resource("a.b", "/code/x/main.tf", 20)
    assert at([one, other, later], "a.b", "/x/main.tf", 1) == [one]
    assert at([one, other], "a.b", "/../y/main.tf", None) == [other]
    assert at([one, other], "a.c", "/x/main.tf", 1) == []


def test_a_directory_that_holds_another_laid_out_alike() -> None:
    outer, inner = resource("a.b", "/code/x/main.tf"), resource("a.b", "/code/old/x/main.tf")
    assert at([outer, inner], "a.b", "/x/main.tf", 1) == [outer]
    assert at([outer, inner], "a.b", "/old/x/main.tf", 1) == [inner]


def test_what_checkov_was_asked_to_scan() -> None:
    assert str(scanned_directory(resource("a.b", "/code/x/main.tf"), "/x/main.tf")) == "/code"
    assert scanned_directory(resource("a.b", "/modules/main.tf"), "/../modules/main.tf") is None
