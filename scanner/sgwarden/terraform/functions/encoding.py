"""Encoding functions (YAML is in yaml_text.py, CSV in csv_text.py).

Source: https://developer.hashicorp.com/terraform/language/functions (Encoding Functions)
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
import unicodedata
from urllib.parse import quote_plus

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.csv_text import decode_csv
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, function
from sgwarden.terraform.types.numbers import parse_number
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.values import Value

DEEPEST = 200
"""Nesting of a document that is still decoded; Terraform's own limit is far above any real use."""

_STR = Parameter("str", "string")


@function("base64encode", _STR, returns="string", keeps_not_null=True)
def base64encode(text: str) -> Value:
    """Return Base64 of the text's UTF-8."""
    return base64.b64encode(text.encode()).decode()


@function("base64decode", _STR, returns="string", keeps_not_null=True)
def base64decode(text: str) -> Value:
    """Return the text of a Base64 text."""
    try:
        data = decode_base64(text)
    except ValueError:
        raise EvaluationError(f"failed to decode base64 data {go_quoted(text)}") from None
    try:
        return unicodedata.normalize("NFC", data.decode())
    except UnicodeDecodeError:
        raise EvaluationError("the result of decoding the provided string is not valid UTF-8") from None


def decode_base64(text: str) -> bytes:
    """Return the bytes of Base64 text, newlines ignored as Go does; ValueError when it is invalid."""
    return base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)


@function("base64gzip", _STR, returns="string")
def base64gzip(text: str) -> Value:
    """Return an Unknown: the bytes depend on the compressor, Go's differs from all others."""
    del text
    return Unknown("the bytes base64gzip() makes depend on the compressor", type="string", not_null=True)


@function("urlencode", _STR, returns="string", keeps_not_null=True)
def urlencode(text: str) -> Value:
    """Return the text escaped for a URL's query."""
    return quote_plus(text, safe="")


@function("jsonencode", Parameter("val", nullable=True), returns="string", keeps_not_null=True)
def jsonencode(value: Value) -> Value:
    """Return the value as JSON."""
    return json_text(value)


@function("jsondecode", _STR)
def jsondecode(text: str) -> Value:
    """Return the value of a JSON text: objects, tuples and primitive values."""
    _check_depth(text)
    try:
        decoded = _JSON.decode(text.strip(" \t\r\n"))
    except (ValueError, RecursionError) as error:
        raise EvaluationError(_json_problem(text, error)) from None
    return decoded


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise EvaluationError(f"nested deeper than {DEEPEST} levels")
        elif character in "]}":
            depth -= 1


def _json_problem(text: str, error: Exception) -> str:
    if not text.strip():
        return "EOF"
    return str(error) if type(error) is ValueError else f"invalid JSON: {error}"


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    values = {unicodedata.normalize("NFC", name): _nfc(value) for name, value in pairs}
    return {name: values[name] for name in sorted(values)}


def _nfc(value: Value) -> Value:
    """Return decoded strings normalised and lists as tuples, one level: the decoder calls for each object."""
    if type(value) is str:
        if value.isascii():
            return value
        return unicodedata.normalize("NFC", value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    if type(value) is list:
        return tuple(map(_nfc, value))
    return value


def _refuse(constant: str) -> Value:
    raise ValueError(f"invalid character {constant[0]!r} looking for beginning of value")


class _Decoder(json.JSONDecoder):
    def decode(self, text: str, *_: object) -> Value:
        return _nfc(super().decode(text))


_JSON = _Decoder(object_pairs_hook=_object, parse_float=parse_number, parse_int=parse_number, parse_constant=_refuse)


@function("csvdecode", _STR)
def csvdecode(text: str) -> Value:
    """Return a list of objects, one for each row, by the names of the header row."""
    return decode_csv(text)


@function("yamldecode", Parameter("src", "string"))
def yamldecode(text: str) -> Value:
    """Return the value of a YAML text."""
    from sgwarden.terraform.functions.yaml_text import decode_yaml  # imported late: yaml is slow

    return decode_yaml(text)


@function("yamlencode", Parameter("value", nullable=True), returns="string")
def yamlencode(value: Value) -> Value:
    """Return the value as YAML in block style."""
    from sgwarden.terraform.functions.yaml_text import encode_yaml  # imported late: yaml is slow

    return encode_yaml(value)


_ENCODING = Parameter("encoding", "string")
_ALIASES = {"unicode-1-1-utf-8": "utf-8", "macintosh": "mac_roman", "windows-874": "cp874"}


def _codec(encoding: str) -> tuple[str, str]:
    """Return Python's codec and the name of the IANA encoding; raises ArgumentError for others than Terraform's."""
    name = encoding.strip().lower()
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        info = None
    if re.fullmatch(r"cp125\d|cp65001|u8|u16|8859", name):
        info = None  # names of Python's alone
    if info is None or not getattr(info, "_is_text_encoding", True) or name in ("utf8", "mbcs", "idna", "punycode"):
        raise ArgumentError(
            1, f"{go_quoted(encoding)} is not a supported IANA encoding name or alias in this Terraform version"
        )
    codec = info.name
    return ("utf-16-be" if codec == "utf-16" else codec), encoding.upper()


@function("textencodebase64", Parameter("string", "string"), _ENCODING, returns="string")
def textencodebase64(text: str, encoding: str) -> Value:
    """Return Base64 of the text in another character encoding."""
    codec, name = _codec(encoding)
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        raise ArgumentError(0, f"the given string contains characters that cannot be represented in {name}") from None
    if encoding.strip().lower() == "utf-16":
        data = b"\xfe\xff" + data
    return base64.b64encode(data).decode()


@function("textdecodebase64", Parameter("source", "string"), _ENCODING, returns="string")
def textdecodebase64(source: str, encoding: str) -> Value:
    """Return the text of a Base64 text in another character encoding."""
    codec, name = _codec(encoding)
    try:
        data = decode_base64(source)
    except binascii.Error:
        raise ArgumentError(0, "the given value has an invalid base64 symbol") from None
    except ValueError:
        raise ArgumentError(0, "the given value has an invalid base64 symbol") from None
    if encoding.strip().lower() == "utf-16":
        codec = "utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\ufffd"
    if "\ufffd" in text:
        raise ArgumentError(0, f"the given string contains symbols that are not defined for {name}")
    return unicodedata.normalize("NFC", text)
