"""What was read of a region, put together from several readings."""

from __future__ import annotations

from sgwarden.aws.answers import Documents, Failure


def test_two_readings_add_up() -> None:
    refused = Failure("rules", "rule ids", "denied")
    found = Documents("1", "eu-west-1", {"SecurityGroups": [1]}, [refused])
    found.take(Documents("1", "eu-west-1", {"NetworkAcls": [2]}, [Failure("", "aliases", "denied", True)]))
    assert found.lists == {"SecurityGroups": [1], "NetworkAcls": [2]}
    assert found.failures == [refused, Failure("", "aliases", "denied", True)]
