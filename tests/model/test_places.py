"""Whether two places may be one."""

from __future__ import annotations

import pytest

from sgwarden.model.places import Place, unknown_region

WEST = Place("aws", "111111111111", "us-west-2", "aws", "a1")


@pytest.mark.parametrize(
    ("other", "may_be"),
    [
        (WEST, True),
        (Place(), True),
        (Place("aws-cn", "111111111111", "us-west-2", "aws", "a1"), False),
        (Place("aws", "222222222222", "us-west-2", "aws", "a1"), False),
        (Place("aws", "111111111111", "us-east-1", "aws", "a1"), False),
        (Place("aws", "111111111111", "us-west-2", "aws", "b2"), True),
        (Place("aws", "", "us-west-2", "aws", "b2"), False),
        (Place("aws", "111111111111", "us-west-2", "aws.other", "b2"), True),
        (Place("aws", "", "us-west-2", "aws.other", "a1"), False),
        (Place("aws", "111111111111", "", "aws.other", "a1"), False),
    ],
)
def test_places_of_one_root_module(other: Place, may_be: bool) -> None:
    assert (WEST.may_be(other, True), other.may_be(WEST, True)) == (may_be, may_be)


def test_names_of_provider_configurations_mean_nothing_in_another_root_module() -> None:
    assert WEST.may_be(Place("", "", "", "aws.other"), False)
    assert not WEST.may_be(Place("", "", "", "aws.other"), True)


def test_unknown_regions_differ_under_another_provider_configuration_alone() -> None:
    one, two = unknown_region("1"), unknown_region("2")
    assert Place(region=one, provider="aws").may_be(Place(region=two, provider="aws"), True)
    assert not Place(region=one, provider="aws").may_be(Place(region=two, provider="aws.b"), True)
    assert Place(region=one, provider="aws").may_be(Place(region=one, provider="aws.b"), True)
