"""States in S3, through a client that answers from memory."""

from __future__ import annotations

import io
from typing import Any

import pytest

from sgwarden.aws.state_objects import read
from sgwarden.cli.progress import Progress
from sgwarden.errors import InputError
from sgwarden.run.load_declared import load_declared
from sgwarden.run.options import LoadOptions


class Denied(OSError):
    """What a refused connection raises."""


class Store:
    """Objects by key, listed two a page."""

    def __init__(self, objects: dict[str, bytes], denied: str = "") -> None:
        self.objects = objects
        self.denied = denied
        self.calls: list[str] = []

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        self.calls.append("get_object")
        if Key == self.denied:
            raise Denied("AccessDenied")
        return {"Body": io.BytesIO(self.objects[Key])}

    def list_objects_v2(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append("list_objects_v2")
        if parameters["Bucket"] == "denied":
            raise Denied("AccessDenied")
        keys = sorted(key for key in self.objects if key.startswith(parameters["Prefix"]))
        start = int(parameters.get("ContinuationToken", 0))
        page: dict[str, Any] = {"Contents": [{"Key": key} for key in keys[start : start + 2]]}
        return page | ({"NextContinuationToken": str(start + 2)} if start + 2 < len(keys) else {})


STATE = b'{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": []}'
OBJECTS = {"a/1.tfstate": STATE, "a/2.tfstate": STATE, "a/readme.md": b"", "a/z/3.tfstate": STATE, "b.tfstate": STATE}


def test_one_object() -> None:
    store = Store(OBJECTS)
    assert list(read("s3://bucket/b.tfstate", store)) == [("s3://bucket/b.tfstate", STATE)]
    assert store.calls == ["get_object"]


def test_every_state_below_a_prefix_on_every_page() -> None:
    found = [name for name, _ in read("s3://bucket/a/", Store(OBJECTS))]
    assert found == ["s3://bucket/a/1.tfstate", "s3://bucket/a/2.tfstate", "s3://bucket/a/z/3.tfstate"]


def test_states_without_the_usual_ending() -> None:
    objects = {"p/shop": STATE, "p/app.json": STATE, "p/none.json": b"{}", "p/log.txt": STATE, "p/d/": b"", "p/x": b"x"}
    found = [name for name, _ in read("s3://bucket/p/", Store(objects))]
    assert found == ["s3://bucket/p/app.json", "s3://bucket/p/shop"]


def test_a_whole_bucket() -> None:
    assert len(list(read("s3://bucket", Store(OBJECTS)))) == 4


def test_an_object_that_is_refused_is_told_and_the_rest_is_read() -> None:
    inputs = load_declared(
        ["s3://bucket/a/"], LoadOptions(), Progress(wanted=False), lambda url: read(url, Store(OBJECTS, "a/2.tfstate"))
    )
    assert [source.path for source in inputs.sources] == ["s3://bucket/a/1.tfstate", "s3://bucket/a/z/3.tfstate"]
    assert [(each.what, each.reason) for each in inputs.unread] == [
        ("s3://bucket/a/2.tfstate", "it cannot be read: AccessDenied")
    ]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://", "no URL of S3"),
        ("s3://denied/a/", "cannot be listed"),
        ("s3://bucket/nothing/", "there is no state below it"),
    ],
)
def test_what_cannot_be_read_at_all(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(read(url, Store(OBJECTS)))
