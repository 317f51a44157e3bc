"""Detect the kind of a JSON document by its content, and decode it with the place of faults."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

import msgspec

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.instances import ResourceInstance

_T = TypeVar("_T")
_UTF8_BOM = b"\xef\xbb\xbf"
_TERRAFORM_BLOCKS = frozenset(
    ("resource", "data", "module", "variable", "provider", "terraform", "locals", "output", "moved", "import",
     "removed", "check", "ephemeral")
)  # fmt: skip
_SHOW_JSON = "run `terraform show -json PLANFILE > plan.json` and give that file"


class Kind(StrEnum):
    """What a document is."""

    PLAN = "plan"
    """``terraform show -json PLANFILE``"""
    STATE = "state"
    """A state file of version 4."""
    SHOWN_STATE = "shown-state"
    """``terraform show -json`` of a state."""
    TERRAFORM_JSON = "tf.json"
    """Terraform code in JSON syntax."""
    SNAPSHOT = "snapshot"
    """What ``sgwarden snapshot`` wrote."""
    UNKNOWN = "unknown"


class Reading(NamedTuple):
    """What one document holds."""

    instances: list[ResourceInstance]
    """Instances of the types asked for."""
    skipped: list[Skipped]
    resources_seen: int = 0
    """Instances of any type."""
    deleted: tuple[ResourceInstance, ...] = ()
    """From a plan: instances that it destroys or forgets, with their last known attributes."""
    removed: tuple[ResourceInstance, ...] = ()
    """From a plan: what it takes away, the attributes of deleted and changed instances as they were before."""
    forgotten: tuple[str, ...] = ()
    """From a plan: addresses of instances, or of what they replace, that leave the state and stay where they are."""


def detect(data: bytes, path: str) -> Kind:
    """Return the kind of document that ``data`` is.

    Raises InputError for what is certainly meant as one of these documents and cannot be one: empty,
    truncated or malformed JSON, a binary plan, plan log lines, an encrypted state, an old state.
    """
    if not data.strip(b" \t\r\n\0" + _UTF8_BOM):
        raise InputError("the file is empty", path)
    if data.startswith(b"PK\x03\x04"):
        raise InputError("this is a binary plan file", path, _SHOW_JSON)
    text = utf8(data, path)
    head = text.lstrip()[:300]
    if not head.startswith(b"{"):
        return Kind.UNKNOWN
    if b'"@level"' in head:
        raise InputError("these are the log lines of `terraform plan -json`", path, _SHOW_JSON)
    keys = _top_level(text, path)
    return _kind(keys, path)


def _kind(keys: dict[str, object], path: str) -> Kind:
    if "encrypted_data" in keys:
        raise InputError("the document is encrypted by OpenTofu", path, "decrypt it first: `tofu show -json`")
    if _scalar(keys, "kind", path) == "snapshot" and "schema_version" in keys:
        return Kind.SNAPSHOT
    if "planned_values" in keys or "resource_changes" in keys:
        return Kind.PLAN
    if "format_version" in keys:
        return Kind.SHOWN_STATE
    version = _scalar(keys, "version", path)
    if isinstance(version, int) and ("resources" in keys or "modules" in keys or "lineage" in keys):
        if version != 4:
            raise InputError(
                f"this is a state of version {version}, and only version 4 can be read",
                path,
                "run `terraform apply -refresh-only` with Terraform 0.12 or newer to upgrade it",
            )
        return Kind.STATE
    if keys and _TERRAFORM_BLOCKS.issuperset(key for key in keys if key != "//"):
        return Kind.TERRAFORM_JSON
    return Kind.UNKNOWN


def _top_level(data: bytes, path: str) -> dict[str, object]:
    return decode(data, dict[str, msgspec.Raw], path)


def _scalar(keys: dict[str, Any], name: str, path: str) -> Any:
    """Return a top-level number or string; None for anything else."""
    raw = keys.get(name)
    if raw is None or len(memoryview(raw)) > 200:
        return None
    return decode(raw, Any, path)


def utf8(data: bytes, path: str) -> bytes:
    """Return ``data`` without its byte-order mark; UTF-16, as PowerShell redirects output, becomes UTF-8.

    Raises InputError when it is not text.
    """
    if data.startswith(_UTF8_BOM):
        return data[3:]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16").encode()
        except UnicodeError as error:
            raise InputError("the file starts as UTF-16 and goes on as something else", path) from error
    return data


def decode(data: bytes | msgspec.Raw, shape: type[_T] | Any, path: str, what: str = "document") -> _T:
    """Return ``data`` as ``shape``, a msgspec type. Raises InputError with the place of the fault."""
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise InputError(f"the {what} does not have the expected form: {error}", path) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # A place inside a slice says nothing about the file.
        where = _place(data, error, path) if isinstance(data, bytes) else path
        raise InputError(_broken(error), where, "write the file again") from error
    except RecursionError as error:
        raise InputError("the JSON is nested too deeply", path) from error


def _broken(error: Exception) -> str:
    if "truncated" in str(error):
        return "the JSON ends too early"
    if isinstance(error, UnicodeDecodeError) or "utf-8" in str(error).lower():
        return "the file is not valid UTF-8"
    return "the JSON is malformed"


def _place(data: bytes, error: Exception, path: str) -> str:
    """Return ``path:line:column`` of a decoding error; columns count characters."""
    message = str(error)
    at = len(data)
    if isinstance(error, UnicodeDecodeError):
        at = error.start
    elif "(byte " in message:
        at = int(message.rsplit("(byte ", 1)[1].split(")", 1)[0]) - ("trailing" in message)
    before = data[:at]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return f"{path}:{line}:{column}"
