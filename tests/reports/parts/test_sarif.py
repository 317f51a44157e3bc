"""Places, messages and notifications of SARIF."""

from __future__ import annotations

import pytest

from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.context import same_path
from sgwarden.reports.parts.sarif import MAX_NOTIFICATIONS, message, physical_location, unread_notifications


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (Location("a.tf", 0, 0, 0, 0), {"startLine": 1, "endLine": 1}),
        (Location("a.tf", 3, 3), {"startLine": 3, "endLine": 3}),
        (Location("a.tf", 3, 3, 2, 9), {"startLine": 3, "endLine": 3, "startColumn": 2, "endColumn": 9}),
        (Location("a.tf", 3, 5), {"startLine": 3, "endLine": 5, "startColumn": 1, "endColumn": 1}),
    ],
)
def test_regions(place: Location, region: dict[str, int]) -> None:
    assert physical_location(place, same_path) == {"artifactLocation": {"uri": "a.tf"}, "region": region}


def test_messages_hold_no_links_and_no_placeholders() -> None:
    assert message('x["a"](b) {0} {{1}} {a}') == {"text": 'x["a"] (b) {{0}} {{{1}}} {a}'}


def test_what_was_not_read_is_notified_up_to_a_limit() -> None:
    unread = [Skipped("a", "b", Location("main.tf", 2, 2))] * (MAX_NOTIFICATIONS + 3)
    with_places = unread_notifications(unread, same_path)
    assert len(with_places) == MAX_NOTIFICATIONS + 1
    assert with_places[0] == {
        "level": "warning",
        "message": {"text": "Not read: a: b"},
        "locations": [{"physicalLocation": physical_location(Location("main.tf", 2, 2), same_path)}],
    }
    assert with_places[-1]["message"] == {"text": "3 more parts were not read."}
    assert unread_notifications(unread[:1]) == [{"level": "warning", "message": {"text": "Not read: a: b"}}]
