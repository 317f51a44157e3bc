"""Facts of the model as JSON values and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.security_groups import Peer
from sgwarden.sources.snapshot.codec import Malformed, decode, encode
from tests.sources.model_values import facts


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts(Infrastructure))
def test_every_fact_comes_back_with_its_source(place: Infrastructure) -> None:
    assert decode(Infrastructure, json.loads(json.dumps(encode(place)))) == place


def test_values_of_the_wrong_kind() -> None:
    with pytest.raises(Malformed, match="should be one of"):
        decode(Peer, {"kind": "host", "value": None})
    with pytest.raises(Malformed, match="does not fit its field"):
        decode(Peer, {"kind": "self", "value": 3})


def test_what_a_later_version_adds_is_passed_over() -> None:
    assert decode(Peer, {"kind": "self", "value": None, "mood": "good"}) == Peer("self", None)
