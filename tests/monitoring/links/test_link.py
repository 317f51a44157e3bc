"""How checks decide a link, and which path is reported."""

from __future__ import annotations

from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Topic
from sgwarden.model.truth import Maybe, Truth
from sgwarden.model.values import Unknown
from sgwarden.monitoring.links.link import Check, Link, LinkKind, LinkPath, best_path, decide_link

PLACE, ARGUMENT = Location("main.tf", 1, 3), Location("main.tf", 2, 2)
TOPIC = Topic(address="aws_sns_topic.a", location=PLACE, origins={"policy": ARGUMENT})


def _link(address: str, answer: Truth) -> Link:
    return Link(LinkKind.TOPIC, address, answer)


def test_a_failing_check_decides_before_an_undecided_one() -> None:
    checks = [Check(Maybe(("var.x",)), "unclear"), Check(False, "refused", "allow it", "policy"), Check(False, "later")]
    assert decide_link(LinkKind.TOPIC, TOPIC, checks) == Link(
        LinkKind.TOPIC, "aws_sns_topic.a", False, "refused", "allow it", ARGUMENT
    )
    undecided = decide_link(LinkKind.TOPIC, TOPIC, [Check(True), Check(Maybe(("var.x",)), "unclear")])
    assert (undecided.broken, undecided.reason, undecided.location) == (False, "var.x", PLACE)


def test_a_resource_that_may_not_exist_leaves_the_link_undecided() -> None:
    link = decide_link(LinkKind.TOPIC, Topic(address="a", may_exist=Unknown("var.count")), [])
    assert (link.answer, link.found) == (Maybe(("var.count",)), "whether a exists is not known")


def test_the_path_with_the_fewest_broken_links_is_best_then_the_longest() -> None:
    whole = LinkPath((_link("a", True), _link("b", True)))
    broken = LinkPath((_link("a", True), _link("b", False)))
    unknown = LinkPath((_link("a", True), _link("b", Maybe(("x",)))))
    short = LinkPath((_link("a", True),))
    assert sorted([short, broken, unknown, whole], key=LinkPath.rank)[:2] == [whole, unknown]
    assert best_path([broken, unknown]) == unknown
    assert best_path([]) == LinkPath(())
    assert broken.first_break == _link("b", False)
