"""Hash and crypto functions.

Source: https://developer.hashicorp.com/terraform/language/functions (Hash and Crypto Functions)
"""

from __future__ import annotations

import base64
import hashlib
import uuid as uuids

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, function
from sgwarden.terraform.types.values import Value

_STR = Parameter("str", "string")


def digest(algorithm: str, data: bytes, base_64: bool = False) -> str:
    """Return the hash of ``data`` as hexadecimal digits or Base64."""
    hashed = hashlib.new(algorithm, data, usedforsecurity=False)
    return base64.b64encode(hashed.digest()).decode() if base_64 else hashed.hexdigest()


@function("md5", _STR, returns="string", keeps_not_null=True)
def md5(text: str) -> Value:
    """Return the MD5 of the text."""
    return digest("md5", text.encode())


@function("sha1", _STR, returns="string", keeps_not_null=True)
def sha1(text: str) -> Value:
    """Return the SHA-1 of the text."""
    return digest("sha1", text.encode())


@function("sha256", _STR, returns="string", keeps_not_null=True)
def sha256(text: str) -> Value:
    """Return the SHA-256 of the text."""
    return digest("sha256", text.encode())


@function("sha512", _STR, returns="string", keeps_not_null=True)
def sha512(text: str) -> Value:
    """Return the SHA-512 of the text."""
    return digest("sha512", text.encode())


@function("base64sha256", _STR, returns="string", keeps_not_null=True)
def base64sha256(text: str) -> Value:
    """Return the SHA-256 of the text, in Base64."""
    return digest("sha256", text.encode(), base_64=True)


@function("base64sha512", _STR, returns="string", keeps_not_null=True)
def base64sha512(text: str) -> Value:
    """Return the SHA-512 of the text, in Base64."""
    return digest("sha512", text.encode(), base_64=True)


@function("bcrypt", _STR, variadic=Parameter("cost", "number"), returns="string")
def bcrypt(_text: str, *cost: Value) -> Value:
    """Return an Unknown: the salt is random."""
    if len(cost) > 1:
        raise EvaluationError("bcrypt() takes no more than two arguments")
    return Unknown("bcrypt() is different at each run", type="string", not_null=True)


@function("uuid", returns="string")
def uuid() -> Value:
    """Return an Unknown: it is random."""
    return Unknown("uuid() is different at each run", type="string", not_null=True)


_NAMESPACES = {
    "dns": uuids.NAMESPACE_DNS,
    "url": uuids.NAMESPACE_URL,
    "oid": uuids.NAMESPACE_OID,
    "x500": uuids.NAMESPACE_X500,
}


@function("uuidv5", Parameter("namespace", "string"), Parameter("name", "string"), returns="string")
def uuidv5(namespace: str, name: str) -> Value:
    """Return the UUID of a name in a namespace."""
    known = _NAMESPACES.get(namespace)
    if known is None:
        try:
            known = uuids.UUID(namespace)
        except ValueError:
            raise EvaluationError(f"uuidv5() doesn't support namespace {namespace} (invalid UUID)") from None
    digest_ = hashlib.sha1(known.bytes + name.encode(), usedforsecurity=False).digest()
    return str(uuids.UUID(bytes=digest_[:16], version=5))


@function("rsadecrypt", Parameter("ciphertext", "string"), Parameter("privatekey", "string"), returns="string")
def rsadecrypt(ciphertext: str, _privatekey: str) -> Value:
    """Return an Unknown: secrets are not decrypted."""
    try:
        base64.b64decode(ciphertext, validate=True)
    except ValueError:
        raise ArgumentError(0, "failed to decode input: cipher text must be base64-encoded") from None
    return Unknown("rsadecrypt() is not evaluated: secrets stay encrypted", type="string")
