"""IP network functions against Python's ipaddress, which computes them independently."""

from __future__ import annotations

import ipaddress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions import FunctionContext, call
from tests.terraform.truth import failures

CONTEXT = FunctionContext(Path(), Path())

v4 = st.builds(
    lambda address, length: ipaddress.ip_network((address, length), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
v6 = st.builds(
    lambda address, length: ipaddress.ip_network((address, length), strict=False),
    # Above the IPv4-mapped addresses, which Terraform prints and computes as IPv4 ones.
    st.integers(2**64, 2**128 - 1),
    st.integers(0, 128),
)
networks = v4 | v6.filter(lambda network: int(network.network_address) >> 48 != 0)


@given(networks, st.data())
def test_cidrhost(network: ipaddress.IPv4Network, data: st.DataObject) -> None:
    limit = min(network.num_addresses, 2**63)
    number = data.draw(st.integers(0, limit - 1))
    assert call("cidrhost", (str(network), number), CONTEXT) == str(network[number])
    assert call("cidrhost", (str(network), -number - 1), CONTEXT) == str(network[-number - 1])


@given(networks, st.integers(0, 12), st.data())
def test_cidrsubnet(network: ipaddress.IPv4Network, bits: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, 2**bits - 1))
    if network.prefixlen + bits > network.max_prefixlen:
        with pytest.raises(EvaluationError, match="insufficient address space"):
            call("cidrsubnet", (str(network), bits, number), CONTEXT)
        return
    size = network.max_prefixlen - network.prefixlen - bits
    address = type(network.network_address)(int(network.network_address) + (number << size))
    assert call("cidrsubnet", (str(network), bits, number), CONTEXT) == f"{address}/{network.prefixlen + bits}"


@given(networks, st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_cidrsubnets_are_apart_inside_and_in_order(network: ipaddress.IPv4Network, bits: list[int]) -> None:
    try:
        result = call("cidrsubnets", (str(network), *bits), CONTEXT)
    except EvaluationError as error:
        assert "too long" in str(error) or "not enough remaining address space" in str(error)
        return
    subnets = [ipaddress.ip_network(item) for item in result]
    assert [item.prefixlen - network.prefixlen for item in subnets] == bits
    assert all(item.subnet_of(network) for item in subnets)  # type: ignore[arg-type]
    assert all(int(a.broadcast_address) < int(b.network_address) for a, b in pairwise(subnets))


@given(v4)
def test_cidrnetmask(network: ipaddress.IPv4Network) -> None:
    assert call("cidrnetmask", (str(network),), CONTEXT) == str(network.netmask)


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("network") == []
