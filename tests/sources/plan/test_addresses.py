"""Addresses of resource instances, taken apart and put together."""

from __future__ import annotations

import pytest

from sgwarden.sources.plan.addresses import block_of, deposed_address, key_text, module_chain, module_of, without_key


@pytest.mark.parametrize(
    ("key", "text"),
    [(None, ""), (0, "0"), ("a", '"a"'), ('q"\\\n\r\t', r'"q\"\\\n\r\t"'), ("${a}%{b}", '"$${a}%%{b}"')],
)
def test_instance_keys_as_addresses_write_them(key: object, text: str) -> None:
    assert key_text(key) == text


@pytest.mark.parametrize(
    ("address", "module", "key", "plain"),
    [
        ("aws_a.b", "", None, "aws_a.b"),
        ("module.m[0].aws_a.b[0]", "module.m[0]", 0, "aws_a.b"),
        ('aws_a.b["x]"]', "", "x]", "aws_a.b"),
        ('aws_a.b["y"]', "", "other", "aws_a.b"),
    ],
)
def test_an_address_without_module_and_key(address: str, module: str, key: object, plain: str) -> None:
    assert without_key(address, module, key) == plain


def test_parts_of_an_address() -> None:
    assert module_of("module.m[0].data.aws_a.b", "aws_a", "b", "data") == "module.m[0]"
    assert module_of("aws_a.b", "aws_a", "b", "managed") == ""
    assert module_chain((("a", '"x"'), ("b", ""))) == ('module.a["x"]', 'module.a["x"].module.b')
    assert deposed_address("aws_a.b", "00") == "aws_a.b (deposed 00)"
    assert deposed_address("aws_a.b", "") == "aws_a.b"
    assert block_of('module.m["]\\"["].aws_a.b[1].c') == "module.m.aws_a.b.c"
