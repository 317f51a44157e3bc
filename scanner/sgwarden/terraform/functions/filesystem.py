"""Filesystem functions. Files are read only inside the context's allowed root.

Source: https://developer.hashicorp.com/terraform/language/functions (Filesystem Functions)
"""

from __future__ import annotations

import base64
import os
import posixpath
import re
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.fileset_patterns import GlobError, could_match, glob
from sgwarden.terraform.functions.hashes import digest
from sgwarden.terraform.functions.spec import ArgumentError, FunctionContext, Parameter, function
from sgwarden.terraform.types.convert import to_string
from sgwarden.terraform.types.set_values import go_quoted, make_set
from sgwarden.terraform.types.types import SetType
from sgwarden.terraform.types.values import TfMap, Value, first_unknown

LARGEST_FILE = 10_000_000
"""Bytes of a file that is still read."""

_PATH = Parameter("path", "string")


def _resolve(context: FunctionContext, path: str) -> Path | Unknown:
    """Return where a path leads, symbolic links resolved; Unknown when that is outside the allowed root."""
    if path.startswith("~"):
        return Unknown(f"{path} lies outside {context.allowed_root}")
    if "\x00" in path:
        raise EvaluationError("invalid argument")
    joined = path if posixpath.isabs(path) else posixpath.join(str(context.base_dir.absolute()), path)
    cleaned = Path(posixpath.normpath(joined))
    try:
        resolved = cleaned.resolve()
    except (OSError, RuntimeError) as error:
        raise EvaluationError(f"failed to resolve {path}: {error}") from error
    if not resolved.is_relative_to(context.allowed_root.resolve()):
        return Unknown(f"{path} lies outside {context.allowed_root}")
    if any(part.lower() == ".git" for part in resolved.relative_to(context.allowed_root.resolve()).parts):
        return Unknown(f"{path} belongs to git")
    if cleaned != resolved:
        context.on_read(cleaned)  # a link on the way may lead elsewhere next time
    return resolved


_MADE_BY_TERRAFORM = re.compile(r"\.terraform(?:/|$)|\.terraform\.lock\.hcl$|(?:\.?terraform\.tfstate\b|\.git(?:/|$))")
"""Below the root module: what init and apply write, and what a checkout of the repository has of its own."""
_MADE = (".terraform.lock.hcl", ".terraform/environment", ".terraform/terraform.tfstate", "terraform.tfstate",
    ".terraform/modules/modules.json")  # fmt: skip


def _depends_on_the_run(context: FunctionContext, path: Path) -> Unknown | None:
    """Return an Unknown for a file that another run of Terraform, or another checkout, need not have as it is here.

    The content of an installed module is its own.
    """
    for base in (context.base_dir.resolve(), context.allowed_root.resolve()):
        if path.is_relative_to(base):
            below = path.relative_to(base).as_posix()
            if _MADE_BY_TERRAFORM.match(below):
                installed = below.startswith(".terraform/modules/") and below != ".terraform/modules/modules.json"
                if not (installed and path.exists()):
                    return Unknown(f"{below} differs from run to run")
    return None


def read(context: FunctionContext, path: str) -> bytes | Unknown:
    """Return the content of a file; Unknown when it is too large or outside the allowed root."""
    resolved = _resolve(context, path)
    if isinstance(resolved, Unknown):
        return resolved
    changing = _depends_on_the_run(context, resolved)
    if changing is not None:
        return changing
    context.on_read(resolved)
    try:
        if resolved.is_dir():
            raise ArgumentError(0, f"failed to read file: read {path}: is a directory")
        if resolved.exists() and not resolved.is_file():
            return Unknown(f"{path} is not a regular file")
        with resolved.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ArgumentError(
            0,
            f"no file exists at {go_quoted(path)}; this function works only with files that are distributed as part"
            " of the configuration source code, so if this file will be created by a resource in this configuration"
            " you must instead obtain this result from an attribute of that resource",
        ) from None
    except OSError as error:
        raise ArgumentError(0, f"failed to read file: {error.strerror}") from error
    if len(data) > LARGEST_FILE:
        return Unknown(f"{path} is larger than {LARGEST_FILE} bytes")
    return data


def _text(context: FunctionContext, path: str) -> str | Unknown:
    data = read(context, path)
    if isinstance(data, Unknown):
        return data
    try:
        return unicodedata.normalize("NFC", data.decode())
    except UnicodeDecodeError:
        raise EvaluationError(
            f"contents of {go_quoted(path)} are not valid UTF-8; use the filebase64 function to obtain the Base64"
            " encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results"
            " instead"
        ) from None


@function("file", _PATH, returns="string", takes_context=True)
def file(context: FunctionContext, path: str) -> Value:
    """Return the content of a file as text."""
    return _text(context, path)


@function("filebase64", _PATH, returns="string", takes_context=True)
def filebase64(context: FunctionContext, path: str) -> Value:
    """Return the content of a file in Base64."""
    data = read(context, path)
    return data if isinstance(data, Unknown) else base64.b64encode(data).decode()


def _hash_of_file(algorithm: str, base_64: bool) -> Callable[[FunctionContext, str], Value]:
    def hash_file(context: FunctionContext, path: str) -> Value:
        data = read(context, path)
        return data if isinstance(data, Unknown) else digest(algorithm, data, base_64)

    return hash_file


for _name, _algorithm, _base_64 in (
    ("filemd5", "md5", False),
    ("filesha1", "sha1", False),
    ("filesha256", "sha256", False),
    ("filesha512", "sha512", False),
    ("filebase64sha256", "sha256", True),
    ("filebase64sha512", "sha512", True),
):
    function(_name, _PATH, returns="string", takes_context=True)(_hash_of_file(_algorithm, _base_64))


@function("fileexists", _PATH, returns="bool", takes_context=True)
def fileexists(context: FunctionContext, path: str) -> Value:
    """Return whether a file is there."""
    resolved = _resolve(context, path)
    if isinstance(resolved, Unknown):
        return resolved
    changing = _depends_on_the_run(context, resolved)
    if changing is not None:
        return changing
    context.on_read(resolved)
    try:
        mode = resolved.stat().st_mode
    except FileNotFoundError:
        return False
    except OSError:
        raise EvaluationError(f"failed to stat {go_quoted(path)}") from None
    if stat.S_ISREG(mode):
        return True
    kind = "is a directory, not a file" if stat.S_ISDIR(mode) else "is not a regular file"
    raise EvaluationError(f"{go_quoted(path)} {kind}")


@function("fileset", _PATH, Parameter("pattern", "string"), returns=SetType("string"), takes_context=True)
def fileset(context: FunctionContext, path: str, pattern: str) -> Value:
    """Return paths of the files below a directory that match a pattern."""
    directory = _resolve(context, path)
    if isinstance(directory, Unknown):
        return directory
    changing = _depends_on_the_run(context, directory)
    if changing is not None:
        return changing
    context.on_read(directory)
    start = posixpath.normpath(
        path if posixpath.isabs(path) else posixpath.join(str(context.base_dir.absolute()), path)
    )
    try:
        found = glob(start, pattern, str(context.allowed_root.resolve()))
    except GlobError as error:
        raise EvaluationError(
            f"failed to glob pattern {go_quoted(posixpath.normpath(posixpath.join(path, pattern)))}: {error}"
        ) from None
    if isinstance(found, Unknown):
        return found
    below = os.path.relpath(context.base_dir.resolve(), directory)
    if not below.startswith(".."):
        # Would match what a run of Terraform writes, whether it is there now or not.
        if any(could_match(posixpath.normpath(posixpath.join(below, made)), pattern) for made in _MADE):
            return Unknown(f"fileset() with {pattern} also finds what init and apply write")
        changing = next((c for match in found if (c := _depends_on_the_run(context, Path(match)))), None)
        if changing is not None:
            return changing
    return make_set((unicodedata.normalize("NFC", os.path.relpath(match, start)) for match in found), "string")


@function("abspath", _PATH, returns="string")
def abspath(path: str) -> Value:
    """Return an absolute path; an Unknown for a relative one: it depends on where the repository is checked out."""
    if posixpath.isabs(path):
        return posixpath.normpath(path)
    return Unknown("abspath() depends on where the repository is checked out", type="string", not_null=True)


@function("basename", _PATH, returns="string")
def basename(path: str) -> Value:
    """Return the last part of a path."""
    if not path:
        return "."
    stripped = path.rstrip("/")
    return posixpath.basename(stripped) if stripped else "/"


@function("dirname", _PATH, returns="string")
def dirname(path: str) -> Value:
    """Return a path without its last part."""
    head = path[: path.rfind("/") + 1]
    if not head:
        return "."
    cleaned = posixpath.normpath(head)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


@function("pathexpand", _PATH, returns="string")
def pathexpand(path: str) -> Value:
    """Return the path; an Unknown for one that starts with ``~``: it depends on who runs Terraform."""
    if path.startswith("~"):
        if len(path) > 1 and path[1] != "/":
            raise EvaluationError("cannot expand user-specific home dir")
        return Unknown(f"the home directory in {path} depends on who runs Terraform", type="string", not_null=True)
    return path


@function("templatefile", _PATH, Parameter("vars"), keeps_parts=True, takes_context=True)
def templatefile(context: FunctionContext, path: str, variables: Value) -> Value:
    """Return a file's content, evaluated as a template with the given variables."""
    text = _text(context, path)
    return text if isinstance(text, Unknown) else _render(context, text, variables, path)


@function("templatestring", Parameter("template"), Parameter("vars"), keeps_parts=True, takes_context=True)
def templatestring(context: FunctionContext, template: Value, variables: Value) -> Value:
    """Return a text evaluated as a template with the given variables."""
    if type(template) is not str:
        raise ArgumentError(0, "invalid template value: a string is required")
    return to_string(_render(context, template, variables, "<templatestring argument>"))


def _render(context: FunctionContext, text: str, variables: Value, name: str) -> Value:
    if type(variables) not in (dict, TfMap):
        raise ArgumentError(1, "invalid vars value: must be a map")
    for variable in variables:
        if not variable.replace("-", "_").isidentifier():
            raise ArgumentError(
                1,
                f"invalid template variable name {go_quoted(variable)}: must start with a letter, followed by zero or"
                " more letters, digits, and underscores",
            )
    if context.render_template is None:
        unknown = first_unknown(variables)
        return unknown or Unknown("the text is a template, and there is nothing to render it with")
    return context.render_template(text, variables, name)
