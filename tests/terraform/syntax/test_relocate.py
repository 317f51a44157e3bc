"""Walks over syntax trees, and copies that stand elsewhere."""

from __future__ import annotations

from sgwarden.terraform.syntax.ast import Attribute, Block, Body, Literal, ObjectCons, Variable
from sgwarden.terraform.syntax.parse import parse_expression
from sgwarden.terraform.syntax.relocate import children, relocate, with_span


def test_children_come_in_the_order_of_the_fields() -> None:
    node = ObjectCons(
        (1, 1, 1, 9),
        (
            (Variable((1, 2, 1, 3), "a"), Literal((1, 4, 1, 5), 1)),
            (Literal((1, 6, 1, 7), "b"), Literal((1, 8, 1, 9), 2)),
        ),
    )
    assert [getattr(child, "name", None) or getattr(child, "value", None) for child in children(node)] == [
        "a",
        1,
        "b",
        2,
    ]
    assert list(children(Literal((1, 1, 1, 2), 1))) == []


def test_only_what_is_on_the_first_line_moves_to_the_right() -> None:
    block = Block((1, 1, 3, 2), "a", (), Body({"x": Attribute((2, 3, 2, 8), "x", Literal((2, 7, 2, 8), 1))}, ()))
    assert relocate(block, 4, 2) == Block(
        (5, 3, 7, 2), "a", (), Body({"x": Attribute((6, 3, 6, 8), "x", Literal((6, 7, 6, 8), 1))}, ())
    )
    assert relocate(block, 0, 0) is block


def test_placed_gives_every_node_one_span() -> None:
    span = (7, 1, 7, 9)
    assert with_span(parse_expression("[a, 1]"), span) == with_span(parse_expression("[ a ,\n 1 ]"), span)
    assert {child.span for child in children(with_span(parse_expression("[a, 1]"), span))} == {span}
