"""IP network functions.

Source: https://developer.hashicorp.com/terraform/language/functions (IP Network Functions). Go's
historic parser, which Terraform keeps, takes leading zeros in IPv4 addresses as decimal.
"""

from __future__ import annotations

import ipaddress
import re

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, big_whole, function, whole
from sgwarden.terraform.types.numbers import Number
from sgwarden.terraform.types.types import ListType
from sgwarden.terraform.types.values import TfList, Value

_PREFIX = Parameter("prefix", "string")
_OCTETS = re.compile(r"\d+(?:\.\d+){3}", re.ASCII)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(prefix: str) -> Network:
    address, slash, length = prefix.partition("/")
    if _OCTETS.fullmatch(address):
        address = ".".join(octet.lstrip("0") or "0" for octet in address.split("."))
    if slash and length.isascii() and length.isdigit() and "%" not in address:
        try:
            return ipaddress.ip_network(f"{address}/{int(length[:5])}", strict=False)
        except ValueError:
            pass
    raise EvaluationError(f"invalid CIDR expression: invalid CIDR address: {prefix}")


def _text(network: Network, address: int) -> str:
    """Return an address as Go prints it: IPv4-mapped IPv6 addresses as IPv4."""
    if network.version == 4:
        return str(ipaddress.IPv4Address(address))
    if address >> 32 == 0xFFFF:
        return str(ipaddress.IPv4Address(address & 0xFFFFFFFF))
    return str(ipaddress.IPv6Address(address))


def _is_mapped(network: Network) -> bool:
    """Return True for IPv4-mapped IPv6, which Terraform's library takes for IPv4 in places."""
    return network.version == 6 and network.prefixlen >= 96 and int(network.network_address) >> 32 == 0xFFFF


def _bounded(address: int, network: Network) -> int:
    if address >> network.max_prefixlen:
        raise EvaluationError("index out of range")  # a panic of Terraform's library, which try() catches
    return address


_LOW_64 = (1 << 64) - 1


@function("cidrhost", _PREFIX, Parameter("hostnum", "number"), returns="string")
def cidrhost(prefix: str, hostnum: Number) -> Value:
    """Return an address of the network; a negative number counts from its end."""
    number = big_whole(hostnum)
    network = _network(prefix)
    size = network.num_addresses
    # Terraform's library looks at the lower 64 bits of a number that is not negative.
    low = (number & _LOW_64) - (1 << 64 if number >> 63 & 1 else 0)
    if number < -size or (number >= 0 and low >= size):
        raise EvaluationError(f"prefix of {network.prefixlen} does not accommodate a host numbered {number}")
    base = int(network.network_address)
    if network.version == 6 and base >> 32 == 0xFFFF:
        # Terraform's library takes the network for an IPv4 one here and shifts by the missing 96 bits.
        return _text(network, (base | ((number % size) << 96)) % (1 << 128))
    if number < 0:
        return _text(network, base + number % size)
    return _text(network, _bounded(base | number, network))


@function("cidrnetmask", _PREFIX, returns="string")
def cidrnetmask(prefix: str) -> Value:
    """Return the netmask of an IPv4 network."""
    network = _network(prefix)
    if _is_mapped(network):
        return str(network.netmask)
    if network.version != 4:
        raise EvaluationError(f"IPv6 addresses cannot have a netmask: {prefix}")
    return str(network.netmask)


@function("cidrsubnet", _PREFIX, Parameter("newbits", "number"), Parameter("netnum", "number"), returns="string")
def cidrsubnet(prefix: str, newbits: Number, netnum: Number) -> Value:
    """Return the subnet of that number, its prefix longer by ``newbits``."""
    bits, number = whole(newbits), big_whole(netnum)
    network = _network(prefix)
    length = network.prefixlen + bits
    if length > network.max_prefixlen:
        raise EvaluationError(f"insufficient address space to extend prefix of {network.prefixlen} by {bits}")
    if length < 0:
        raise EvaluationError(f"prefix of {network.prefixlen} cannot be extended by {bits}")
    # Terraform's library looks at the lower 64 bits of the number.
    if 0 <= bits < 64 and abs(number) & _LOW_64 >= 1 << bits:
        raise EvaluationError(f"prefix extension of {bits} does not accommodate a subnet numbered {number}")
    # A negative number is or-ed in two's complement and its sign dropped, as Terraform's library does.
    address = _bounded(abs(int(network.network_address) | (number << (network.max_prefixlen - length))), network)
    if network.version == 6 and address >> 32 == 0xFFFF:
        length = max(length - 96, 0)
    return f"{_text(network, address)}/{length}"


@function("cidrsubnets", _PREFIX, variadic=Parameter("newbits", "number"), returns=ListType("string"))
def cidrsubnets(prefix: str, *newbits: Number) -> Value:
    """Return consecutive subnets of the network, each with its own prefix length."""
    try:
        network = _network(prefix)
    except EvaluationError as error:
        raise ArgumentError(0, str(error)) from None
    result: list[str] = []
    end = int(network.network_address)
    limit = end + network.num_addresses
    previous = ""
    for position, argument in enumerate(newbits, 1):
        bits = whole(argument, index=position)
        if bits < 1:
            raise ArgumentError(position, "must extend prefix by at least one bit")
        if bits > 32:
            raise ArgumentError(position, "may not extend prefix by more than 32 bits")
        length = network.prefixlen + bits
        if length > network.max_prefixlen:
            raise ArgumentError(
                position,
                f"would extend prefix to {length} bits, which is too long for an IPv{network.version} address",
            )
        size = 1 << (network.max_prefixlen - length)
        start = -(-end // size) * size
        if not result:
            previous = f"{_text(network, (start - size) % (1 << network.max_prefixlen))}/{length}"
        # A network that starts at address zero has no address before it, where Terraform starts to count.
        # So has an IPv4-mapped one, for Terraform's library.
        if start + size > limit or not int(network.network_address) or _is_mapped(network):
            raise ArgumentError(
                position,
                f"not enough remaining address space for a subnet with a prefix of {length} bits after {previous}",
            )
        previous = f"{_text(network, start)}/{length}"
        result.append(previous)
        end = start + size
    return TfList(result, "string")
