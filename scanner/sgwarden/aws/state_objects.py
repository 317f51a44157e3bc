"""Terraform states in S3: one object by its URL, or all below a prefix. GetObject and ListObjectsV2 only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from sgwarden.errors import InputError

SCHEME = "s3://"
_LARGEST = 2**30


class Client(Protocol):
    """What is needed of a client of S3."""

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]: ...

    def list_objects_v2(self, **parameters: object) -> dict[str, Any]: ...


def read(url: str, client: Client | None = None) -> Iterator[tuple[str, bytes | str]]:
    """Yield URL and content of every state at ``url``; a text as content says why it was not read.

    A URL that ends with ``/``, or names a bucket alone, is a prefix: every object below it whose name has the ending
    ``.tfstate``, and those named ``.json`` or without ending that hold a state (a backend's key needs no ending).
    Raises InputError when ``url`` is none of S3, or its prefix cannot be listed or holds no state.
    """
    bucket, _, key = url.removeprefix(SCHEME).partition("/")
    if not url.startswith(SCHEME) or not bucket:
        raise InputError("this is no URL of S3", url, "write s3://BUCKET/KEY or s3://BUCKET/PREFIX/")
    s3 = client if client is not None else _client()
    if key and not key.endswith("/"):
        yield f"{SCHEME}{bucket}/{key}", _content(s3, bucket, key)
        return
    count = 0
    for name in _below(s3, bucket, key, url):
        content = _content(s3, bucket, name)
        if name.endswith(".tfstate") or isinstance(content, str) or _is_state(content):
            count += 1
            yield f"{SCHEME}{bucket}/{name}", content
    if not count:
        raise InputError("there is no state below it", url, "check the prefix")


def _is_state(data: bytes) -> bool:
    """Return True if an object of no telling name holds a state."""
    return data.lstrip().startswith(b"{") and b'"lineage"' in data and b'"serial"' in data


def _client() -> Client:
    import boto3  # imported late: slow, and most runs read no state of S3

    client: Client = boto3.client("s3")
    return client


def _below(s3: Client, bucket: str, prefix: str, url: str) -> Iterator[str]:
    token: str | None = None
    while True:
        parameters = {"Bucket": bucket, "Prefix": prefix, **({"ContinuationToken": token} if token else {})}
        try:
            page = s3.list_objects_v2(**parameters)
        except Exception as error:
            if not _of_aws(error):
                raise
            raise InputError(
                f"the states below it cannot be listed: {error}", url, "check the name and the credentials"
            ) from error
        for item in page.get("Contents", ()):
            name = str(item["Key"])
            last = name.rpartition("/")[2]
            if last.endswith((".tfstate", ".json")) or (last and "." not in last):
                yield name
        token = page.get("NextContinuationToken")
        if not token:
            break


def _content(s3: Client, bucket: str, key: str) -> bytes | str:
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
        data: bytes = body.read(_LARGEST + 1)
    except Exception as error:
        if not _of_aws(error):
            raise
        return f"it cannot be read: {error}"
    return data if len(data) <= _LARGEST else "it is larger than 1 GiB"


def _of_aws(error: Exception) -> bool:
    """Return True if AWS or the network failed, not this program."""
    return type(error).__module__.startswith(("botocore", "boto3", "urllib3")) or isinstance(error, OSError)
