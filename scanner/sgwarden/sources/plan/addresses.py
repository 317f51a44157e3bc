"""Addresses of resource instances, taken apart and put together as plans and states write them."""

from __future__ import annotations

from typing import Any

from sgwarden.sources.plan.references import join_module


def key_text(key: object) -> str:
    """Return an instance key as an address writes it between brackets: ``0``, ``"a"``; empty for none."""
    if key is None:
        return ""
    if isinstance(key, str):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return '"' + escaped.replace("\t", "\\t").replace("${", "$${").replace("%{", "%%{") + '"'
    return str(key)


def without_key(address: str, module_address: str, key: object) -> str:
    """Return ``aws_security_group.web`` for ``module.a.aws_security_group.web[0]``."""
    local = address[len(module_address) + 1 :] if module_address else address
    text = key_text(key)
    if text and local.endswith(f"[{text}]"):
        return local[: -len(text) - 2]
    return local.split("[", 1)[0] if key is not None else local


def module_of(address: str, kind: str, name: str, mode: str) -> str:
    """Return the module part of a full address."""
    tail = f"data.{kind}.{name}" if mode == "data" else f"{kind}.{name}"
    at = address.rfind(tail)
    return address[:at].rstrip(".") if at > 0 else ""


def module_chain(path: Any) -> tuple[str, ...]:
    return tuple(join_module(path[: end + 1])[:-1] for end in range(len(path)))


def deposed_address(address: str, deposed: str) -> str:
    return f"{address} (deposed {deposed})" if deposed else address


def block_of(address: str) -> str:
    """Return an address without any key."""
    if "[" not in address:
        return address
    result, quoted, depth, escaped = [], False, 0, False
    for character in address:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
        elif depth:
            quoted = character == '"'
        else:
            result.append(character)
    return "".join(result)
